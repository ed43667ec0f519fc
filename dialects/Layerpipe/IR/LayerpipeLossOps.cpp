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
  SmallVector<int64_t> wanted(shapes::of(logits));
  if (wanted.size() < 2)
    return emitError(loc) << "X1: logits are [batch, classes, …], got "
                          << logits.getType();
  wanted.erase(wanted.begin() + 1);
  if (shapes::of(labels) == ArrayRef(wanted))
    return success();
  return emitError(loc) << "X1: logits of " << logits.getType()
                        << " need labels of " << shapes::toString(wanted)
                        << ", got " << shapes::toString(shapes::of(labels));
}

/// Checks rules X1, X3 and X4 of a loss or of its gradient.
template <typename Op>
static LogicalResult checkCrossEntropy(Op op, Location loc) {
  if (failed(checkLabels(op.getLogits(), op.getLabels(), loc)))
    return failure();
  std::optional<uint64_t> ignored = op.getIgnored();
  if (op.getPopulation() && (op.getSum() || !ignored))
    return emitError(loc) << "X3: only a mean that ignores labels has a "
                             "population";
  if (ignored && !llvm::isInt<32>(static_cast<int64_t>(*ignored)))
    return emitError(loc) << "X4: ignored must lie between -2^31 and 2^31 - 1, "
                             "got "
                          << static_cast<int64_t>(*ignored);
  return success();
}

/// Parts of a mean over the labels that count have different numbers of them,
/// so they count those of the whole batch.
template <typename Op>
static double joinCrossEntropy(Op op, int64_t parts, Value whole) {
  if (op.getSum())
    return 1.0;
  if (!op.getIgnored())
    return 1.0 / double(parts);
  op.getPopulationMutable().assign(whole);
  return 1.0;
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
  return checkCrossEntropy(op, locationOr(loc, context));
}

TaskKind SoftmaxCrossEntropyOp::getTaskKind() { return TaskKind::loss; }
Value SoftmaxCrossEntropyOp::getPrediction() { return getLogits(); }
Value SoftmaxCrossEntropyOp::getTarget() { return getLabels(); }
double SoftmaxCrossEntropyOp::joinParts(int64_t parts, Value whole) {
  return joinCrossEntropy(*this, parts, whole);
}

Value SoftmaxCrossEntropyOp::buildGradient(OpBuilder &builder) {
  return SoftmaxCrossEntropyGradOp::create(
      builder, getLoc(), getLogits().getType(), getLogits(), getLabels(),
      getPopulation(), getSumAttr(), getIgnoredAttr());
}

Value SoftmaxCrossEntropyGradOp::getTarget() { return getLabels(); }
double SoftmaxCrossEntropyGradOp::joinParts(int64_t parts, Value whole) {
  return joinCrossEntropy(*this, parts, whole);
}

LogicalResult SoftmaxCrossEntropyGradOp::verify() {
  if (failed(checkCrossEntropy(*this, getLoc())))
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
