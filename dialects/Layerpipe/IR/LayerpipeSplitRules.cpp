//===- LayerpipeSplitRules.cpp - how each op may be split --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Samples are independent of each other, except in gradients of weights, which
// sum over them. Each channel of a product's result is computed from all
// channels of its operand, and is a sum over them. Where a convolution has
// several groups this holds for the channels of each group only, so that parts
// would be convolutions of fewer groups; those are split by samples only.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

using SplitRules = SmallVector<OpSplitRule>;
using Splits = SmallVector<ValueSplit>;

static ValueSplit whole() { return ValueSplit::whole(); }
static ValueSplit sliced(int64_t dimension) {
  return ValueSplit::sliced(dimension);
}
static ValueSplit sum() { return ValueSplit::sum(); }
static ValueSplit first() { return ValueSplit::first(); }

//===----------------------------------------------------------------------===//
// Products: linear and convolution
//===----------------------------------------------------------------------===//

namespace {

/// This says which dimension of a product's weight runs over the channels of
/// its output, and which over those of its input.
struct WeightDimensions {
  int64_t out, in;
};

} // namespace

static constexpr WeightDimensions outFirst{0, 1}, inFirst{1, 0};

/// Returns the rule of samples.
static OpSplitRule batchRule(Value image, Splits operands, Splits results) {
  return {SplitAxis::batch, of(image)[0], std::move(operands),
          std::move(results)};
}
static OpSplitRule outputRule(Value weight, WeightDimensions dimensions,
                              Splits operands, Splits results) {
  return {SplitAxis::output_channels, of(weight)[dimensions.out],
          std::move(operands), std::move(results)};
}
static OpSplitRule inputRule(Value weight, WeightDimensions dimensions,
                             Splits operands, Splits results) {
  return {SplitAxis::input_channels, of(weight)[dimensions.in],
          std::move(operands), std::move(results)};
}

/// Leaves out the roles for which an op without bias has no operand or result.
static Splits withoutMissing(Splits all, Value bias) {
  if (!bias)
    all.pop_back();
  return all;
}

/// Returns the split rules of y = x·w + b.
static SplitRules forwardRules(Value x, Value weight, Value bias,
                               WeightDimensions d = outFirst) {
  SplitRules rules{
      batchRule(x, withoutMissing({sliced(0), whole(), whole()}, bias),
                {sliced(0)}),
      outputRule(weight, d,
                 withoutMissing({whole(), sliced(d.out), sliced(0)}, bias),
                 {sliced(1)})};
  // A bias would be added once for each part.
  if (!bias)
    rules.push_back(inputRule(weight, d, {sliced(1), sliced(d.in)}, {sum()}));
  return rules;
}

/// Returns the split rules of dx = dy·w.
static SplitRules gradInputRules(Value dy, Value weight,
                                 WeightDimensions d = outFirst) {
  return {batchRule(dy, {sliced(0), whole()}, {sliced(0)}),
          outputRule(weight, d, {sliced(1), sliced(d.out)}, {sum()}),
          inputRule(weight, d, {whole(), sliced(d.in)}, {sliced(1)})};
}

/// Returns the split rules of dw = dyᵀ·x, db = Σ dy.
static SplitRules gradWeightRules(Value dy, Value dweight, Value dbias,
                                  WeightDimensions d = outFirst) {
  return {batchRule(dy, {sliced(0), sliced(0)},
                    withoutMissing({sum(), sum()}, dbias)),
          outputRule(dweight, d, {sliced(1), whole()},
                     withoutMissing({sliced(d.out), sliced(0)}, dbias)),
          inputRule(dweight, d, {whole(), sliced(1)},
                    withoutMissing({sliced(d.in), first()}, dbias))};
}

/// Returns the split rules of both gradients at once.
static SplitRules backwardRules(Value dy, Value weight, Value dbias,
                                WeightDimensions d = outFirst) {
  return {batchRule(dy, {sliced(0), sliced(0), whole()},
                    withoutMissing({sliced(0), sum(), sum()}, dbias)),
          outputRule(weight, d, {sliced(1), whole(), sliced(d.out)},
                     withoutMissing({sum(), sliced(d.out), sliced(0)}, dbias)),
          inputRule(weight, d, {whole(), sliced(1), sliced(d.in)},
                    withoutMissing({sliced(1), sliced(d.in), first()}, dbias))};
}

