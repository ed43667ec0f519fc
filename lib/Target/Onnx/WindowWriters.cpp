//===- WindowWriters.cpp - Convolutions and pooling as ONNX nodes ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeWindows.h"
#include "OpWriters.h"

using namespace mlir;

namespace layerpipe::target {

using base::Window2d;
using base::WindowAxis;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Returns the attributes of windows, with this padding behind the image.
static SmallVector<NodeAttribute> attributesOf(const Window2d &window,
                                               std::array<int64_t, 2> padEnd) {
  int64_t kernel[] = {window.h.kernel, window.w.kernel};
  int64_t stride[] = {window.h.stride, window.w.stride};
  int64_t dilation[] = {window.h.dilation, window.w.dilation};
  int64_t pads[] = {window.h.padBegin, window.w.padBegin, padEnd[0], padEnd[1]};
  SmallVector<NodeAttribute> attributes = {
      {"kernel_shape", ArrayRef<int64_t>(kernel)},
      {"strides", ArrayRef<int64_t>(stride)},
      {"pads", ArrayRef<int64_t>(pads)}};
  if (window.h.dilation != 1 || window.w.dilation != 1)
    attributes.emplace_back("dilations", ArrayRef<int64_t>(dilation));
  return attributes;
}

template <typename OpTy>
static SmallVector<NodeAttribute> convolutionAttributes(OpTy op) {
  Window2d window = shapes::convWindowOf(shapeOf(op.getWeight()), op);
  SmallVector<NodeAttribute> attributes =
      attributesOf(window, {window.h.padEnd, window.w.padEnd});
  attributes.emplace_back("group", int64_t(op.getGroups()));
  return attributes;
}

static std::string conv(ModelWriter &model, Operation *op) {
  return model.add("Conv", operandNames(model, op),
                   convolutionAttributes(cast<Conv2dOp>(op)));
}

static std::string convTranspose(ModelWriter &model, Operation *op) {
  auto transposed = cast<ConvTranspose2dOp>(op);
  SmallVector<NodeAttribute> attributes = convolutionAttributes(transposed);
  int64_t extra[] = {shapes::numberAt(transposed.getOutputPaddingAttr(), 0, 0),
                     shapes::numberAt(transposed.getOutputPaddingAttr(), 1, 0)};
  attributes.emplace_back("output_padding", ArrayRef<int64_t>(extra));
  return model.add("ConvTranspose", operandNames(model, op), attributes);
}

/// Returns the padding behind an image of that size with which there are as
/// many windows, though sizes are not rounded up: runtimes disagree about those
/// that are.
static int64_t padEndOf(const WindowAxis &axis, int64_t size) {
  if (!axis.ceil)
    return axis.padEnd;
  int64_t end = (axis.windows(size) - 1) * axis.stride + axis.reach();
  return std::max<int64_t>(end - size - axis.padBegin, 0);
}

template <typename OpTy>
static SmallVector<NodeAttribute> poolingAttributes(OpTy op) {
  Window2d window = shapes::poolWindowOf(op);
  ArrayRef<int64_t> image = shapeOf(op.getX());
  return attributesOf(
      window, {padEndOf(window.h, image[2]), padEndOf(window.w, image[3])});
}

static std::string maxPool(ModelWriter &model, Operation *op) {
  return model.add("MaxPool", operandNames(model, op),
                   poolingAttributes(cast<MaxPool2dOp>(op)));
}

static std::string averagePool(ModelWriter &model, Operation *op) {
  auto pool = cast<AvgPool2dOp>(op);
  SmallVector<NodeAttribute> attributes = poolingAttributes(pool);
  attributes.emplace_back("count_include_pad", int64_t(pool.getCountPadding()));
  return model.add("AveragePool", operandNames(model, op), attributes);
}

/// Averages know no dilation before version 19 of the operators, and would
/// count the padding that takes the place of rounding up.
static bool isKnown(AvgPool2dOp pool) {
  Window2d window = shapes::poolWindowOf(pool);
  return window.h.dilation == 1 && window.w.dilation == 1 &&
         !(pool.getCeil() && pool.getCountPadding());
}

WriteOp findWindowWriter(Operation *op) {
  if (isa<Conv2dOp>(op))
    return conv;
  if (isa<ConvTranspose2dOp>(op))
    return convTranspose;
  if (isa<MaxPool2dOp>(op))
    return maxPool;
  auto pool = dyn_cast<AvgPool2dOp>(op);
  return pool && isKnown(pool) ? averagePool : nullptr;
}

} // namespace layerpipe::target
