//===- LayerpipeGradientOps.cpp - rules and scalars of backward ops -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeWindows.h"
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

/// Checks the shapes of a convolution's gradients.
template <typename Op>
static LogicalResult checkConv2d(Op op, Value x, Value weight, Value dbias) {
  auto error = [&] { return op.emitOpError("VB1: "); };
  auto expected =
      shapes::conv2d(of(x), of(weight), lengthOf(dbias), op.getWindow(),
                     int64_t(op.getGroups()), error);
  return checkResult(op, "VB1", expected, op.getDy());
}

/// Checks the shapes of a transposed convolution's gradients: convolving dy
/// must give x.
template <typename Op>
static LogicalResult checkTransposed(Op op, Value x, Value weight,
                                     Value dbias) {
  auto error = [&] { return op.emitOpError("TB1: "); };
  ArrayRef<int64_t> dy = of(op.getDy());
  auto convolved = shapes::conv2d(dy, of(weight), std::nullopt, op.getWindow(),
                                  int64_t(op.getGroups()), error);
  if (failed(convolved))
    return failure();
  if (ArrayRef<int64_t>(*convolved) != of(x))
    return error() << "an input of this dy is " << shapes::toString(*convolved)
                   << ", got " << shapes::toString(of(x));
  if (dbias && of(dbias)[0] != dy[1])
    return error() << "the bias's gradient has dy's channels (" << dy[1]
                   << "), got " << of(dbias)[0];
  return success();
}

/// Checks that all gradients have the types of what they are gradients of.
template <typename Op> static LogicalResult checkTypes(Op op, StringRef rule) {
  if (op.getDx().getType() == op.getX().getType() &&
      op.getDweight().getType() == op.getWeight().getType())
    return success();
  auto error = op.emitOpError() << rule;
  return error << ": gradients must have the types of input and weight";
}

/// Takes a coupled backward op apart into ops of the same window.
template <typename GradInputOp, typename GradWeightOp, typename Op>
static SmallVector<Value> decoupleConv(Op op, OpBuilder &builder) {
  auto input = GradInputOp::create(builder, op.getLoc(), op.getDx().getType(),
                                   op.getDy(), op.getWeight(),
                                   op.getStrideAttr(), op.getPaddingAttr(),
                                   op.getDilationAttr(), op.getGroups());
  Type dbias = op.getDbias() ? Type(op.getDbias().getType()) : Type();
  auto weight = GradWeightOp::create(
      builder, op.getLoc(), op.getDweight().getType(), dbias, op.getDy(),
      op.getX(), op.getStrideAttr(), op.getPaddingAttr(), op.getDilationAttr(),
      op.getGroups());
  SmallVector<Value> results{input.getDx()};
  llvm::append_range(results, weight->getResults());
  return results;
}

LogicalResult Conv2dBackwardOp::verify() {
  if (failed(checkTypes(*this, "VB1")))
    return failure();
  return checkConv2d(*this, getX(), getWeight(), getDbias());
}
TaskKind Conv2dBackwardOp::getTaskKind() { return TaskKind::backward; }
std::optional<int64_t> Conv2dBackwardOp::getMacCount() {
  return shapes::saturatingProduct(2, shapes::convMacs(getDy(), getWeight()));
}
SmallVector<Value> Conv2dBackwardOp::decouple(OpBuilder &builder) {
  return decoupleConv<Conv2dGradInputOp, Conv2dGradWeightOp>(*this, builder);
}
base::Window2d Conv2dBackwardOp::getWindow() {
  return shapes::convWindowOf(of(getWeight()), *this);
}

LogicalResult Conv2dGradInputOp::verify() {
  return checkConv2d(*this, getDx(), getWeight(), Value());
}
TaskKind Conv2dGradInputOp::getTaskKind() { return TaskKind::grad_input; }
std::optional<int64_t> Conv2dGradInputOp::getMacCount() {
  return shapes::convMacs(getDy(), getWeight());
}
base::Window2d Conv2dGradInputOp::getWindow() {
  return shapes::convWindowOf(of(getWeight()), *this);
}