/// Leaves out what does not hold for several groups.
static SplitRules forGroups(uint64_t groups, SplitRules rules) {
  if (groups > 1)
    llvm::erase_if(rules, [](const OpSplitRule &rule) {
      return rule.axis != SplitAxis::batch;
    });
  return rules;
}

SplitRules LinearOp::getSplitRules() {
  return forwardRules(getX(), getWeight(), getBias());
}
SplitRules LinearGradInputOp::getSplitRules() {
  return gradInputRules(getDy(), getWeight());
}
SplitRules LinearGradWeightOp::getSplitRules() {
  return gradWeightRules(getDy(), getDweight(), getDbias());
}
SplitRules LinearBackwardOp::getSplitRules() {
  return backwardRules(getDy(), getWeight(), getDbias());
}

SplitRules Conv2dOp::getSplitRules() {
  return forGroups(getGroups(), forwardRules(getX(), getWeight(), getBias()));
}
SplitRules Conv2dGradInputOp::getSplitRules() {
  return forGroups(getGroups(), gradInputRules(getDy(), getWeight()));
}
SplitRules Conv2dGradWeightOp::getSplitRules() {
  return forGroups(getGroups(),
                   gradWeightRules(getDy(), getDweight(), getDbias()));
}
SplitRules Conv2dBackwardOp::getSplitRules() {
  return forGroups(getGroups(),
                   backwardRules(getDy(), getWeight(), getDbias()));
}

SplitRules ConvTranspose2dOp::getSplitRules() {
  return forGroups(getGroups(),
                   forwardRules(getX(), getWeight(), getBias(), inFirst));
}
SplitRules ConvTranspose2dGradInputOp::getSplitRules() {
  return forGroups(getGroups(), gradInputRules(getDy(), getWeight(), inFirst));
}
SplitRules ConvTranspose2dGradWeightOp::getSplitRules() {
  return forGroups(getGroups(),
                   gradWeightRules(getDy(), getDweight(), getDbias(), inFirst));
}
SplitRules ConvTranspose2dBackwardOp::getSplitRules() {
  return forGroups(getGroups(),
                   backwardRules(getDy(), getWeight(), getDbias(), inFirst));
}

//===----------------------------------------------------------------------===//
// Ops without weights
//===----------------------------------------------------------------------===//

/// Returns rules by which every operand and result is sliced along the same
/// dimension, the k-th of `axes` along dimension k.
static SplitRules alikeRules(Operation *op, ArrayRef<SplitAxis> axes) {
  SplitRules rules;
  ArrayRef<int64_t> shape = of(op->getResult(0));
  for (auto [dimension, axis] : llvm::enumerate(axes.take_front(shape.size())))
    rules.push_back({axis, shape[dimension],
                     Splits(op->getNumOperands(), sliced(dimension)),
                     Splits(op->getNumResults(), sliced(dimension))});
  return rules;
}

/// Returns the split rules of an activation, whose samples and channels are
/// independent of each other.
static SplitRules activationRules(Operation *op) {
  return alikeRules(op, {SplitAxis::batch, SplitAxis::output_channels});
}

SplitRules MaxPool2dOp::getSplitRules() { return activationRules(*this); }
SplitRules MaxPool2dGradOp::getSplitRules() { return activationRules(*this); }
SplitRules AvgPool2dOp::getSplitRules() { return activationRules(*this); }
SplitRules AvgPool2dGradOp::getSplitRules() { return activationRules(*this); }

SplitRules AccumulateOp::getSplitRules() {
  if (getOfWeights())
    return alikeRules(*this,
                      {SplitAxis::output_channels, SplitAxis::input_channels});
  // Whether measured layers agree on what a channel is, is not known.
  if (isMeasured(getType()))
    return alikeRules(*this, SplitAxis::batch);
  return activationRules(*this);
}

/// Returns the rules by which slices along one dimension are sliced along any
/// other.
static SplitRules sliceRules(Operation *op, uint64_t dimension) {
  SplitRules rules = activationRules(op);
  llvm::erase_if(rules, [&](const OpSplitRule &rule) {
    return rule.results[0] == sliced(dimension);
  });
  return rules;
}

SplitRules SliceOp::getSplitRules() {
  return sliceRules(*this, getDimension());
}
SplitRules ConcatOp::getSplitRules() {
  return sliceRules(*this, getDimension());
}

// A channel of the image is many features of the row.
SplitRules FlattenOp::getSplitRules() {
  return alikeRules(*this, SplitAxis::batch);
}
SplitRules FlattenGradOp::getSplitRules() {
  return alikeRules(*this, SplitAxis::batch);
}
