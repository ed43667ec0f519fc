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

#include <optional>

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

/// These are the sizes of a cross-entropy: logits are [batch, classes,
/// positions], labels [batch, positions].
struct ClassSizes {
  int64_t batch, classes;
  int64_t positions = 1;
  bool sum = false; ///< Otherwise it is a mean.
  /// Labels of this value don't count.
  std::optional<int32_t> ignored = std::nullopt;
  /// If it is not 0, the mean is over the labels that count among so many,
  /// which are an argument of their own behind the labels.
  int64_t population = 0;

  int64_t labels() const { return batch * positions; }
  /// Returns where the row of a label begins: its logit of class 0. The others
  /// follow in steps of `positions`.
  int64_t rowOf(int64_t label) const {
    return label / positions * classes * positions + label % positions;
  }
  /// Returns which argument the result is.
  size_t resultIndex() const { return population ? 3 : 2; }
};

/// These are the sizes of a product of two activations, which is computed
/// `count` times, one after the other.
struct ProductSizes {
  int64_t count, rows, columns, inner;
  bool transposeA, transposeB; ///< Never both.
};

/// Returns what the sum over the labels is divided by, from a kernel's
/// arguments: how many labels count, but at least 1, or 1 for a sum.
double divisorOf(const ClassSizes &sizes, void *const *args);

Result<LinearSizes> linearSizes(const KernelDescription &description);
Result<ProductSizes> productSizes(const KernelDescription &description);
Result<ConvSizes> convSizes(const KernelDescription &description);
/// Only an average may count its padding.
Result<PoolSizes> poolSizes(const KernelDescription &description, bool maximum);
Result<ClassSizes> classSizes(const KernelDescription &description);
Result<int64_t> elementCount(const KernelDescription &description);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELSIZES_H
