//===- KernelSizes.h - Checked attributes of a kernel -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions turn the attribute map of a KernelDescription into the sizes
// of a family of ops, so that every kernel library refuses the same mistakes
// with the same words.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_KERNELSIZES_H
#define LAYERPIPE_LIB_RUNTIME_KERNELSIZES_H

#include "layerpipe/Runtime/Kernel.h"

namespace layerpipe::runtime {

struct LinearSizes {
  int64_t batch, in, out;
  bool hasBias;
};

struct ConvSizes {
  int64_t batch, inChannels, height, width, outChannels, kernelH, kernelW;
  int64_t stride, padding;
  bool hasBias;

  int64_t outHeight() const {
    return (height + 2 * padding - kernelH) / stride + 1;
  }
  int64_t outWidth() const {
    return (width + 2 * padding - kernelW) / stride + 1;
  }
  int64_t weightElements() const {
    return outChannels * inChannels * kernelH * kernelW;
  }
};

struct PoolSizes {
  int64_t batch, channels, height, width, kernel, stride;

  int64_t outHeight() const { return (height - kernel) / stride + 1; }
  int64_t outWidth() const { return (width - kernel) / stride + 1; }
};

struct ClassSizes {
  int64_t batch, classes;
};

Result<LinearSizes> linearSizes(const KernelDescription &description);
Result<ConvSizes> convSizes(const KernelDescription &description);
Result<PoolSizes> poolSizes(const KernelDescription &description);
Result<ClassSizes> classSizes(const KernelDescription &description);
Result<int64_t> elementCount(const KernelDescription &description);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELSIZES_H
