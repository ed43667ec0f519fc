//===- LayerpipeUpdateOps.cpp - formulas of optimizer updates -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What depends on the iteration only, such as Adam's corrections, is part of
// the formulas of elements here. LLVM moves it out of their loops.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeScalar.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;

namespace {

/// Gives the scalars of an update's formula.
struct Formula {
  Formula(OpBuilder &builder, Operation *op, ValueRange operands,
          const LoopScalars &update)
      : learningRate(builder, op->getLoc(), update.learningRate),
        updates(builder, op->getLoc(), update.updates),
        weight(builder, op->getLoc(), operands.front()),
        gradient(builder, op->getLoc(), operands.back()) {
    for (Value state : operands.drop_front().drop_back())
      states.push_back(weight.with(state));
  }

  /// Returns g + λ·w. Without decay this is just g, so that no rounding is
  /// added.
  Scalar decayed(const APFloat &decay) const {
    if (decay.isZero())
      return gradient;
    return gradient + decay.convertToDouble() * weight;
  }

  Scalar learningRate, updates;
  Scalar weight, gradient;
  /// These are the states besides the weight.
  SmallVector<Scalar> states;
};

} // namespace

/// Returns kept·mean + (1 − kept)·next.
static Scalar meanOf(Scalar mean, Scalar next, const APFloat &kept) {
  double share = kept.convertToDouble();
  return share * mean + (1.0 - share) * next;
}

SmallVector<Value> SgdOp::buildScalars(OpBuilder &builder, ValueRange operands,
                                       const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  return {f.weight - f.learningRate * f.decayed(getWeightDecay())};
}

SmallVector<Value> SgdMomentumOp::buildScalars(OpBuilder &builder,
                                               ValueRange operands,
                                               const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  Scalar velocity = getMomentum().convertToDouble() * f.states[0] +
                    f.decayed(getWeightDecay());
  return {f.weight - f.learningRate * velocity, velocity};
}

SmallVector<Value> SgdNesterovOp::buildScalars(OpBuilder &builder,
                                               ValueRange operands,
                                               const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  double momentum = getMomentum().convertToDouble();
  Scalar direction = f.decayed(getWeightDecay());
  Scalar velocity = momentum * f.states[0] + direction;
  Scalar ahead = direction + momentum * velocity;
  return {f.weight - f.learningRate * ahead, velocity};
}

/// Returns w − η·direction / (√squares + ε).
static Scalar scaledStep(const Formula &f, Scalar direction, Scalar squares,
                         const APFloat &epsilon) {
  Scalar root = sqrt(squares) + epsilon.convertToDouble();
  return f.weight - f.learningRate * direction / root;
}

SmallVector<Value> AdagradOp::buildScalars(OpBuilder &builder,
                                           ValueRange operands,
                                           const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  Scalar direction = f.decayed(getWeightDecay());
  Scalar squares = f.states[0] + direction * direction;
  return {scaledStep(f, direction, squares, getEpsilon()), squares};
}

SmallVector<Value> RmspropOp::buildScalars(OpBuilder &builder,
                                           ValueRange operands,
                                           const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  Scalar direction = f.decayed(getWeightDecay());
  Scalar squares = meanOf(f.states[0], direction * direction, getAlpha());
  return {scaledStep(f, direction, squares, getEpsilon()), squares};
}

/// Returns 1, 0 or −1. NaN stays what it is.
static Scalar sign(Scalar x) {
  return select(x > 0.0, 1.0, select(x < 0.0, -1.0, x));
}

SmallVector<Value> LionOp::buildScalars(OpBuilder &builder, ValueRange operands,
                                        const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  Scalar direction = sign(meanOf(f.states[0], f.gradient, getBeta1()));
  if (!getWeightDecay().isZero())
    direction = direction + getWeightDecay().convertToDouble() * f.weight;
  return {f.weight - f.learningRate * direction,
          meanOf(f.states[0], f.gradient, getBeta2())};
}

//===----------------------------------------------------------------------===//
// Clipping
//===----------------------------------------------------------------------===//

LoopNest SumSquaresOp::getLoops() {
  return LoopNest::broadcasting(*this, getX(), Combiner::sum);
}

LogicalResult ClipFactorOp::verify() {
  if (getSquares().empty())
    return emitOpError("CN1: needs one sum of squares at least");
  APFloat most = getMaxNorm();
  if (!most.isFinite() || most.isNegative() || most.isZero())
    return emitOpError("CN2: max_norm must be positive and finite, got ")
           << most.convertToDouble();
  return success();
}

//===----------------------------------------------------------------------===//
// Adam
//===----------------------------------------------------------------------===//

/// Returns 1 − keptᵗ as −expm1(t·ln kept), which keeps the digits that the
/// difference would lose: with kept = 0.999 and t = 1, four of seven.
static Scalar correction(Scalar updates, const APFloat &kept) {
  return -expm1(std::log(kept.convertToDouble()) * updates);
}

/// Builds the results of an update of `weight` by the means of `direction`.
template <typename AdamOpTy>
static SmallVector<Value> adamStep(AdamOpTy op, const Formula &f, Scalar weight,
                                   Scalar direction) {
  Scalar mean = meanOf(f.states[0], direction, op.getBeta1());
  Scalar squares = meanOf(f.states[1], direction * direction, op.getBeta2());
  Scalar step = f.learningRate / correction(f.updates, op.getBeta1());
  Scalar scale = 1.0 / sqrt(correction(f.updates, op.getBeta2()));
  Scalar root = sqrt(squares) * scale + op.getEpsilon().convertToDouble();
  return {weight - step * mean / root, mean, squares};
}

SmallVector<Value> AdamOp::buildScalars(OpBuilder &builder, ValueRange operands,
                                        const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  return adamStep(*this, f, f.weight, f.decayed(getWeightDecay()));
}

SmallVector<Value> AdamwOp::buildScalars(OpBuilder &builder,
                                         ValueRange operands,
                                         const LoopScalars &update) {
  Formula f(builder, *this, operands, update);
  Scalar kept = f.weight;
  if (!getWeightDecay().isZero())
    kept = (1.0 - f.learningRate * getWeightDecay().convertToDouble()) * kept;
  return adamStep(*this, f, kept, f.gradient);
}
