//===- Fold.h - Nodes whose operands are constants --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exporters write arithmetic on shapes as nodes. To fold a node is to evaluate
// it while the model is imported. Nodes that draw random numbers are never
// folded, since each iteration draws others.
//
// What ONNX leaves open is decided as follows. Integers wrap around. A float
// that is converted to integers is cut off, a NaN becomes 0, and a number
// beyond the type becomes the type's least or greatest. Sums of floats are
// added up in 64 bits and rounded once.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ONNX_FOLD_H
#define LAYERPIPE_ONNX_FOLD_H

#include "layerpipe/Onnx/Model.h"

#include <functional>
#include <unordered_map>

namespace layerpipe::onnx {

/// An operand is absent, known by its type, or a constant. It refers to the
/// type or tensor that it is made from, which must live longer.
class Operand {
public:
  Operand() = default;
  Operand(const TensorType &type) : known(&type) {}
  Operand(const Tensor &tensor) : known(&tensor.type()), constant(&tensor) {}

  const TensorType *type() const { return known; }
  const Tensor *tensor() const { return constant; }

private:
  const TensorType *known = nullptr;
  const Tensor *constant = nullptr;
};

/// Folded values may take so many bytes, together.
inline constexpr int64_t mostFoldedBytes = int64_t(1) << 31;

/// Returns true if the node is of an op that can be folded, and all operands
/// are constants whose values it needs. Shape, Size and EyeLike need none, and
/// CastLike does not need that of its second one.
bool isFoldable(const Node &node, const std::vector<Operand> &operands);

/// Evaluates a node. The results are those of its outputs, in their order.
/// Fails, naming the node, if it isn't foldable or does what can't be done: on
/// attributes of a wrong kind, extents or types that don't fit, indices out of
/// range, divisions of integers by 0, or results of more than `mostBytes`.
Result<std::vector<Tensor>> fold(const Node &node,
                                 const std::vector<Operand> &operands,
                                 int64_t opset,
                                 int64_t mostBytes = mostFoldedBytes);

/// Maps the names of values to their tensors.
using Constants = std::unordered_map<std::string, Tensor>;

/// Folds every foldable node of the model whose operands are constants, and
/// returns the outputs of these nodes. Initializers for which `isConstant`
/// returns false are no constants. A ConstantOfShape node that stands for
/// weights becomes a splat, which takes no memory.
Result<Constants>
foldConstants(const Model &model,
              const std::function<bool(const Initializer &)> &isConstant,
              int64_t mostBytes = mostFoldedBytes);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_ONNX_FOLD_H
