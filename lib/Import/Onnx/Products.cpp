//===- Products.cpp - Matrix products and their biases --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A product with a parameter is a layerpipe.linear, whose weight has one row
// for each output, as PyTorch's layers have it. Exporters write such a layer as
// Gemm with transB, or as Transpose, MatMul and Add. Any other product is a
// layerpipe.matmul.
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

/// Returns what a transposition of the last two dimensions alone has
/// transposed, or null.
static Value transposedOperand(Value value) {
  auto transpose = value ? value.getDefiningOp<TransposeOp>() : TransposeOp();
  if (!transpose)
    return {};
  ArrayRef<int64_t> permutation = transpose.getPermutation();
  auto rank = int64_t(permutation.size());
  for (int64_t k = 0; k < rank; ++k)
    if (permutation[k] != (k < rank - 2 ? k : 2 * rank - 3 - k))
      return {};
  return transpose.getX();
}

/// Returns the product of two tensors with as many dimensions, the second of
/// which may be transposed.
static Value product(NodeTranslation &node, Value a, Value b,
                     bool isTransposed) {
  SmallVector<NamedAttribute> attributes;
  if (Value inner = transposedOperand(b); inner && !isTransposed) {
    b = inner;
    isTransposed = true;
  }
  Value inner = isTransposed ? Value() : transposedOperand(a);
  if (inner)
    attributes.push_back(node.flag("transpose_a"));
  if (isTransposed)
    attributes.push_back(node.flag("transpose_b"));
  return node.create<MatmulOp>({inner ? inner : a, b}, attributes);
}

/// Returns the product of two activations, whose dimensions before the last two
/// are repeated as NumPy does it.
static Value broadcastProduct(NodeTranslation &node, const Extents &a,
                              const Extents &b) {
  Extents batch = {};
  size_t rank = std::max(a.size(), b.size());
  auto extentAt = [&](const Extents &extents, size_t k) {
    size_t missing = rank - extents.size();
    return k < missing ? 1 : extents[k - missing];
  };
  for (size_t k = 0; k + 2 < rank; ++k)
    batch.push_back(std::max(extentAt(a, k), extentAt(b, k)));
  auto expanded = [&](size_t index, const Extents &own) -> Value {
    Extents whole = batch;
    whole.insert(whole.end(), own.end() - 2, own.end());
    Value value = node.tensor(index);
    return whole == own ? value : node.create<ExpandOp>({value}, {}, whole);
  };
  return product(node, expanded(0, a), expanded(1, b), /*isTransposed=*/false);
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
  if (weight.size() < 2 || x.size() < 2)
    return node.fail(fmt::format("multiplies {} and {}; products of matrices "
                                 "are supported",
                                 toText(x), toText(weight)));
  if (weight.size() > 2)
    return node.yield(broadcastProduct(node, x, weight));
  Value matrix = node.parameter(1, {Role::weight, weight[0]});
  int64_t rows = 1;
  for (int64_t extent : ArrayRef(x).drop_back())
    rows *= extent;
  Value flat = node.reshape(node.tensor(0), {rows, x.back()});
  Value result = matrix && isOfParameters(matrix)
                     ? node.create<LinearOp>({flat, transposed(node, matrix)})
                     : product(node, flat, matrix, /*isTransposed=*/false);
  x.back() = weight[1];
  node.yield(node.reshape(result, x));
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
  const bool isLayer = weight && isOfParameters(weight);
  if (isLayer && !isTransposed)
    weight = transposed(node, weight);
  const double alpha = node.number("alpha", 1), beta = node.number("beta", 1);
  Value bias = isLayer && alpha == 1 ? biasOf(node, columns) : Value();
  Value result = bias      ? node.create<LinearOp>({x, weight, bias})
                 : isLayer ? node.create<LinearOp>({x, weight})
                           : product(node, x, weight, isTransposed);
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