LogicalResult Conv2dGradWeightOp::verify() {
  return checkConv2d(*this, getX(), getDweight(), getDbias());
}
TaskKind Conv2dGradWeightOp::getTaskKind() { return TaskKind::grad_weight; }
std::optional<int64_t> Conv2dGradWeightOp::getMacCount() {
  return shapes::convMacs(getDy(), getDweight());
}
base::Window2d Conv2dGradWeightOp::getWindow() {
  return shapes::convWindowOf(of(getDweight()), *this);
}

//===----------------------------------------------------------------------===//
// Transposed convolution
//===----------------------------------------------------------------------===//

LogicalResult ConvTranspose2dBackwardOp::verify() {
  if (failed(checkTypes(*this, "TB1")))
    return failure();
  return checkTransposed(*this, getX(), getWeight(), getDbias());
}
TaskKind ConvTranspose2dBackwardOp::getTaskKind() { return TaskKind::backward; }
std::optional<int64_t> ConvTranspose2dBackwardOp::getMacCount() {
  return shapes::saturatingProduct(2, shapes::convMacs(getX(), getWeight()));
}
SmallVector<Value> ConvTranspose2dBackwardOp::decouple(OpBuilder &builder) {
  return decoupleConv<ConvTranspose2dGradInputOp, ConvTranspose2dGradWeightOp>(
      *this, builder);
}
base::Window2d ConvTranspose2dBackwardOp::getWindow() {
  return shapes::convWindowOf(of(getWeight()), *this);
}

LogicalResult ConvTranspose2dGradInputOp::verify() {
  return checkTransposed(*this, getDx(), getWeight(), Value());
}
TaskKind ConvTranspose2dGradInputOp::getTaskKind() {
  return TaskKind::grad_input;
}
std::optional<int64_t> ConvTranspose2dGradInputOp::getMacCount() {
  return shapes::convMacs(getDx(), getWeight());
}
base::Window2d ConvTranspose2dGradInputOp::getWindow() {
  return shapes::convWindowOf(of(getWeight()), *this);
}

LogicalResult ConvTranspose2dGradWeightOp::verify() {
  return checkTransposed(*this, getX(), getDweight(), getDbias());
}
TaskKind ConvTranspose2dGradWeightOp::getTaskKind() {
  return TaskKind::grad_weight;
}
std::optional<int64_t> ConvTranspose2dGradWeightOp::getMacCount() {
  return shapes::convMacs(getX(), getDweight());
}
base::Window2d ConvTranspose2dGradWeightOp::getWindow() {
  return shapes::convWindowOf(of(getDweight()), *this);
}

//===----------------------------------------------------------------------===//
// Ops without weights
//===----------------------------------------------------------------------===//

TaskKind AccumulateOp::getTaskKind() {
  return getOfWeights() ? TaskKind::grad_weight : TaskKind::activation_grad;
}

SmallVector<Value> AccumulateOp::buildScalars(OpBuilder &builder,
                                              ValueRange operands,
                                              const LoopScalars &) {
  return {arith::AddFOp::create(builder, getLoc(), operands[0], operands[1])};
}

/// Checks the shapes of a pooling's gradient.
template <typename Op> static LogicalResult checkPool2d(Op op, Value x) {
  auto error = [&] { return op.emitOpError("MB1: "); };
  return checkResult(op, "MB1", shapes::pool2d(of(x), op.getWindow(), error),
                     op.getDy());
}

LogicalResult MaxPool2dGradOp::verify() {
  if (getDx().getType() != getX().getType())
    return emitOpError("MB1: the gradient must have the input's type");
  return checkPool2d(*this, getX());
}
TaskKind MaxPool2dGradOp::getTaskKind() { return TaskKind::activation_grad; }
base::Window2d MaxPool2dGradOp::getWindow() {
  return shapes::poolWindowOf(*this);
}

LogicalResult AvgPool2dGradOp::verify() { return checkPool2d(*this, getDx()); }
TaskKind AvgPool2dGradOp::getTaskKind() { return TaskKind::activation_grad; }
base::Window2d AvgPool2dGradOp::getWindow() {
  return shapes::poolWindowOf(*this);
}

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
