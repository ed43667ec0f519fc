//===- LayerpipeDifferentiation.cpp - gradients of forward ops ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"

using namespace mlir;
using namespace layerpipe;

/// The type of the bias gradient, null without a bias.
static Type biasType(Value bias) { return bias ? bias.getType() : Type(); }

void LinearOp::buildBackward(OpBuilder &builder, Value dy,
                             ArrayRef<bool> needed,
                             MutableArrayRef<Value> gradients) {
  bool weights = llvm::is_contained(needed.drop_front(), true);
  Type dbias = biasType(getBias());
  if (needed[0] && !weights) {
    gradients[0] = LinearGradInputOp::create(builder, getLoc(),
                                             getX().getType(), dy, getWeight());
    return;
  }
  if (!needed[0]) {
    auto op = LinearGradWeightOp::create(
        builder, getLoc(), getWeight().getType(), dbias, dy, getX());
    llvm::copy(op->getResults(), gradients.drop_front().begin());
    return;
  }
  auto op = LinearBackwardOp::create(builder, getLoc(), getX().getType(),
                                     getWeight().getType(), dbias, dy, getX(),
                                     getWeight());
  llvm::copy(op->getResults(), gradients.begin());
}

void Conv2dOp::buildBackward(OpBuilder &builder, Value dy,
                             ArrayRef<bool> needed,
                             MutableArrayRef<Value> gradients) {
  bool weights = llvm::is_contained(needed.drop_front(), true);
  Type dbias = biasType(getBias());
  if (needed[0] && !weights) {
    gradients[0] =
        Conv2dGradInputOp::create(builder, getLoc(), getX().getType(), dy,
                                  getWeight(), getStride(), getPadding());
    return;
  }
  if (!needed[0]) {
    auto op = Conv2dGradWeightOp::create(builder, getLoc(),
                                         getWeight().getType(), dbias, dy,
                                         getX(), getStride(), getPadding());
    llvm::copy(op->getResults(), gradients.drop_front().begin());
    return;
  }
  auto op = Conv2dBackwardOp::create(builder, getLoc(), getX().getType(),
                                     getWeight().getType(), dbias, dy, getX(),
                                     getWeight(), getStride(), getPadding());
  llvm::copy(op->getResults(), gradients.begin());
}

void ReluOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                           MutableArrayRef<Value> gradients) {
  gradients[0] = ReluGradOp::create(builder, getLoc(), dy, getResult());
}

void TanhOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                           MutableArrayRef<Value> gradients) {
  gradients[0] = TanhGradOp::create(builder, getLoc(), dy, getResult());
}

void AddOp::buildBackward(OpBuilder &, Value dy, ArrayRef<bool> needed,
                          MutableArrayRef<Value> gradients) {
  for (unsigned k : {0u, 1u})
    if (needed[k])
      gradients[k] = dy;
}

void MaxPool2dOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                MutableArrayRef<Value> gradients) {
  gradients[0] = MaxPool2dGradOp::create(builder, getLoc(), getX().getType(),
                                         dy, getX(), getKernel(), getStride());
}

void AvgPool2dOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                                MutableArrayRef<Value> gradients) {
  gradients[0] = AvgPool2dGradOp::create(builder, getLoc(), getX().getType(),
                                         dy, getKernel(), getStride());
}

void FlattenOp::buildBackward(OpBuilder &builder, Value dy, ArrayRef<bool>,
                              MutableArrayRef<Value> gradients) {
  gradients[0] = FlattenGradOp::create(builder, getLoc(), getX().getType(), dy);
}
