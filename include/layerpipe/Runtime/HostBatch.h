//===- HostBatch.h - Where the host puts a batch ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_HOSTBATCH_H
#define LAYERPIPE_RUNTIME_HOSTBATCH_H

#include <vector>

namespace layerpipe::runtime {

/// A batch has an address for each input and for each of the labels, in the
/// manifest's order. There are no labels where nobody wants any.
struct HostBatch {
  std::vector<float *> inputs;
  std::vector<void *> labels;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_HOSTBATCH_H
