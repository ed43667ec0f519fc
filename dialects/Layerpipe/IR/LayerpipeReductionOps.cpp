//===- LayerpipeReductionOps.cpp - sums, repetitions, shapes --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeBroadcast.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;
using Gradients = MutableArrayRef<Value>;

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

LoopNest ReduceSumOp::getLoops() {
  return LoopNest::broadcasting(*this, getX(), Combiner::sum);
}

void ReduceSumOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                Gradients gradients) {
  gradients[0] = ExpandOp::create(builder, getLoc(), getX().getType(), dy);
}

LoopNest ReduceMeanOp::getLoops() {
  return LoopNest::broadcasting(*this, getX(), Combiner::mean);
}

void ReduceMeanOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                 Gradients gradients) {
  int64_t count = getLoops().combined();
  Value share = ScaleOp::create(builder, getLoc(), dy,
                                builder.getF64FloatAttr(1.0 / double(count)));
  gradients[0] = ExpandOp::create(builder, getLoc(), getX().getType(), share);
}

LoopNest ReduceMaxOp::getLoops() {
  return LoopNest::broadcasting(*this, getX(), Combiner::maximum);
}

void ReduceMaxOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                Gradients gradients) {
  Value largest = EqualOp::create(builder, getLoc(), getX(), getResult());
  Value count =
      ReduceSumOp::create(builder, getLoc(), getResult().getType(), largest);
  Value share = DivOp::create(builder, getLoc(), dy, count);
  gradients[0] = MulOp::create(builder, getLoc(), largest, share);
}

//===----------------------------------------------------------------------===//
// Repetition and order
//===----------------------------------------------------------------------===//

LoopNest ExpandOp::getLoops() {
  return LoopNest::broadcasting(*this, getResult());
}

void ExpandOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                             Gradients gradients) {
  gradients[0] = sumTo(builder, getX().getType(), dy);
}

/// Dimension k of the result is dimension permutation[k] of the operand.
LoopNest TransposeOp::getLoops() {
  unsigned rank = getX().getType().getRank();
  LoopNest loops;
  loops.extents.assign(shapes::of(getResult()));
  loops.results.push_back(
      AffineMap::getMultiDimIdentityMap(rank, getContext()));
  SmallVector<AffineExpr> read(rank);
  for (auto [position, dimension] : llvm::enumerate(getPermutation()))
    read[dimension] = getAffineDimExpr(position, getContext());
  loops.operands.push_back(AffineMap::get(rank, 0, read, getContext()));
  return loops;
}

void TransposeOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                Gradients gradients) {
  SmallVector<int64_t> inverse(getPermutation().size());
  for (auto [position, dimension] : llvm::enumerate(getPermutation()))
    inverse[dimension] = position;
  gradients[0] =
      TransposeOp::create(builder, getLoc(), getX().getType(), dy, inverse);
}

/// A position of the result reads the operand `low` positions before.
LoopNest PadOp::getLoops() {
  unsigned rank = getX().getType().getRank();
  LoopNest loops;
  loops.extents.assign(shapes::of(getResult()));
  loops.results.push_back(
      AffineMap::getMultiDimIdentityMap(rank, getContext()));
  SmallVector<AffineExpr> read;
  for (auto [dimension, low] : llvm::enumerate(getLow()))
    read.push_back(getAffineDimExpr(dimension, getContext()) - low);
  loops.operands.push_back(AffineMap::get(rank, 0, read, getContext()));
  loops.outside = getValue().convertToDouble();
  return loops;
}

void PadOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                          Gradients gradients) {
  ArrayRef<int64_t> shape = shapes::of(getX());
  for (auto [dimension, low] : llvm::enumerate(getLow()))
    if (shapes::of(dy)[dimension] != shape[dimension])
      dy = SliceOp::create(builder, getLoc(), dy, dimension, low,
                           low + shape[dimension], shapes::of(dy)[dimension]);
  gradients[0] = dy;
}

//===----------------------------------------------------------------------===//
// Reshaping
//===----------------------------------------------------------------------===//

LogicalResult ReshapeOp::verify() {
  auto from = cast<RankedTensorType>(getX().getType());
  auto to = cast<RankedTensorType>(getResult().getType());
  if (from.getNumElements() == to.getNumElements() &&
      from.getElementType() == to.getElementType())
    return success();
  return emitOpError("RS1: operand and result must have as many elements of "
                     "one type, got ")
         << shapes::toString(shapes::of(getX())) << " and "
         << shapes::toString(shapes::of(getResult()));
}

void ReshapeOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                              Gradients gradients) {
  gradients[0] = ReshapeOp::create(builder, getLoc(), getX().getType(), dy);
}

SmallVector<OpSplitRule> ReshapeOp::getSplitRules() {
  return viewSplitRules(*this);
}

SmallVector<OpSplitRule> layerpipe::viewSplitRules(Operation *op) {
  constexpr SplitAxis axes[] = {SplitAxis::batch, SplitAxis::output_channels};
  ArrayRef<int64_t> from = shapes::of(op->getOperand(0));
  ArrayRef<int64_t> to = shapes::of(op->getResult(0));
  SmallVector<OpSplitRule> rules;
  for (auto [dimension, axis] : llvm::enumerate(axes)) {
    if (dimension >= from.size() || dimension >= to.size() ||
        from[dimension] != to[dimension])
      break;
    ValueSplit slice = ValueSplit::sliced(int64_t(dimension));
    rules.push_back({axis, from[dimension], {slice}, {slice}});
  }
  return rules;
}

LogicalResult TotalLossOp::verify() {
  if (getLosses().empty() || getLosses().size() != getWeights().size())
    return emitOpError("TL1: needs one loss at least, and a weight for each; "
                       "got ")
           << getLosses().size() << " losses and " << getWeights().size()
           << " weights";
  for (double weight : getWeights())
    if (!std::isfinite(weight))
      return emitOpError("TL1: weights must be finite, got ") << weight;
  return success();
}
