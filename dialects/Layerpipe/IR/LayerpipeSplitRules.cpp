//===- LayerpipeSplitRules.cpp - how each op may be split --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Samples are independent of each other, except in gradients of weights, which
// sum over them. Each channel of a product's result is computed from all
// channels of its operand, and is a sum over them.
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

/// These are the lengths of a product's axes.
struct Lengths {
  int64_t batch, out, in;

  Lengths(Value image, Value weight)
      : batch(of(image)[0]), out(of(weight)[0]), in(of(weight)[1]) {}
};

} // namespace

/// Leaves out the roles for which an op without bias has no operand or result.
static Splits withoutMissing(Splits all, Value bias) {
  if (!bias)
    all.pop_back();
  return all;
}

/// Returns the split rules of y = x·w + b.
static SplitRules forwardRules(Value x, Value weight, Value bias) {
  Lengths lengths(x, weight);
  SplitRules rules{{SplitAxis::batch,
                    lengths.batch,
                    withoutMissing({sliced(0), whole(), whole()}, bias),
                    {sliced(0)}},
                   {SplitAxis::output_channels,
                    lengths.out,
                    withoutMissing({whole(), sliced(0), sliced(0)}, bias),
                    {sliced(1)}}};
  // A bias would be added once for each part.
  if (!bias)
    rules.push_back({SplitAxis::input_channels,
                     lengths.in,
                     {sliced(1), sliced(1)},
                     {sum()}});
  return rules;
}

/// Returns the split rules of dx = dy·w.
static SplitRules gradInputRules(Value dy, Value weight) {
  Lengths lengths(dy, weight);
  return {{SplitAxis::batch, lengths.batch, {sliced(0), whole()}, {sliced(0)}},
          {SplitAxis::output_channels,
           lengths.out,
           {sliced(1), sliced(0)},
           {sum()}},
          {SplitAxis::input_channels,
           lengths.in,
           {whole(), sliced(1)},
           {sliced(1)}}};
}

/// Returns the split rules of dw = dyᵀ·x, db = Σ dy.
static SplitRules gradWeightRules(Value dy, Value dweight, Value dbias) {
  Lengths lengths(dy, dweight);
  return {{SplitAxis::batch,
           lengths.batch,
           {sliced(0), sliced(0)},
           withoutMissing({sum(), sum()}, dbias)},
          {SplitAxis::output_channels,
           lengths.out,
           {sliced(1), whole()},
           withoutMissing({sliced(0), sliced(0)}, dbias)},
          {SplitAxis::input_channels,
           lengths.in,
           {whole(), sliced(1)},
           withoutMissing({sliced(1), first()}, dbias)}};
}

/// Returns the split rules of both gradients at once.
static SplitRules backwardRules(Value dy, Value weight, Value dbias) {
  Lengths lengths(dy, weight);
  return {{SplitAxis::batch,
           lengths.batch,
           {sliced(0), sliced(0), whole()},
           withoutMissing({sliced(0), sum(), sum()}, dbias)},
          {SplitAxis::output_channels,
           lengths.out,
           {sliced(1), whole(), sliced(0)},
           withoutMissing({sum(), sliced(0), sliced(0)}, dbias)},
          {SplitAxis::input_channels,
           lengths.in,
           {whole(), sliced(1), sliced(1)},
           withoutMissing({sliced(1), sliced(1), first()}, dbias)}};
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
  return forwardRules(getX(), getWeight(), getBias());
}
SplitRules Conv2dGradInputOp::getSplitRules() {
  return gradInputRules(getDy(), getWeight());
}
SplitRules Conv2dGradWeightOp::getSplitRules() {
  return gradWeightRules(getDy(), getDweight(), getDbias());
}
SplitRules Conv2dBackwardOp::getSplitRules() {
  return backwardRules(getDy(), getWeight(), getDbias());
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
