//===- LayerpipeStatisticsOps.cpp - running statistics --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;

static LogicalResult verifyMomentum(Operation *op, const APFloat &momentum) {
  double value = momentum.convertToDouble();
  if (value >= 0 && value <= 1)
    return success();
  return op->emitOpError("BN2: momentum must lie between 0 and 1, got ")
         << value;
}

LogicalResult RunningAverageOp::verify() {
  return verifyMomentum(*this, getMomentum());
}

LogicalResult BatchNormOp::verify() {
  ArrayRef<int64_t> shape = shapes::of(getX());
  if (shape.size() < 2)
    return emitOpError("BN1: x needs samples and channels, got ")
           << shapes::toString(shape);
  for (Value running : getStates())
    if (shapes::of(running) != shape.slice(1, 1))
      return emitOpError("BN1: running statistics must have an element for "
                         "each of the ")
             << shape[1] << " channels, got "
             << shapes::toString(shapes::of(running));
  return verifyMomentum(*this, getMomentum());
}

OperandRange BatchNormOp::getStates() { return getOperands().drop_front(); }

/// Returns what the batch's variance is multiplied by where the running
/// variance moves towards it: n/(n − 1) if that is to be unbiased.
static double runningVarianceFactor(BatchNormOp op) {
  auto type = cast<RankedTensorType>(op.getX().getType());
  double count = double(type.getNumElements() / type.getDimSize(1));
  return op.getUnbiasedRunningVariance() && count > 1 ? count / (count - 1) : 1;
}

Value BatchNormOp::compose(OpBuilder &builder) {
  Location loc = getLoc();
  auto type = cast<RankedTensorType>(getX().getType());
  SmallVector<int64_t> shape(type.getRank(), 1);
  shape[1] = type.getDimSize(1);
  Type channels = type.clone(shape);
  // Returns the batch's mean of `values` in training, and keeps its average,
  // times `factor`, in `running`, which takes its place in evaluation.
  auto meanOf = [&](Value values, Value running, double factor) -> Value {
    Value mean = ReduceMeanOp::create(builder, loc, channels, values);
    Value vector = ReshapeOp::create(builder, loc, running.getType(), mean);
    if (factor != 1)
      vector = ScaleOp::create(builder, loc, vector,
                               builder.getF64FloatAttr(factor));
    RunningAverageOp::create(builder, loc, running, vector, getMomentumAttr());
    Value constant = DetachOp::create(builder, loc, running);
    Value latest = ReshapeOp::create(builder, loc, channels, constant);
    return TrainOrEvalOp::create(builder, loc, mean, latest);
  };
  Value centred =
      SubOp::create(builder, loc, getX(), meanOf(getX(), getRunningMean(), 1));
  Value variance = meanOf(SquareOp::create(builder, loc, centred),
                          getRunningVariance(), runningVarianceFactor(*this));
  Value factor = RsqrtOp::create(builder, loc, variance, getEpsilonAttr());
  return MulOp::create(builder, loc, centred, factor);
}
