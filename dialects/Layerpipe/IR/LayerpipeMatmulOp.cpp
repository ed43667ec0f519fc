//===- LayerpipeMatmulOp.cpp - products of two activations ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// There are three products: a·b, a·bᵀ and aᵀ·b. The gradients of each are two
// of them, so that no other op is needed.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

namespace {

/// These are the last two sizes of an operand, as the product takes them.
struct Matrix {
  int64_t rows, columns;
};

} // namespace

static Matrix matrixOf(ArrayRef<int64_t> shape, bool transposed) {
  int64_t first = shape[shape.size() - 2], last = shape.back();
  return transposed ? Matrix{last, first} : Matrix{first, last};
}

/// Checks rules MM1 to MM3.
LogicalResult MatmulOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  ArrayRef<int64_t> a = of(op.getA()), b = of(op.getB());
  auto error = [&] {
    return mlir::emitError(loc.value_or(UnknownLoc::get(context)));
  };
  if (a.size() < 2 || a.size() != b.size() || a.drop_back(2) != b.drop_back(2))
    return error() << "MM1: operands must have as many dimensions, at least "
                      "two, and agree in all but the last two, got "
                   << shapes::toString(a) << " and " << shapes::toString(b);
  if (op.getTransposeA() && op.getTransposeB())
    return error() << "MM3: only one operand may be transposed";
  Matrix left = matrixOf(a, op.getTransposeA());
  Matrix right = matrixOf(b, op.getTransposeB());
  if (left.columns != right.rows)
    return error() << "MM2: sums run over " << left.columns
                   << " columns of the first operand, but " << right.rows
                   << " rows of the second";
  SmallVector<int64_t> shape(a.drop_back(2));
  shape.append({left.rows, right.columns});
  types.push_back(RankedTensorType::get(shape, Float32Type::get(context)));
  return success();
}

TaskKind MatmulOp::getTaskKind() { return roleOf(*this); }

std::optional<int64_t> MatmulOp::getMacCount() {
  return shapes::saturatingProduct(
      getResult().getType().getNumElements(),
      matrixOf(of(getA()), getTransposeA()).columns);
}

void MatmulOp::buildBackward(OpBuilder &builder, Value dy,
                             ArrayRef<bool> needed,
                             MutableArrayRef<Value> gradients) {
  auto product = [&](Value a, Value b, bool transposeA, bool transposeB) {
    return MatmulOp::create(builder, getLoc(), a, b, transposeA, transposeB);
  };
  if (needed[0])
    gradients[0] = getTransposeA()
                       ? product(getB(), dy, false, true)
                       : product(dy, getB(), false, !getTransposeB());
  if (needed[1])
    gradients[1] = getTransposeB()
                       ? product(dy, getA(), true, false)
                       : product(getA(), dy, !getTransposeA(), false);
}

/// A product of several dimensions is split along those that all three tensors
/// share. One of two dimensions is split by the rows and columns of its result,
/// or, where the rows of both operands are summed over, into summands.
SmallVector<OpSplitRule> MatmulOp::getSplitRules() {
  ArrayRef<int64_t> shape = of(getResult());
  auto sliced = ValueSplit::sliced;
  SmallVector<OpSplitRule> rules;
  constexpr SplitAxis axes[] = {SplitAxis::batch, SplitAxis::output_channels};
  for (auto [dimension, axis] : llvm::enumerate(axes)) {
    int64_t at = int64_t(dimension);
    if (at + 2 < int64_t(shape.size()))
      rules.push_back(
          {axis, shape[at], {sliced(at), sliced(at)}, {sliced(at)}});
  }
  if (shape.size() > 2)
    return rules;
  if (getTransposeA())
    rules.push_back({SplitAxis::batch,
                     of(getA())[0],
                     {sliced(0), sliced(0)},
                     {ValueSplit::sum()}});
  else
    rules.push_back({SplitAxis::batch,
                     shape[0],
                     {sliced(0), ValueSplit::whole()},
                     {sliced(0)}});
  rules.push_back({SplitAxis::output_channels,
                   shape[1],
                   {ValueSplit::whole(), sliced(getTransposeB() ? 0 : 1)},
                   {sliced(1)}});
  return rules;
}
