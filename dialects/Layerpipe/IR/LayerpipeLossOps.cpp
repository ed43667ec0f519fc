//===- LayerpipeLossOps.cpp - types and gradients of losses ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;

/// Returns the type of every loss.
static Type scalar(MLIRContext *context) {
  return RankedTensorType::get({}, Float32Type::get(context));
}

static Location locationOr(std::optional<Location> loc, MLIRContext *context) {
  return loc.value_or(UnknownLoc::get(context));
}

/// Checks rule X1.
static LogicalResult checkLabels(Value logits, Value labels, Location loc) {
  if (shapes::of(logits)[0] == shapes::of(labels)[0])
    return success();
  return emitError(loc) << "X1: " << shapes::of(logits)[0]
                        << " rows of logits need as many labels, got "
                        << shapes::of(labels)[0];
}

/// Checks rule Q1.
static LogicalResult checkTarget(Type prediction, Type target, Location loc) {
  if (prediction == target)
    return success();
  return emitError(loc) << "Q1: prediction and target must have one type, got "
                        << prediction << " and " << target;
}

//===----------------------------------------------------------------------===//
// Softmax cross-entropy
//===----------------------------------------------------------------------===//

LogicalResult
SoftmaxCrossEntropyOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location> loc, Adaptor op,
                                        SmallVectorImpl<Type> &types) {
  types.push_back(scalar(context));
  return checkLabels(op.getLogits(), op.getLabels(), locationOr(loc, context));
}

TaskKind SoftmaxCrossEntropyOp::getTaskKind() { return TaskKind::loss; }
Value SoftmaxCrossEntropyOp::getPrediction() { return getLogits(); }
Value SoftmaxCrossEntropyOp::getTarget() { return getLabels(); }

Value SoftmaxCrossEntropyOp::buildGradient(OpBuilder &builder) {
  return SoftmaxCrossEntropyGradOp::create(
      builder, getLoc(), getLogits().getType(), getLogits(), getLabels());
}

LogicalResult SoftmaxCrossEntropyGradOp::verify() {
  if (failed(checkLabels(getLogits(), getLabels(), getLoc())))
    return failure();
  if (getLogits().getType() != getDlogits().getType())
    return emitOpError("X2: the result must have the logits' type ")
           << getLogits().getType();
  return success();
}

TaskKind SoftmaxCrossEntropyGradOp::getTaskKind() { return TaskKind::loss; }

//===----------------------------------------------------------------------===//
// Mean squared error
//===----------------------------------------------------------------------===//

LogicalResult
MeanSquaredErrorOp::inferReturnTypes(MLIRContext *context,
                                     std::optional<Location> loc, Adaptor op,
                                     SmallVectorImpl<Type> &types) {
  types.push_back(scalar(context));
  return checkTarget(op.getPrediction().getType(), op.getTarget().getType(),
                     locationOr(loc, context));
}

TaskKind MeanSquaredErrorOp::getTaskKind() { return TaskKind::loss; }

Value MeanSquaredErrorOp::buildGradient(OpBuilder &builder) {
  return MeanSquaredErrorGradOp::create(builder, getLoc(),
                                        getPrediction().getType(),
                                        getPrediction(), getTarget());
}

LogicalResult MeanSquaredErrorGradOp::verify() {
  if (failed(checkTarget(getPrediction().getType(), getTarget().getType(),
                         getLoc())))
    return failure();
  if (getPrediction().getType() != getDprediction().getType())
    return emitOpError("Q2: the result must have the prediction's type ")
           << getPrediction().getType();
  return success();
}

TaskKind MeanSquaredErrorGradOp::getTaskKind() { return TaskKind::loss; }
