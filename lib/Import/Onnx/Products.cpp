//===- Products.cpp - Matrix products and their biases --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A product with a parameter is a layerpipe.linear, whose weight has one row
// for each output, as PyTorch's layers have it. Exporters write such a layer as
// Gemm with transB, or as Transpose, MatMul and Add.
//
//===----------------------------------------------------------------------===//

#include "Products.h"

#include "Ops.h"

#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx {

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Returns whether only parameters and changes of their shape lead to the
/// value.
static bool isOfParameters(Value value) {
  Operation *op = value.getDefiningOp();
  while (isa<DetachOp, TransposeOp, ReshapeOp>(op))
    op = op->getOperand(0).getDefiningOp();
  return isa<ParameterOp>(op);
}

/// Returns the transposed matrix. The transposition of a transposition is the
/// matrix itself.
static Value transposed(NodeTranslation &node, Value matrix) {
  if (!matrix)
    return {};
  const Integers swapped = {1, 0};
  auto before = matrix.getDefiningOp<TransposeOp>();
  if (before && before.getPermutation() == ArrayRef<int64_t>(swapped))
    return before.getX();
  ArrayRef<int64_t> shape = shapeOf(matrix);
  return node.create<TransposeOp>({matrix}, {node.attr("permutation", swapped)},
                                  Extents{shape[1], shape[0]});
}

Value withBias(NodeTranslation &node, Value a, Value b) {
  if (!a || !b)
    return {};
  for (size_t index : {0, 1}) {
    Value sum = index == 0 ? a : b, bias = index == 0 ? b : a;
    // A product of more than two dimensions is one of two, reshaped.
    auto reshaped = sum.getDefiningOp<ReshapeOp>();
    Value inner = reshaped ? reshaped.getX() : sum;
    auto linear = inner.getDefiningOp<LinearOp>();
    if (!linear || linear.getBias() || !isOfParameters(bias) ||
        node.graph.countReaders(node.node.inputs[index]) != 1 ||
        shapeOf(bias) != shapeOf(linear.getWeight()).take_front())
      continue;
    Value whole =
        node.create<LinearOp>({linear.getX(), linear.getWeight(), bias});
    return reshaped ? node.reshape(whole, Extents(shapeOf(sum))) : whole;
  }
  return {};
}

namespace translators {

void matMul(NodeTranslation &node) {
  Extents x = node.extents(0), weight = node.extents(1);
  if (weight.size() != 2 || x.size() < 2)
    return node.fail(fmt::format("multiplies {} and {}; products of tensors "
                                 "with a matrix of parameters are supported",
                                 toText(x), toText(weight)));
  Value matrix = node.parameter(1, {Role::weight, weight[0]});
  if (matrix && !isOfParameters(matrix))
    return node.fail("multiplies two values that depend on the input; products "
                     "with parameters are supported");
  int64_t rows = 1;
  for (int64_t extent : ArrayRef(x).drop_back())
    rows *= extent;
  Value flat = node.reshape(node.tensor(0), {rows, x.back()});
  Value product = node.create<LinearOp>({flat, transposed(node, matrix)});
  x.back() = weight[1];
  node.yield(node.reshape(product, x));
}

/// Returns the bias of Gemm if a linear layer can have it so.
static Value biasOf(NodeTranslation &node, int64_t columns) {
  if (!node.has(2) || node.extents(2) != Extents{columns} ||
      node.number("beta", 1) != 1)
    return {};
  return node.parameter(2, {Role::weight, node.extents(0).back()});
}

void gemm(NodeTranslation &node) {
  if (node.extents(0).size() != 2 || node.extents(1).size() != 2)
    return node.fail("its operands must be matrices");
  const bool isTransposed = node.integer("transB", 0) != 0;
  const int64_t columns = node.extents(1)[isTransposed ? 0 : 1];
  const int64_t terms = node.extents(1)[isTransposed ? 1 : 0];
  Value x = node.tensor(0);
  if (node.integer("transA", 0) != 0)
    x = transposed(node, x);
  Value weight = node.parameter(1, {Role::weight, terms});
  if (weight && !isOfParameters(weight))
    return node.fail("multiplies two values that depend on the input; products "
                     "with parameters are supported");
  if (!isTransposed)
    weight = transposed(node, weight);
  const double alpha = node.number("alpha", 1), beta = node.number("beta", 1);
  Value bias = alpha == 1 ? biasOf(node, columns) : Value();
  Value result = bias ? node.create<LinearOp>({x, weight, bias})
                      : node.create<LinearOp>({x, weight});
  if (alpha != 1)
    result = node.create<ScaleOp>({result}, {node.attr("factor", alpha)});
  if (!node.has(2) || bias || beta == 0)
    return node.yield(result);
  Value addend = node.tensor(2);
  if (beta != 1)
    addend = node.create<ScaleOp>({addend}, {node.attr("factor", beta)});
  node.yield(node.create<AddOp>({result, addend}));
}

} // namespace translators
} // namespace layerpipe::onnx
