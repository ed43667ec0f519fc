//===- LayerpipeKernels.cpp - the sizes that kernels are prepared for -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeKernels.h"

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

using Sizes = SmallVector<std::pair<StringRef, int64_t>>;

static Sizes linearSizes(Value x, Value weight, bool bias) {
  return {{"batch", of(x)[0]},
          {"in", of(x)[1]},
          {"out", of(weight)[0]},
          {"has_bias", bias}};
}

Sizes LinearOp::getKernelAttributes() {
  return linearSizes(getX(), getWeight(), bool(getBias()));
}
Sizes LinearBackwardOp::getKernelAttributes() {
  return linearSizes(getX(), getWeight(), bool(getDbias()));
}
Sizes LinearGradInputOp::getKernelAttributes() {
  return linearSizes(getDx(), getWeight(), false);
}
Sizes LinearGradWeightOp::getKernelAttributes() {
  return linearSizes(getX(), getDweight(), bool(getDbias()));
}

static Sizes convSizes(Value x, Value weight, int64_t stride, int64_t padding,
                       bool bias) {
  ArrayRef<int64_t> image = of(x), kernel = of(weight);
  return {{"batch", image[0]},         {"in_channels", image[1]},
          {"height", image[2]},        {"width", image[3]},
          {"out_channels", kernel[0]}, {"kernel_h", kernel[2]},
          {"kernel_w", kernel[3]},     {"stride", stride},
          {"padding", padding},        {"has_bias", bias}};
}

Sizes Conv2dOp::getKernelAttributes() {
  return convSizes(getX(), getWeight(), getStride(), getPadding(),
                   bool(getBias()));
}
Sizes Conv2dBackwardOp::getKernelAttributes() {
  return convSizes(getX(), getWeight(), getStride(), getPadding(),
                   bool(getDbias()));
}
Sizes Conv2dGradInputOp::getKernelAttributes() {
  return convSizes(getDx(), getWeight(), getStride(), getPadding(), false);
}
Sizes Conv2dGradWeightOp::getKernelAttributes() {
  return convSizes(getX(), getDweight(), getStride(), getPadding(),
                   bool(getDbias()));
}

static Sizes poolSizes(Value x, int64_t kernel, int64_t stride) {
  ArrayRef<int64_t> image = of(x);
  return {{"batch", image[0]}, {"channels", image[1]}, {"height", image[2]},
          {"width", image[3]}, {"kernel", kernel},     {"stride", stride}};
}

Sizes MaxPool2dOp::getKernelAttributes() {
  return poolSizes(getX(), getKernel(), getStride());
}
Sizes AvgPool2dOp::getKernelAttributes() {
  return poolSizes(getX(), getKernel(), getStride());
}
Sizes MaxPool2dGradOp::getKernelAttributes() {
  return poolSizes(getDx(), getKernel(), getStride());
}
Sizes AvgPool2dGradOp::getKernelAttributes() {
  return poolSizes(getDx(), getKernel(), getStride());
}

static Sizes logitsSizes(Value logits) {
  return {{"batch", of(logits)[0]}, {"classes", of(logits)[1]}};
}

Sizes SoftmaxCrossEntropyOp::getKernelAttributes() {
  return logitsSizes(getLogits());
}
Sizes SoftmaxCrossEntropyGradOp::getKernelAttributes() {
  return logitsSizes(getLogits());
}
Sizes MeanSquaredErrorOp::getKernelAttributes() {
  return {{"elements", getPrediction().getType().getNumElements()}};
}
Sizes MeanSquaredErrorGradOp::getKernelAttributes() {
  return {{"elements", getPrediction().getType().getNumElements()}};
}

SmallVector<Value> layerpipe::weightValuesOf(Operation *op) {
  using Values = SmallVector<Value>;
  return TypeSwitch<Operation *, Values>(op)
      .Case<LinearOp, LinearGradInputOp, Conv2dOp, Conv2dGradInputOp>(
          [](auto own) { return Values{own.getWeight()}; })
      .Case<LinearGradWeightOp, Conv2dGradWeightOp>(
          [](auto own) { return Values{own.getDweight()}; })
      .Case<LinearBackwardOp, Conv2dBackwardOp>(
          [](auto own) { return Values{own.getWeight(), own.getDweight()}; })
      .Default(Values());
}

StringRef layerpipe::weightLayoutOf(Operation *op) {
  auto layout = op->getAttrOfType<StringAttr>(weightsAttribute);
  return layout ? layout.getValue() : StringRef();
}
