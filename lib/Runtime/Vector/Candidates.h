//===- Candidates.h - What loops of our own can compute ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These loops are made for what libraries are slow at: few rows or columns,
// few channels, pooling, losses. The compiler turns them into vector code for
// several kinds of CPU; they give the same bits on each of x86-64-v3 and
// above.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_VECTOR_CANDIDATES_H
#define LAYERPIPE_LIB_RUNTIME_VECTOR_CANDIDATES_H

#include "../KernelCandidates.h"

namespace layerpipe::runtime::vector {

std::unique_ptr<Kernel> make(const PoolOp &op);
std::unique_ptr<Kernel> make(const CrossEntropyOp &op);
std::unique_ptr<Kernel> make(const SquaredErrorOp &op);
/// Refuses layers with many rows and columns, for which it has no blocks.
Offer make(const LinearOp &op);
/// Refuses many channels of the input, unless they are in groups.
Offer make(const ConvOp &op);

inline Offer offer(const KernelOp &op) {
  return std::visit([](const auto &known) { return Offer(make(known)); }, op);
}

/// These return argument `index` as an input or an output.
inline const float *input(void *const *args, size_t index) {
  return static_cast<const float *>(args[index]);
}
inline float *output(void *const *args, size_t index) {
  return static_cast<float *>(args[index]);
}

} // namespace layerpipe::runtime::vector

#endif // LAYERPIPE_LIB_RUNTIME_VECTOR_CANDIDATES_H
