//===- Arithmetic.cpp - Functions of two values and more ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A constant that is one number becomes an attribute. So a network has no
// parameters for the numbers in its formulas.
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"
#include "Products.h"

#include <cmath>

using namespace mlir;

namespace layerpipe::onnx::translators {

/// Returns the number that the operand is where the other one has the result's
/// shape.
static std::optional<double> numberOf(NodeTranslation &node, size_t index) {
  if (!node.has(index) || !node.has(1 - index) ||
      !node.operand(index).isConstant())
    return std::nullopt;
  Extents own = node.extents(index), other = node.extents(1 - index);
  if (own.size() > other.size())
    return std::nullopt;
  for (size_t i = 1; i <= own.size(); ++i)
    if (own[own.size() - i] != 1 &&
        own[own.size() - i] != other[other.size() - i])
      return std::nullopt;
  std::optional<double> number = node.splat(index);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

static Value shift(NodeTranslation &node, Value x, double amount) {
  return node.create<ShiftOp>({x}, {node.attr("amount", amount)});
}

static Value scale(NodeTranslation &node, Value x, double factor) {
  return node.create<ScaleOp>({x}, {node.attr("factor", factor)});
}

void add(NodeTranslation &node) {
  if (auto number = numberOf(node, 1))
    return node.yield(shift(node, node.tensor(0), *number));
  if (auto number = numberOf(node, 0))
    return node.yield(shift(node, node.tensor(1), *number));
  Value a = node.tensor(0), b = node.tensor(1);
  if (Value product = withBias(node, a, b))
    return node.yield(product);
  node.yield(node.create<AddOp>({a, b}));
}

void sub(NodeTranslation &node) {
  if (auto number = numberOf(node, 1))
    return node.yield(shift(node, node.tensor(0), -*number));
  if (auto number = numberOf(node, 0))
    return node.yield(
        shift(node, node.create<NegOp>({node.tensor(1)}), *number));
  node.yield(node.create<SubOp>({node.tensor(0), node.tensor(1)}));
}

void mul(NodeTranslation &node) {
  if (multiplyDraw(node))
    return;
  if (auto number = numberOf(node, 1))
    return node.yield(scale(node, node.tensor(0), *number));
  if (auto number = numberOf(node, 0))
    return node.yield(scale(node, node.tensor(1), *number));
  node.yield(node.create<MulOp>({node.tensor(0), node.tensor(1)}));
}

void div(NodeTranslation &node) {
  if (divideDraw(node))
    return;
  if (auto number = numberOf(node, 1); number && std::isnormal(1 / *number))
    return node.yield(scale(node, node.tensor(0), 1 / *number));
  if (auto number = numberOf(node, 0))
    return node.yield(
        scale(node, node.create<ReciprocalOp>({node.tensor(1)}), *number));
  node.yield(node.create<DivOp>({node.tensor(0), node.tensor(1)}));
}

void pow(NodeTranslation &node) {
  std::optional<double> exponent = numberOf(node, 1);
  if (!exponent)
    return node.yield(node.create<PowOp>({node.tensor(0), node.tensor(1)}));
  if (*exponent == 2)
    return node.yield(node.create<SquareOp>({node.tensor(0)}));
  if (*exponent == 0.5)
    return node.yield(node.create<SqrtOp>({node.tensor(0)}));
  node.yield(node.create<PowerOp>({node.tensor(0)},
                                  {node.attr("exponent", *exponent)}));
}

void greater(NodeTranslation &node) {
  node.yield(node.create<LessOp>({node.tensor(1), node.tensor(0)}));
}

/// Combines all operands, two at a time from the first on.
template <typename OpTy> static Value combine(NodeTranslation &node) {
  Value result = node.tensor(0);
  for (size_t i = 1; i < node.operandCount(); ++i)
    result = node.create<OpTy>({result, node.tensor(i)});
  return result;
}

void sum(NodeTranslation &node) { node.yield(combine<AddOp>(node)); }

void mean(NodeTranslation &node) {
  node.yield(
      scale(node, combine<AddOp>(node), 1 / double(node.operandCount())));
}

/// Translates the larger or smaller of values. A number is a limit of clip.
template <typename OpTy>
static void limit(NodeTranslation &node, StringRef attribute) {
  if (node.operandCount() == 2)
    for (size_t index : {1, 0})
      if (auto number = numberOf(node, index))
        return node.yield(node.create<ClipOp>({node.tensor(1 - index)},
                                              {node.attr(attribute, *number)}));
  node.yield(combine<OpTy>(node));
}

void max(NodeTranslation &node) { limit<MaxOp>(node, "least"); }
void min(NodeTranslation &node) { limit<MinOp>(node, "most"); }

} // namespace layerpipe::onnx::translators
