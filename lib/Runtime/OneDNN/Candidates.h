//===- Candidates.h - What oneDNN can compute -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// oneDNN computes most kernels in several ways. Each is a candidate. They work
// on plain arguments; where oneDNN wants another layout, arguments are
// reordered in the workspace.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_ONEDNN_CANDIDATES_H
#define LAYERPIPE_LIB_RUNTIME_ONEDNN_CANDIDATES_H

#include "../KernelCandidates.h"

namespace layerpipe::runtime::onednn {

/// Dense layers on plain layouts: matmul forward, inner_product backward.
Offer plainLinear(const KernelOp &op);
/// Dense layers by inner_product, in the layouts that it prefers.
Offer anyLinear(const KernelOp &op);
/// Convolutions in the layouts that oneDNN's direct algorithm prefers.
Offer directConv2d(const KernelOp &op);
/// Convolutions by Winograd's algorithm F(4, 3): fewer products than the
/// definition has, and two to seven units of rounding instead of one.
Offer winogradConv2d(const KernelOp &op);
/// Convolutions on plain layouts, as matrix products.
Offer gemmConv2d(const KernelOp &op);
/// Average pooling of windows up to 16 x 16, and its gradient.
Offer averagePool2d(const KernelOp &op);

/// Makes OpenMP, on which oneDNN runs and which counts threads per calling
/// thread, use one thread.
void useOneThread();

/// Returns the version of oneDNN, such as "2.6.3".
std::string version();

} // namespace layerpipe::runtime::onednn

#endif // LAYERPIPE_LIB_RUNTIME_ONEDNN_CANDIDATES_H
