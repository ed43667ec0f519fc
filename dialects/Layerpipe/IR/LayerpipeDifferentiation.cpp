//===- LayerpipeDifferentiation.cpp - gradients of forward ops ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"

using namespace mlir;
using namespace layerpipe;

/// Creates the backward of an op with input, weight and perhaps bias: one of
/// the decoupled ops where one kind of gradient is enough, otherwise the
/// coupled op. All of them share the attributes `window`.
template <typename GradInputOp, typename GradWeightOp, typename BackwardOp,
          typename LayerOp, typename... Window>
static void buildWeighted(LayerOp op, OpBuilder &builder, Value dy,
                          ArrayRef<bool> needed,
                          MutableArrayRef<Value> gradients, Window... window) {
  Location loc = op.getLoc();
  Type x = op.getX().getType(), weight = op.getWeight().getType();
  Type bias = op.getBias() ? Type(op.getBias().getType()) : Type();
  bool weights = llvm::is_contained(needed.drop_front(), true);
  if (needed[0] && !weights) {
    gradients[0] =
        GradInputOp::create(builder, loc, x, dy, op.getWeight(), window...);
  } else if (!needed[0]) {
    auto made = GradWeightOp::create(builder, loc, weight, bias, dy, op.getX(),
                                     window...);
    llvm::copy(made->getResults(), gradients.drop_front().begin());
  } else {
    auto made = BackwardOp::create(builder, loc, x, weight, bias, dy, op.getX(),
                                   op.getWeight(), window...);
    llvm::copy(made->getResults(), gradients.begin());
  }
}

void LinearOp::buildBackward(OpBuilder &builder, Value dy,
                             ArrayRef<bool> needed,
                             MutableArrayRef<Value> gradients) {
  buildWeighted<LinearGradInputOp, LinearGradWeightOp, LinearBackwardOp>(
      *this, builder, dy, needed, gradients);
}

void Conv2dOp::buildBackward(OpBuilder &builder, Value dy,
                             ArrayRef<bool> needed,
                             MutableArrayRef<Value> gradients) {
  buildWeighted<Conv2dGradInputOp, Conv2dGradWeightOp, Conv2dBackwardOp>(
      *this, builder, dy, needed, gradients, getStrideAttr(), getPaddingAttr(),
      getDilationAttr(), getGroups());
}

void ConvTranspose2dOp::buildBackward(OpBuilder &builder, Value dy,
                                      ArrayRef<bool> needed,
                                      MutableArrayRef<Value> gradients) {
  buildWeighted<ConvTranspose2dGradInputOp, ConvTranspose2dGradWeightOp,
                ConvTranspose2dBackwardOp>(
      *this, builder, dy, needed, gradients, getStrideAttr(), getPaddingAttr(),
      getDilationAttr(), getGroups());
}

void MaxPool2dOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                MutableArrayRef<Value> gradients) {
  gradients[0] = MaxPool2dGradOp::create(
      builder, getLoc(), getX().getType(), dy, getX(), getKernel(), getStride(),
      getPaddingAttr(), getDilationAttr(), getCeil());
}

void AvgPool2dOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                MutableArrayRef<Value> gradients) {
  gradients[0] = AvgPool2dGradOp::create(
      builder, getLoc(), getX().getType(), dy, getKernel(), getStride(),
      getPaddingAttr(), getDilationAttr(), getCeil(), getCountPadding());
}

/// The positions beside the slice have no influence.
void SliceOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                            MutableArrayRef<Value> gradients) {
  auto type = cast<RankedTensorType>(getX().getType());
  SmallVector<int64_t> low(type.getRank(), 0), high(type.getRank(), 0);
  low[getDimension()] = getBegin();
  high[getDimension()] = type.getDimSize(getDimension()) - int64_t(getEnd());
  gradients[0] =
      PadOp::create(builder, getLoc(), type, dy, low, high, APFloat(0.0));
}

void ConcatOp::buildBackward(OpBuilder &builder, Value dy,
                             ArrayRef<bool> needed,
                             MutableArrayRef<Value> gradients) {
  int64_t begin = 0;
  int64_t length =
      cast<RankedTensorType>(dy.getType()).getDimSize(getDimension());
  for (auto [index, slice] : llvm::enumerate(getSlices())) {
    auto type = cast<RankedTensorType>(slice.getType());
    int64_t end = begin + type.getDimSize(getDimension());
    if (needed[index])
      gradients[index] = SliceOp::create(builder, getLoc(), dy, getDimension(),
                                         begin, end, length);
    begin = end;
  }
}

void FlattenOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                              MutableArrayRef<Value> gradients) {
  gradients[0] = FlattenGradOp::create(builder, getLoc(), getX().getType(), dy);
}
