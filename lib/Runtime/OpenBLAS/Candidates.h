//===- Candidates.h - What OpenBLAS can compute -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OpenBLAS multiplies matrices, which is what dense layers are, and
// convolutions once their windows stand side by side. Each core is a
// candidate.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_OPENBLAS_CANDIDATES_H
#define LAYERPIPE_LIB_RUNTIME_OPENBLAS_CANDIDATES_H

#include "../KernelCandidates.h"
#include "Load.h"

namespace layerpipe::runtime::openblas {

std::unique_ptr<Kernel> makeLinear(const LinearOp &op, Sgemm sgemm);
std::unique_ptr<Kernel> makeConv2d(const ConvOp &op, Sgemm sgemm);

template <Core core> Offer offer(const KernelOp &op) {
  Result<Sgemm> sgemm = load(core);
  if (!sgemm)
    return Offer::refuse(sgemm.error().message);
  if (const auto *linear = std::get_if<LinearOp>(&op))
    return makeLinear(*linear, *sgemm);
  return makeConv2d(std::get<ConvOp>(op), *sgemm);
}

} // namespace layerpipe::runtime::openblas

#endif // LAYERPIPE_LIB_RUNTIME_OPENBLAS_CANDIDATES_H
