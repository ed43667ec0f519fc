//===- LayerpipeOpaqueOps.cpp - layers known by their cost ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"

#include "Layerpipe/IR/LayerpipeAxes.h"

using namespace mlir;
using namespace layerpipe;

using Costs = std::optional<ArrayRef<int64_t>>;

/// Returns the sum of a list of costs, or the largest int64_t where that
/// overflows.
static std::optional<int64_t> sumOf(Costs costs) {
  if (!costs)
    return std::nullopt;
  int64_t sum = 0;
  for (int64_t cost : *costs)
    sum = llvm::SaturatingAdd<uint64_t>(sum, cost) > uint64_t(INT64_MAX)
              ? INT64_MAX
              : sum + cost;
  return sum;
}

/// Returns some of a list's costs as an attribute of their own, or null without
/// a list.
static DenseI64ArrayAttr slice(DenseI64ArrayAttr costs, int64_t begin,
                               int64_t count) {
  if (!costs)
    return {};
  return DenseI64ArrayAttr::get(costs.getContext(),
                                costs.asArrayRef().slice(begin, count));
}

/// Checks O2 or OB2: there is a list, and each has `count` numbers of at least
/// 0.
template <typename OpTy>
static LogicalResult checkCosts(OpTy op, StringRef rule, int64_t count) {
  DenseI64ArrayAttr macs = op.getMacsAttr(), time = op.getNanosecondsAttr();
  if (!macs && !time)
    return op.emitOpError() << rule << ": needs macs or nanoseconds";
  for (DenseI64ArrayAttr list : {macs, time}) {
    if (!list)
      continue;
    auto negative = [](int64_t cost) { return cost < 0; };
    if (list.size() != count || llvm::any_of(list.asArrayRef(), negative))
      return op.emitOpError() << rule << ": macs and nanoseconds have " << count
                              << (count == 1 ? " number" : " numbers")
                              << " of at least 0, got " << list;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

/// Checks OA1, OA2 and OA3; `result` is the layer's, or its gradient.
template <typename OpTy>
static LogicalResult checkAxes(OpTy op, Value result, ValueRange weights) {
  for (IntegerAttr axis : {op.getSamplesAttr(), op.getOutputChannelsAttr(),
                           op.getInputChannelsAttr()})
    if (axis && (axis.getInt() < 1 || axis.getInt() > int64_t(1) << 48))
      return op.emitOpError("OA1: an axis is between 1 and 2^48 long, got ")
             << axis.getInt();
  int64_t samples = lengthOf(op.getSamplesAttr());
  int64_t outputs = lengthOf(op.getOutputChannelsAttr());
  int64_t inputs = lengthOf(op.getInputChannelsAttr());
  if ((samples && !hasLength(result, 0, samples)) ||
      (outputs && !hasLength(result, 1, outputs)))
    return op.emitOpError(
               "OA2: the layer's result has the samples as dimension "
               "0 and the output channels as dimension 1, got ")
           << result.getType();
  for (Value weight : weights)
    if ((outputs && !hasLength(weight, 0, outputs)) ||
        (inputs && !hasLength(weight, 1, inputs)))
      return op.emitOpError(
                 "OA3: a weight has the output channels as dimension "
                 "0 and the input channels as dimension 1, got ")
             << weight.getType();
  return success();
}

//===----------------------------------------------------------------------===//
// The layer
//===----------------------------------------------------------------------===//

LogicalResult OpaqueOp::verify() {
  if (getName().empty())
    return emitOpError("O1: an opaque layer needs a name");
  if (failed(checkCosts(*this, "O2", 3)))
    return failure();
  if (getInputs().empty())
    return emitOpError("O3: an opaque layer needs an input");
  return checkAxes(*this, getResult(), getWeights());
}

TaskKind OpaqueOp::getTaskKind() { return TaskKind::forward; }

/// Returns the first cost of a list, which is the forward's.
static std::optional<int64_t> firstOf(Costs costs) {
  return costs ? std::optional(costs->front()) : std::nullopt;
}

std::optional<int64_t> OpaqueOp::getMacCount() { return firstOf(getMacs()); }
std::optional<int64_t> OpaqueOp::getMeasuredTime() {
  return firstOf(getNanoseconds());
}

bool OpaqueOp::beginsLayer() { return true; }
StringRef OpaqueOp::getLayerName() { return getName(); }

void OpaqueOp::buildBackward(OpBuilder &builder, Value dy,
                             ArrayRef<bool> needed,
                             MutableArrayRef<Value> gradients) {
  SmallVector<unsigned> wanted;
  SmallVector<Type> inputTypes, weightTypes(getWeights().getTypes());
  for (auto [index, input] : llvm::enumerate(getInputs()))
    if (needed[index]) {
      wanted.push_back(index);
      inputTypes.push_back(input.getType());
    }
  for (unsigned weight = 0; weight < getWeights().size(); ++weight)
    wanted.push_back(getInputs().size() + weight);

  DenseI64ArrayAttr macs = getMacsAttr(), time = getNanosecondsAttr();
  IntegerAttr samples = getSamplesAttr(), outputs = getOutputChannelsAttr(),
              channels = getInputChannelsAttr();
  Operation *made;
  if (weightTypes.empty())
    made = OpaqueGradInputOp::create(
        builder, getLoc(), inputTypes, dy, getResult(), ValueRange(),
        slice(macs, 1, 1), slice(time, 1, 1), samples, outputs, channels);
  else if (inputTypes.empty())
    made = OpaqueGradWeightOp::create(
        builder, getLoc(), weightTypes, dy, getInputs(), slice(macs, 2, 1),
        slice(time, 2, 1), samples, outputs, channels);
  else
    made = OpaqueBackwardOp::create(builder, getLoc(), inputTypes, weightTypes,
                                    dy, getResult(), getInputs(), getWeights(),
                                    slice(macs, 1, 2), slice(time, 1, 2),
                                    samples, outputs, channels);
  for (auto [operand, gradient] : llvm::zip_equal(wanted, made->getResults()))
    gradients[operand] = gradient;
}

//===----------------------------------------------------------------------===//
// The gradients
//===----------------------------------------------------------------------===//

static LogicalResult checkResultGradient(Operation *op, Value dy, Value y) {
  if (dy.getType() == y.getType())
    return success();
  return op->emitOpError("OB1: dy has the type of the layer's result, ")
         << y.getType() << ", got " << dy.getType();
}

LogicalResult OpaqueBackwardOp::verify() {
  if (failed(checkResultGradient(*this, getDy(), getY())))
    return failure();
  if (TypeRange(getDweights()) != TypeRange(getWeights()))
    return emitOpError("OB4: there is one gradient of its type for each "
                       "weight");
  if (failed(checkCosts(*this, "OB2", 2)))
    return failure();
  if (getDinputs().empty() || getDweights().empty())
    return emitOpError("OB3: there are gradients for inputs and for weights");
  for (Value gradient : getDinputs())
    if (!llvm::is_contained(getInputs().getTypes(), gradient.getType()))
      return emitOpError("OB4: no input has the type of the gradient ")
             << gradient.getType();
  return checkAxes(*this, getDy(), getWeights());
}

TaskKind OpaqueBackwardOp::getTaskKind() { return TaskKind::backward; }
std::optional<int64_t> OpaqueBackwardOp::getMacCount() {
  return sumOf(getMacs());
}
std::optional<int64_t> OpaqueBackwardOp::getMeasuredTime() {
  return sumOf(getNanoseconds());
}

SmallVector<Value> OpaqueBackwardOp::decouple(OpBuilder &builder) {
  DenseI64ArrayAttr macs = getMacsAttr(), time = getNanosecondsAttr();
  IntegerAttr samples = getSamplesAttr(), outputs = getOutputChannelsAttr(),
              channels = getInputChannelsAttr();
  auto input = OpaqueGradInputOp::create(
      builder, getLoc(), TypeRange(getDinputs()), getDy(), getY(), getWeights(),
      slice(macs, 0, 1), slice(time, 0, 1), samples, outputs, channels);
  auto weight = OpaqueGradWeightOp::create(
      builder, getLoc(), TypeRange(getDweights()), getDy(), getInputs(),
      slice(macs, 1, 1), slice(time, 1, 1), samples, outputs, channels);
  SmallVector<Value> results(input->getResults());
  llvm::append_range(results, weight->getResults());
  return results;
}

LogicalResult OpaqueGradInputOp::verify() {
  if (failed(checkResultGradient(*this, getDy(), getY())) ||
      failed(checkCosts(*this, "OB2", 1)))
    return failure();
  if (getDinputs().empty())
    return emitOpError("OB3: there is at least one gradient");
  return checkAxes(*this, getDy(), getWeights());
}

TaskKind OpaqueGradInputOp::getTaskKind() { return TaskKind::grad_input; }
std::optional<int64_t> OpaqueGradInputOp::getMacCount() {
  return sumOf(getMacs());
}
std::optional<int64_t> OpaqueGradInputOp::getMeasuredTime() {
  return sumOf(getNanoseconds());
}

LogicalResult OpaqueGradWeightOp::verify() {
  if (failed(checkCosts(*this, "OB2", 1)))
    return failure();
  if (getDweights().empty())
    return emitOpError("OB3: there is at least one gradient");
  return checkAxes(*this, getDy(), getDweights());
}

TaskKind OpaqueGradWeightOp::getTaskKind() { return TaskKind::grad_weight; }
std::optional<int64_t> OpaqueGradWeightOp::getMacCount() {
  return sumOf(getMacs());
}
std::optional<int64_t> OpaqueGradWeightOp::getMeasuredTime() {
  return sumOf(getNanoseconds());
}
