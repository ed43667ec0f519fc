//===- LayerpipeUpdateOps.cpp - scalars of optimizer updates --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeScalar.h"

using namespace mlir;
using namespace layerpipe;

static Scalar scalar(OpBuilder &builder, Operation *op, Value value) {
  return {builder, op->getLoc(), value};
}

/// Builds g + decay·w. Without decay this is just g, so that no rounding is
/// added.
static Scalar regularised(Scalar gradient, Scalar weight,
                          const APFloat &decay) {
  if (decay.isZero())
    return gradient;
  return gradient + decay.convertToDouble() * weight;
}

/// Checks rule U1. An f32 attribute that was written as 1e39 is infinite.
static LogicalResult verifyCoefficients(Operation *op) {
  for (NamedAttribute attribute : op->getAttrs()) {
    auto number = dyn_cast<FloatAttr>(attribute.getValue());
    if (!number)
      continue;
    const APFloat &value = number.getValue();
    if (!value.isFinite() || (value.isNegative() && !value.isZero()))
      return op->emitOpError("U1: ") << attribute.getName().strref()
                                     << " must be finite and not negative, got "
                                     << number.getValueAsDouble();
  }
  return success();
}

LogicalResult SgdOp::verify() { return verifyCoefficients(*this); }
LogicalResult SgdMomentumOp::verify() { return verifyCoefficients(*this); }

TaskKind SgdOp::getTaskKind() { return TaskKind::update; }
StringRef SgdOp::getOptimizerName() { return "sgd"; }
unsigned SgdOp::getNumExtraStates() { return 0; }

Operation *SgdOp::createUpdate(OpBuilder &builder, Location loc,
                               ValueRange states, Value gradient,
                               const OptimizerSettings &settings) {
  return SgdOp::create(builder, loc, states[0], gradient,
                       builder.getF32FloatAttr(settings.learningRate),
                       builder.getF32FloatAttr(settings.weightDecay));
}

SmallVector<Value> SgdOp::buildScalars(OpBuilder &builder, ValueRange operands,
                                       Value learningRate) {
  Scalar weight = scalar(builder, *this, operands[0]);
  Scalar gradient = scalar(builder, *this, operands[1]);
  Scalar direction = regularised(gradient, weight, getWeightDecay());
  return {weight - scalar(builder, *this, learningRate) * direction};
}

TaskKind SgdMomentumOp::getTaskKind() { return TaskKind::update; }
StringRef SgdMomentumOp::getOptimizerName() { return "momentum"; }
unsigned SgdMomentumOp::getNumExtraStates() { return 1; }

Operation *SgdMomentumOp::createUpdate(OpBuilder &builder, Location loc,
                                       ValueRange states, Value gradient,
                                       const OptimizerSettings &settings) {
  return SgdMomentumOp::create(builder, loc, states[0], states[1], gradient,
                               builder.getF32FloatAttr(settings.learningRate),
                               builder.getF32FloatAttr(settings.momentum),
                               builder.getF32FloatAttr(settings.weightDecay));
}

SmallVector<Value> SgdMomentumOp::buildScalars(OpBuilder &builder,
                                               ValueRange operands,
                                               Value learningRate) {
  Scalar weight = scalar(builder, *this, operands[0]);
  Scalar velocity = scalar(builder, *this, operands[1]);
  Scalar gradient = scalar(builder, *this, operands[2]);
  Scalar moved = getMomentum().convertToDouble() * velocity +
                 regularised(gradient, weight, getWeightDecay());
  return {weight - scalar(builder, *this, learningRate) * moved, moved};
}
