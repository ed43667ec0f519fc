//===- Functions.cpp - Functions of one value -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include "mlir/IR/TypeUtilities.h"

#include <limits>

namespace layerpipe::onnx::translators {

void identity(NodeTranslation &node) {
  if (node.has(0))
    node.yieldSame(node.operand(0));
}

/// Yields the operand as it is where a type of floats is wanted, since
/// everything is computed in f32, and where classes stay integers.
static void castTo(NodeTranslation &node, ElementType type) {
  mlir::Value value = node.has(0) ? node.operand(0).value : mlir::Value();
  const bool holdsClasses =
      value && !mlir::getElementTypeOrSelf(value.getType()).isF32();
  if (isFloat(type) == holdsClasses)
    return node.fail("casts computed values to " + std::string(nameOf(type)));
  identity(node);
}

void cast(NodeTranslation &node) {
  Result<ElementType> type = elementTypeOf(node.integer("to", 0));
  if (!type)
    return node.fail(type.message());
  castTo(node, *type);
}

void castLike(NodeTranslation &node) {
  if (!node.has(1))
    return node.fail("needs a value of the type that is wanted");
  castTo(node, typeOf(node.operand(1)).element);
}

void celu(NodeTranslation &node) {
  double alpha = node.number("alpha", 1);
  if (alpha == 0)
    return node.fail("the attribute 'alpha' must not be 0");
  mlir::Value scaled =
      node.create<ScaleOp>({node.tensor(0)}, {node.attr("factor", 1 / alpha)});
  node.yield(node.create<ScaleOp>({node.create<EluOp>({scaled})},
                                  {node.attr("factor", alpha)}));
}

void clip(NodeTranslation &node) {
  constexpr double most = std::numeric_limits<float>::max();
  const bool hasOperands = node.opset() >= 11;
  double low =
      hasOperands ? node.number(1).value_or(-most) : node.number("min", -most);
  double high =
      hasOperands ? node.number(2).value_or(most) : node.number("max", most);
  // Infinite limits are none.
  node.yield(node.create<ClipOp>(
      {node.tensor(0)}, {node.attr("least", std::clamp(low, -most, most)),
                         node.attr("most", std::clamp(high, -most, most))}));
}

void elu(NodeTranslation &node) {
  node.yield(node.create<EluOp>({node.tensor(0)},
                                {node.attr("alpha", node.number("alpha", 1))}));
}

void gelu(NodeTranslation &node) {
  if (node.text("approximate", "none") == "tanh")
    node.yield(node.create<GeluTanhOp>({node.tensor(0)}));
  else
    node.yield(node.create<GeluOp>({node.tensor(0)}));
}

void hardSigmoid(NodeTranslation &node) {
  node.yield(node.create<HardSigmoidOp>(
      {node.tensor(0)}, {node.attr("alpha", node.number("alpha", 0.2)),
                         node.attr("beta", node.number("beta", 0.5))}));
}

void leakyRelu(NodeTranslation &node) {
  node.yield(node.create<LeakyReluOp>(
      {node.tensor(0)}, {node.attr("alpha", node.number("alpha", 0.01))}));
}

void prelu(NodeTranslation &node) {
  mlir::Value x = node.tensor(0), slope = node.parameter(1, {});
  mlir::Value negative =
      node.create<NegOp>({node.create<ReluOp>({node.create<NegOp>({x})})});
  node.yield(node.create<AddOp>(
      {node.create<ReluOp>({x}), node.create<MulOp>({negative, slope})}));
}

void selu(NodeTranslation &node) {
  node.yield(node.create<SeluOp>(
      {node.tensor(0)},
      {node.attr("alpha", node.number("alpha", 1.6732632423543772)),
       node.attr("gamma", node.number("gamma", 1.0507009873554805))}));
}

void thresholdedRelu(NodeTranslation &node) {
  node.yield(node.create<ThresholdedReluOp>(
      {node.tensor(0)}, {node.attr("alpha", node.number("alpha", 1))}));
}

} // namespace layerpipe::onnx::translators
