//===- Candidates.h - What libxsmm can compute ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libxsmm generates code for products of small matrices of fixed sizes. Blocks
// of dense layers are that.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_LIBXSMM_CANDIDATES_H
#define LAYERPIPE_LIB_RUNTIME_LIBXSMM_CANDIDATES_H

#include "../KernelCandidates.h"

namespace layerpipe::runtime::libxsmm {

/// Dense layers, with weights, or for their gradient activations, packed into
/// panels in the workspace.
Offer linear(const KernelOp &op);

/// Forward passes of dense layers, with activations packed, and weights read as
/// they lie.
Offer linearBySamples(const KernelOp &op);

/// Returns the version of libxsmm, such as "1.17".
std::string version();

} // namespace layerpipe::runtime::libxsmm

#endif // LAYERPIPE_LIB_RUNTIME_LIBXSMM_CANDIDATES_H
