//===- LayerpipeKernels.cpp - the sizes that kernels are prepared for -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeKernels.h"

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeWindows.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

using Sizes = SmallVector<std::pair<StringRef, int64_t>>;

/// Returns how many products there are, and the sizes of one.
Sizes MatmulOp::getKernelAttributes() {
  ArrayRef<int64_t> a = of(getA()), result = of(getResult());
  Sizes sizes{{"count", ShapedType::getNumElements(result.drop_back(2))},
              {"rows", result[result.size() - 2]},
              {"columns", result.back()},
              {"inner", getTransposeA() ? a[a.size() - 2] : a.back()}};
  if (getTransposeA())
    sizes.push_back({"transpose_a", 1});
  if (getTransposeB())
    sizes.push_back({"transpose_b", 1});
  return sizes;
}

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

/// Adds those sizes of a window that are not as usual.
static void addWindow(Sizes &sizes, const base::Window2d &window) {
  const base::WindowAxis &h = window.h, &w = window.w;
  for (auto [name, number, usual] : {std::tuple("stride_h", h.stride, 1),
                                     std::tuple("stride_w", w.stride, 1),
                                     std::tuple("pad_top", h.padBegin, 0),
                                     std::tuple("pad_left", w.padBegin, 0),
                                     std::tuple("pad_bottom", h.padEnd, 0),
                                     std::tuple("pad_right", w.padEnd, 0),
                                     std::tuple("dilation_h", h.dilation, 1),
                                     std::tuple("dilation_w", w.dilation, 1),
                                     std::tuple("ceil", int64_t(h.ceil), 0)})
    if (number != usual)
      sizes.push_back({name, number});
}

/// Returns the sizes of a convolution of `x`, or of what undoes one.
template <typename Op>
static Sizes convSizes(Op op, Value x, Value weight, bool bias) {
  ArrayRef<int64_t> image = of(x), kernel = of(weight);
  Sizes sizes{{"batch", image[0]},         {"in_channels", image[1]},
              {"height", image[2]},        {"width", image[3]},
              {"out_channels", kernel[0]}, {"kernel_h", kernel[2]},
              {"kernel_w", kernel[3]},     {"has_bias", bias}};
  addWindow(sizes, op.getWindow());
  if (op.getGroups() != 1)
    sizes.push_back({"groups", int64_t(op.getGroups())});
  return sizes;
}

Sizes Conv2dOp::getKernelAttributes() {
  return convSizes(*this, getX(), getWeight(), bool(getBias()));
}
Sizes Conv2dBackwardOp::getKernelAttributes() {
  return convSizes(*this, getX(), getWeight(), bool(getDbias()));
}
Sizes Conv2dGradInputOp::getKernelAttributes() {
  return convSizes(*this, getDx(), getWeight(), false);
}
Sizes Conv2dGradWeightOp::getKernelAttributes() {
  return convSizes(*this, getX(), getDweight(), bool(getDbias()));
}

Sizes ConvTranspose2dOp::getKernelAttributes() {
  return convSizes(*this, getResult(), getWeight(), bool(getBias()));
}
Sizes ConvTranspose2dBackwardOp::getKernelAttributes() {
  return convSizes(*this, getDy(), getWeight(), bool(getDbias()));
}
Sizes ConvTranspose2dGradInputOp::getKernelAttributes() {
  return convSizes(*this, getDy(), getWeight(), false);
}
Sizes ConvTranspose2dGradWeightOp::getKernelAttributes() {
  return convSizes(*this, getDy(), getDweight(), bool(getDbias()));
}

static Sizes poolSizes(Value x, const base::Window2d &window) {
  ArrayRef<int64_t> image = of(x);
  Sizes sizes{{"batch", image[0]},           {"channels", image[1]},
              {"height", image[2]},          {"width", image[3]},
              {"kernel_h", window.h.kernel}, {"kernel_w", window.w.kernel}};
  addWindow(sizes, window);
  return sizes;
}

static Sizes averageSizes(Value x, const base::Window2d &window,
                          bool countPadding) {
  Sizes sizes = poolSizes(x, window);
  if (countPadding)
    sizes.push_back({"count_padding", 1});
  return sizes;
}

Sizes MaxPool2dOp::getKernelAttributes() {
  return poolSizes(getX(), getWindow());
}
Sizes AvgPool2dOp::getKernelAttributes() {
  return averageSizes(getX(), getWindow(), getCountPadding());
}
Sizes MaxPool2dGradOp::getKernelAttributes() {
  return poolSizes(getDx(), getWindow());
}
Sizes AvgPool2dGradOp::getKernelAttributes() {
  return averageSizes(getDx(), getWindow(), getCountPadding());
}

/// Returns those sizes of a cross-entropy, or of its gradient, that are not as
/// usual: one label for each sample, all of which count in a mean.
template <typename Op> static Sizes crossEntropySizes(Op op) {
  ArrayRef<int64_t> logits = of(op.getLogits());
  Sizes sizes{{"batch", logits[0]}, {"classes", logits[1]}};
  int64_t positions = ShapedType::getNumElements(logits.drop_front(2));
  if (positions != 1)
    sizes.push_back({"positions", positions});
  if (op.getSum())
    sizes.push_back({"sum", 1});
  if (std::optional<uint64_t> ignored = op.getIgnored())
    sizes.push_back({"ignored", static_cast<int64_t>(*ignored)});
  if (Value population = op.getPopulation())
    sizes.push_back({"population", ShapedType::getNumElements(of(population))});
  return sizes;
}

Sizes SoftmaxCrossEntropyOp::getKernelAttributes() {
  return crossEntropySizes(*this);
}
Sizes SoftmaxCrossEntropyGradOp::getKernelAttributes() {
  return crossEntropySizes(*this);
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
      .Case<LinearOp, LinearGradInputOp, Conv2dOp, Conv2dGradInputOp,
            ConvTranspose2dOp, ConvTranspose2dGradInputOp>(
          [](auto own) { return Values{own.getWeight()}; })
      .Case<LinearGradWeightOp, Conv2dGradWeightOp,
            ConvTranspose2dGradWeightOp>(
          [](auto own) { return Values{own.getDweight()}; })
      .Case<LinearBackwardOp, Conv2dBackwardOp, ConvTranspose2dBackwardOp>(
          [](auto own) { return Values{own.getWeight(), own.getDweight()}; })
      .Default(Values());
}

StringRef layerpipe::weightLayoutOf(Operation *op) {
  auto layout = op->getAttrOfType<StringAttr>(weightsAttribute);
  return layout ? layout.getValue() : StringRef();
}
