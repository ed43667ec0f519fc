//===- LayerpipeLayerOps.cpp - types and costs of forward ops -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeWindows.h"

using namespace mlir;
using namespace layerpipe;

using Inferred = SmallVectorImpl<Type>;

/// Appends the inferred f32 tensor type, or passes the failure on.
static LogicalResult append(MLIRContext *context,
                            FailureOr<SmallVector<int64_t>> shape,
                            Inferred &types) {
  if (failed(shape))
    return failure();
  types.push_back(RankedTensorType::get(*shape, Float32Type::get(context)));
  return success();
}

/// Starts an error at an op that is being built or verified.
static auto errorAt(MLIRContext *context, std::optional<Location> loc) {
  return [=] { return emitError(loc.value_or(UnknownLoc::get(context))); };
}

static std::optional<int64_t> lengthOf(Value bias) {
  return bias ? std::optional(shapes::of(bias)[0]) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

LogicalResult LinearOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op, Inferred &types) {
  auto shape = shapes::linear(shapes::of(op.getX()), shapes::of(op.getWeight()),
                              lengthOf(op.getBias()), errorAt(context, loc));
  return append(context, shape, types);
}

TaskKind LinearOp::getTaskKind() { return TaskKind::forward; }

std::optional<int64_t> LinearOp::getMacCount() {
  return shapes::saturatingProduct(getResult().getType().getNumElements(),
                                   getX().getType().getDimSize(1));
}

OperandRange LinearOp::getWeights() { return getOperands().drop_front(); }

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

LogicalResult Conv2dOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op, Inferred &types) {
  ArrayRef<int64_t> weight = shapes::of(op.getWeight());
  auto shape =
      shapes::conv2d(shapes::of(op.getX()), weight, lengthOf(op.getBias()),
                     shapes::convWindowOf(weight, op), int64_t(op.getGroups()),
                     errorAt(context, loc));
  return append(context, shape, types);
}

TaskKind Conv2dOp::getTaskKind() { return TaskKind::forward; }

std::optional<int64_t> Conv2dOp::getMacCount() {
  return shapes::convMacs(getResult(), getWeight());
}

OperandRange Conv2dOp::getWeights() { return getOperands().drop_front(); }

base::Window2d Conv2dOp::getWindow() {
  return shapes::convWindowOf(shapes::of(getWeight()), *this);
}

LogicalResult ConvTranspose2dOp::inferReturnTypes(MLIRContext *context,
                                                  std::optional<Location> loc,
                                                  Adaptor op, Inferred &types) {
  ArrayRef<int64_t> weight = shapes::of(op.getWeight());
  Attribute padding = op.getOutputPaddingAttr();
  auto shape = shapes::convTranspose2d(
      shapes::of(op.getX()), weight, lengthOf(op.getBias()),
      shapes::convWindowOf(weight, op), int64_t(op.getGroups()),
      {shapes::numberAt(padding, 0, 0), shapes::numberAt(padding, 1, 0)},
      errorAt(context, loc));
  return append(context, shape, types);
}

TaskKind ConvTranspose2dOp::getTaskKind() { return TaskKind::forward; }

std::optional<int64_t> ConvTranspose2dOp::getMacCount() {
  return shapes::convMacs(getX(), getWeight());
}

OperandRange ConvTranspose2dOp::getWeights() {
  return getOperands().drop_front();
}

base::Window2d ConvTranspose2dOp::getWindow() {
  return shapes::convWindowOf(shapes::of(getWeight()), *this);
}

//===----------------------------------------------------------------------===//
// Pooling and reshaping
//===----------------------------------------------------------------------===//

LogicalResult MaxPool2dOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor op, Inferred &types) {
  auto shape = shapes::pool2d(shapes::of(op.getX()), shapes::poolWindowOf(op),
                              errorAt(context, loc));
  return append(context, shape, types);
}

TaskKind MaxPool2dOp::getTaskKind() { return TaskKind::forward; }

base::Window2d MaxPool2dOp::getWindow() { return shapes::poolWindowOf(*this); }

LogicalResult AvgPool2dOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor op, Inferred &types) {
  auto shape = shapes::pool2d(shapes::of(op.getX()), shapes::poolWindowOf(op),
                              errorAt(context, loc));
  return append(context, shape, types);
}

TaskKind AvgPool2dOp::getTaskKind() { return TaskKind::forward; }

base::Window2d AvgPool2dOp::getWindow() { return shapes::poolWindowOf(*this); }

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op, Inferred &types) {
  ArrayRef<int64_t> shape = shapes::of(op.getX());
  if (shape.empty())
    return errorAt(context, loc)()
           << "F1: a scalar has no batch dimension to keep";
  int64_t features = ShapedType::getNumElements(shape.drop_front());
  return append(context, SmallVector<int64_t>{shape[0], features}, types);
}

TaskKind FlattenOp::getTaskKind() { return TaskKind::forward; }
