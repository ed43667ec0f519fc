//===- LayerpipeUpdateOps.cpp - scalars of optimizer updates --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace layerpipe;

static Value constant(OpBuilder &builder, Location loc, const APFloat &value) {
  return arith::ConstantOp::create(
      builder, loc, builder.getF32FloatAttr(value.convertToFloat()));
}

/// Builds g + decay·w. Without decay this is just g, so that no rounding is
/// added.
static Value regularised(OpBuilder &builder, Location loc, Value gradient,
                         Value weight, const APFloat &decay) {
  if (decay.isZero())
    return gradient;
  Value penalty = arith::MulFOp::create(builder, loc,
                                        constant(builder, loc, decay), weight);
  return arith::AddFOp::create(builder, loc, gradient, penalty);
}

/// Builds w − η·direction.
static Value step(OpBuilder &builder, Location loc, Value weight,
                  Value direction, Value learningRate) {
  Value move = arith::MulFOp::create(builder, loc, learningRate, direction);
  return arith::SubFOp::create(builder, loc, weight, move);
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
  Value direction = regularised(builder, getLoc(), operands[1], operands[0],
                                getWeightDecay());
  return {step(builder, getLoc(), operands[0], direction, learningRate)};
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
  Value direction = regularised(builder, getLoc(), operands[2], operands[0],
                                getWeightDecay());
  Value kept = arith::MulFOp::create(builder, getLoc(),
                                     constant(builder, getLoc(), getMomentum()),
                                     operands[1]);
  Value velocity = arith::AddFOp::create(builder, getLoc(), kept, direction);
  return {step(builder, getLoc(), operands[0], velocity, learningRate),
          velocity};
}
