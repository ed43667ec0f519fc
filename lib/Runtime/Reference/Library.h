//===- Library.h - The candidate of plain loops -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reference kernels are a candidate of every library.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_REFERENCE_LIBRARY_H
#define LAYERPIPE_LIB_RUNTIME_REFERENCE_LIBRARY_H

#include "../KernelCandidates.h"

namespace layerpipe::runtime::reference {

Offer offer(const KernelOp &op);

} // namespace layerpipe::runtime::reference

#endif // LAYERPIPE_LIB_RUNTIME_REFERENCE_LIBRARY_H
