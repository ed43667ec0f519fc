//===- LayerpipeCompositeOps.cpp - what compositions are made of ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;

LogicalResult layerpipe::verifyDimensions(Operation *op,
                                          ArrayRef<int64_t> dimensions) {
  int64_t last = -1;
  int64_t rank = shapes::of(op->getOperand(0)).size();
  for (int64_t dimension : dimensions) {
    if (dimension <= last || dimension >= rank)
      return op->emitOpError("DM1: dimensions must ascend from 0 to ")
             << rank - 1 << ", got " << dimension
             << (last < 0 ? "" : " behind " + std::to_string(last));
    last = dimension;
  }
  if (dimensions.empty())
    return op->emitOpError("DM1: names no dimension");
  return success();
}

/// Returns the operand's type with 1 in place of the dimensions.
static RankedTensorType reducedType(Value x, ArrayRef<int64_t> dimensions) {
  auto type = cast<RankedTensorType>(x.getType());
  SmallVector<int64_t> shape(type.getShape());
  for (int64_t dimension : dimensions)
    shape[dimension] = 1;
  return type.clone(shape);
}

Value NormalizeOp::compose(OpBuilder &builder) {
  Location loc = getLoc();
  Type reduced = reducedType(getX(), getDimensions());
  Value mean = ReduceMeanOp::create(builder, loc, reduced, getX());
  Value centred = SubOp::create(builder, loc, getX(), mean);
  Value square = SquareOp::create(builder, loc, centred);
  Value variance = ReduceMeanOp::create(builder, loc, reduced, square);
  Value factor = RsqrtOp::create(builder, loc, variance, getEpsilonAttr());
  return MulOp::create(builder, loc, centred, factor);
}

namespace {

/// Softmax and its logarithm divide exponentials by their sum.
struct Shares {
  /// This is x without its largest element over the dimensions. Gradients take
  /// that element for a constant, since any constant gives the same shares.
  Value shifted;
  Value exponential;
  Value sum;
};

} // namespace

static Shares createShares(OpBuilder &builder, Location loc, Value x,
                           ArrayRef<int64_t> dimensions) {
  Type reduced = reducedType(x, dimensions);
  Value largest = ReduceMaxOp::create(builder, loc, reduced, x);
  Value constant = DetachOp::create(builder, loc, largest);
  Value shifted = SubOp::create(builder, loc, x, constant);
  Value exponential = ExpOp::create(builder, loc, shifted);
  Value sum = ReduceSumOp::create(builder, loc, reduced, exponential);
  return {shifted, exponential, sum};
}

Value SoftmaxOp::compose(OpBuilder &builder) {
  Shares shares = createShares(builder, getLoc(), getX(), getDimensions());
  return DivOp::create(builder, getLoc(), shares.exponential, shares.sum);
}

Value LogSoftmaxOp::compose(OpBuilder &builder) {
  Shares shares = createShares(builder, getLoc(), getX(), getDimensions());
  Value logarithm = LogOp::create(builder, getLoc(), shares.sum);
  return SubOp::create(builder, getLoc(), shares.shifted, logarithm);
}

TaskKind DetachOp::getTaskKind() { return TaskKind::forward; }

SmallVector<OpSplitRule> DetachOp::getSplitRules() {
  return viewSplitRules(*this);
}
