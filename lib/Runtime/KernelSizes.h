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

#include "layerpipe/Base/Window.h"
#include "layerpipe/Runtime/Kernel.h"

namespace layerpipe::runtime {

struct LinearSizes {
  int64_t batch, in, out;
  bool hasBias;
};

/// The weights are [outChannels, inChannels / groups, window].
struct ConvSizes {
  int64_t batch, inChannels, height, width, outChannels;
  base::Window2d window;
  int64_t groups;
  bool hasBias;

  int64_t outHeight() const { return window.h.windows(height); }
  int64_t outWidth() const { return window.w.windows(width); }
  int64_t inPerGroup() const { return inChannels / groups; }
  int64_t outPerGroup() const { return outChannels / groups; }
  int64_t weightElements() const {
    return outChannels * inPerGroup() * window.taps();
  }
};

struct PoolSizes {
  int64_t batch, channels, height, width;
  base::Window2d window;
  bool countPadding; ///< An average counts positions in the padding.

  int64_t outHeight() const { return window.h.windows(height); }
  int64_t outWidth() const { return window.w.windows(width); }
};

struct ClassSizes {
  int64_t batch, classes;
};

Result<LinearSizes> linearSizes(const KernelDescription &description);
Result<ConvSizes> convSizes(const KernelDescription &description);
/// Only an average may count its padding.
Result<PoolSizes> poolSizes(const KernelDescription &description, bool maximum);
Result<ClassSizes> classSizes(const KernelDescription &description);
Result<int64_t> elementCount(const KernelDescription &description);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELSIZES_H
