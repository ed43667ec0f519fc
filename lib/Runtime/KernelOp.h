//===- KernelOp.h - What a kernel computes, checked -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A KernelOp is a KernelDescription whose op is known and whose attributes are
// checked. It is the one place where an op's name is compared with others, so
// that all that makes kernels refuses the same mistakes with the same words.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_KERNELOP_H
#define LAYERPIPE_LIB_RUNTIME_KERNELOP_H

#include "KernelSizes.h"

#include <variant>

namespace layerpipe::runtime {

/// These are the kernels of a layer with weights. Backward is GradInput and
/// GradWeight in one.
enum class Direction { Forward, GradInput, GradWeight, Backward };

/// `weights` is the layout of the weights and of their gradients, as in
/// KernelDescription.
struct LinearOp {
  Direction direction;
  LinearSizes sizes;
  std::string weights = {};
  /// Where this is there, the op is so many products of two activations, one
  /// after the other. Each of them is what a layer without a bias computes:
  /// a·bᵀ forward, a·b as the gradient of its input, aᵀ·b as that of its
  /// weights.
  std::optional<int64_t> products = std::nullopt;
};

/// A transposed convolution is the gradient of a convolution with respect to
/// its input, as a forward pass; the sizes are those of that convolution.
struct ConvOp {
  Direction direction;
  ConvSizes sizes;
  std::string weights = {};
  bool transposed = false;
};

struct PoolOp {
  bool maximum; ///< Otherwise it averages.
  bool gradient;
  PoolSizes sizes;
};

struct CrossEntropyOp {
  bool gradient;
  ClassSizes sizes;
};

struct SquaredErrorOp {
  bool gradient;
  int64_t elements;
};

using KernelOp =
    std::variant<LinearOp, ConvOp, PoolOp, CrossEntropyOp, SquaredErrorOp>;

/// Returns the op of `description`. An error names an unknown op, or an
/// attribute that is missing, unknown or senseless.
Result<KernelOp> kernelOp(const KernelDescription &description);

/// The families are bits, so that a set of them is their sum.
enum KernelFamily : unsigned {
  DenseLayers = 1,
  Convolutions = 2,
  Pooling = 4,
  Losses = 8,
  GroupedConvolutions = 16 ///< They have several groups.
};
inline constexpr unsigned allFamilies =
    DenseLayers | Convolutions | Pooling | Losses | GroupedConvolutions;

/// Returns the extents of the weights of the op's layer; other ops have none.
std::vector<int64_t> weightShapeOf(const KernelOp &op);
/// Returns the layout of these weights; no text stands for rows.
std::string_view weightLayoutOf(const KernelOp &op);

KernelFamily familyOf(const KernelOp &op);

/// Returns the families' names for messages: `dense layers, pooling`.
std::string namesOf(unsigned families);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELOP_H
