//===- LayerpipeGradientOps.cpp - rules and scalars of backward ops -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

/// Checks that `dy` has the shape that the forward op gives its result.
static LogicalResult checkResult(Operation *op, StringRef rule,
                                 FailureOr<SmallVector<int64_t>> expected,
                                 Value dy) {
  if (failed(expected))
    return failure();
  if (ArrayRef<int64_t>(*expected) == of(dy))
    return success();
  return op->emitOpError() << rule
                           << ": the forward op's result, and so dy, is "
                           << shapes::toString(*expected) << ", got "
                           << shapes::toString(of(dy));
}

/// Returns the length of a bias gradient, or nothing without one.
static std::optional<int64_t> lengthOf(Value dbias) {
  return dbias ? std::optional(of(dbias)[0]) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

static LogicalResult checkLinear(Operation *op, Value dy, Value x, Value weight,
                                 Value dbias) {
  auto error = [&] { return op->emitOpError("LB1: "); };
  return checkResult(
      op, "LB1", shapes::linear(of(x), of(weight), lengthOf(dbias), error), dy);
}

/// Returns the multiply-accumulates of one of the three products of a linear
/// layer.
static int64_t linearMacs(Value dy, Value x) {
  return shapes::saturatingProduct(ShapedType::getNumElements(of(dy)),
                                   of(x)[1]);
}

LogicalResult LinearBackwardOp::verify() {
  if (getDx().getType() != getX().getType() ||
      getDweight().getType() != getWeight().getType())
    return emitOpError(
        "LB1: gradients must have the types of input and weight");
  return checkLinear(*this, getDy(), getX(), getWeight(), getDbias());
}
TaskKind LinearBackwardOp::getTaskKind() { return TaskKind::backward; }
std::optional<int64_t> LinearBackwardOp::getMacCount() {
  return shapes::saturatingProduct(2, linearMacs(getDy(), getX()));
}

SmallVector<Value> LinearBackwardOp::decouple(OpBuilder &builder) {
  auto input = LinearGradInputOp::create(builder, getLoc(), getDx().getType(),
                                         getDy(), getWeight());
  Type dbias = getDbias() ? Type(getDbias().getType()) : Type();
  auto weight = LinearGradWeightOp::create(
      builder, getLoc(), getDweight().getType(), dbias, getDy(), getX());
  SmallVector<Value> results{input.getDx()};
  llvm::append_range(results, weight->getResults());
  return results;
}

LogicalResult LinearGradInputOp::verify() {
  return checkLinear(*this, getDy(), getDx(), getWeight(), Value());
}
TaskKind LinearGradInputOp::getTaskKind() { return TaskKind::grad_input; }
std::optional<int64_t> LinearGradInputOp::getMacCount() {
  return linearMacs(getDy(), getDx());
}

LogicalResult LinearGradWeightOp::verify() {
  return checkLinear(*this, getDy(), getX(), getDweight(), getDbias());
}
TaskKind LinearGradWeightOp::getTaskKind() { return TaskKind::grad_weight; }
std::optional<int64_t> LinearGradWeightOp::getMacCount() {
  return linearMacs(getDy(), getX());
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

static LogicalResult checkConv2d(Operation *op, Value dy, Value x, Value weight,
                                 Value dbias, int64_t stride, int64_t padding) {
  auto error = [&] { return op->emitOpError("VB1: "); };
  return checkResult(op, "VB1",
                     shapes::conv2d(of(x), of(weight), lengthOf(dbias), stride,
                                    padding, error),
                     dy);
}

/// Returns the multiply-accumulates of one of the three convolutions of a
/// layer.
static int64_t convMacs(Value dy, Value weight) {
  return shapes::saturatingProduct(
      ShapedType::getNumElements(of(dy)),
      ShapedType::getNumElements(of(weight).drop_front()));
}

LogicalResult Conv2dBackwardOp::verify() {
  if (getDx().getType() != getX().getType() ||
      getDweight().getType() != getWeight().getType())
    return emitOpError(
        "VB1: gradients must have the types of input and weight");
  return checkConv2d(*this, getDy(), getX(), getWeight(), getDbias(),
                     getStride(), getPadding());
}
TaskKind Conv2dBackwardOp::getTaskKind() { return TaskKind::backward; }
std::optional<int64_t> Conv2dBackwardOp::getMacCount() {
  return shapes::saturatingProduct(2, convMacs(getDy(), getWeight()));
}

SmallVector<Value> Conv2dBackwardOp::decouple(OpBuilder &builder) {
  auto input =
      Conv2dGradInputOp::create(builder, getLoc(), getDx().getType(), getDy(),
                                getWeight(), getStride(), getPadding());
  Type dbias = getDbias() ? Type(getDbias().getType()) : Type();
  auto weight = Conv2dGradWeightOp::create(
      builder, getLoc(), getDweight().getType(), dbias, getDy(), getX(),
      getStride(), getPadding());
  SmallVector<Value> results{input.getDx()};
  llvm::append_range(results, weight->getResults());
  return results;
}

LogicalResult Conv2dGradInputOp::verify() {
  return checkConv2d(*this, getDy(), getDx(), getWeight(), Value(), getStride(),
                     getPadding());
}
TaskKind Conv2dGradInputOp::getTaskKind() { return TaskKind::grad_input; }
std::optional<int64_t> Conv2dGradInputOp::getMacCount() {
  return convMacs(getDy(), getWeight());
}

LogicalResult Conv2dGradWeightOp::verify() {
  return checkConv2d(*this, getDy(), getX(), getDweight(), getDbias(),
                     getStride(), getPadding());
}
TaskKind Conv2dGradWeightOp::getTaskKind() { return TaskKind::grad_weight; }
std::optional<int64_t> Conv2dGradWeightOp::getMacCount() {
  return convMacs(getDy(), getDweight());
}

//===----------------------------------------------------------------------===//
// Ops without weights
//===----------------------------------------------------------------------===//

TaskKind AccumulateOp::getTaskKind() {
  return getOfWeights() ? TaskKind::grad_weight : TaskKind::activation_grad;
}

SmallVector<Value> AccumulateOp::buildScalars(OpBuilder &builder,
                                              ValueRange operands, Value) {
  return {arith::AddFOp::create(builder, getLoc(), operands[0], operands[1])};
}

static LogicalResult checkPool2d(Operation *op, Value dy, Value x,
                                 int64_t kernel, int64_t stride) {
  auto error = [&] { return op->emitOpError("MB1: "); };
  return checkResult(op, "MB1", shapes::pool2d(of(x), kernel, stride, error),
                     dy);
}

LogicalResult MaxPool2dGradOp::verify() {
  if (getDx().getType() != getX().getType())
    return emitOpError("MB1: the gradient must have the input's type");
  return checkPool2d(*this, getDy(), getX(), getKernel(), getStride());
}
TaskKind MaxPool2dGradOp::getTaskKind() { return TaskKind::activation_grad; }

LogicalResult AvgPool2dGradOp::verify() {
  return checkPool2d(*this, getDy(), getDx(), getKernel(), getStride());
}
TaskKind AvgPool2dGradOp::getTaskKind() { return TaskKind::activation_grad; }

LogicalResult FlattenGradOp::verify() {
  ArrayRef<int64_t> dx = of(getDx()), dy = of(getDy());
  if (dx.empty() || dx[0] != dy[0] ||
      ShapedType::getNumElements(dx.drop_front()) != dy[1])
    return emitOpError("FB1: ")
           << shapes::toString(dx) << " does not flatten to "
           << shapes::toString(dy);
  return success();
}
TaskKind FlattenGradOp::getTaskKind() { return TaskKind::activation_grad; }
