//===- LayerpipeSplitWays.cpp - in which ways each op can be cut ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Samples are independent but in gradients of weights, which sum over them.
// Each channel of a product's result is computed from all channels of its
// operand, and is a sum over them.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

using Ways = SmallVector<SplitWay>;
using Roles = SmallVector<SplitRole>;

static SplitRole whole() { return SplitRole::whole(); }
static SplitRole sliced(int64_t dimension) {
  return SplitRole::sliced(dimension);
}
static SplitRole sum() { return SplitRole::sum(); }
static SplitRole first() { return SplitRole::first(); }

//===----------------------------------------------------------------------===//
// Products: linear and convolution
//===----------------------------------------------------------------------===//

namespace {

/// The lengths of a product's axes.
struct Lengths {
  int64_t batch, out, in;

  Lengths(Value image, Value weight)
      : batch(of(image)[0]), out(of(weight)[0]), in(of(weight)[1]) {}
};

} // namespace

/// Leaves out what an op without bias has no operand or result for.
static Roles roles(Roles all, Value bias) {
  if (!bias)
    all.pop_back();
  return all;
}

/// y = x·w + b
static Ways forwardWays(Value x, Value weight, Value bias) {
  Lengths lengths(x, weight);
  Ways ways{{SplitAxis::batch,
             lengths.batch,
             roles({sliced(0), whole(), whole()}, bias),
             {sliced(0)}},
            {SplitAxis::output_channels,
             lengths.out,
             roles({whole(), sliced(0), sliced(0)}, bias),
             {sliced(1)}}};
  // A bias would be added once for each part.
  if (!bias)
    ways.push_back({SplitAxis::input_channels,
                    lengths.in,
                    {sliced(1), sliced(1)},
                    {sum()}});
  return ways;
}

/// dx = dy·w
static Ways gradInputWays(Value dy, Value weight) {
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

/// dw = dyᵀ·x, db = Σ dy
static Ways gradWeightWays(Value dy, Value dweight, Value dbias) {
  Lengths lengths(dy, dweight);
  return {{SplitAxis::batch,
           lengths.batch,
           {sliced(0), sliced(0)},
           roles({sum(), sum()}, dbias)},
          {SplitAxis::output_channels,
           lengths.out,
           {sliced(1), whole()},
           roles({sliced(0), sliced(0)}, dbias)},
          {SplitAxis::input_channels,
           lengths.in,
           {whole(), sliced(1)},
           roles({sliced(1), first()}, dbias)}};
}

/// Both gradients at once.
static Ways backwardWays(Value dy, Value weight, Value dbias) {
  Lengths lengths(dy, weight);
  return {{SplitAxis::batch,
           lengths.batch,
           {sliced(0), sliced(0), whole()},
           roles({sliced(0), sum(), sum()}, dbias)},
          {SplitAxis::output_channels,
           lengths.out,
           {sliced(1), whole(), sliced(0)},
           roles({sum(), sliced(0), sliced(0)}, dbias)},
          {SplitAxis::input_channels,
           lengths.in,
           {whole(), sliced(1), sliced(1)},
           roles({sliced(1), sliced(1), first()}, dbias)}};
}

Ways LinearOp::getSplitWays() {
  return forwardWays(getX(), getWeight(), getBias());
}
Ways LinearGradInputOp::getSplitWays() {
  return gradInputWays(getDy(), getWeight());
}
Ways LinearGradWeightOp::getSplitWays() {
  return gradWeightWays(getDy(), getDweight(), getDbias());
}
Ways LinearBackwardOp::getSplitWays() {
  return backwardWays(getDy(), getWeight(), getDbias());
}

Ways Conv2dOp::getSplitWays() {
  return forwardWays(getX(), getWeight(), getBias());
}
Ways Conv2dGradInputOp::getSplitWays() {
  return gradInputWays(getDy(), getWeight());
}
Ways Conv2dGradWeightOp::getSplitWays() {
  return gradWeightWays(getDy(), getDweight(), getDbias());
}
Ways Conv2dBackwardOp::getSplitWays() {
  return backwardWays(getDy(), getWeight(), getDbias());
}

//===----------------------------------------------------------------------===//
// Ops without weights
//===----------------------------------------------------------------------===//

/// Every operand and result is cut along the same dimension, the k-th of `axes`
/// along dimension k.
static Ways alikeWays(Operation *op, ArrayRef<SplitAxis> axes) {
  Ways ways;
  ArrayRef<int64_t> shape = of(op->getResult(0));
  for (auto [dimension, axis] : llvm::enumerate(axes.take_front(shape.size())))
    ways.push_back({axis, shape[dimension],
                    Roles(op->getNumOperands(), sliced(dimension)),
                    Roles(op->getNumResults(), sliced(dimension))});
  return ways;
}

/// Samples and channels of an activation are independent of each other.
static Ways activationWays(Operation *op) {
  return alikeWays(op, {SplitAxis::batch, SplitAxis::output_channels});
}

Ways ReluOp::getSplitWays() { return activationWays(*this); }
Ways ReluGradOp::getSplitWays() { return activationWays(*this); }
Ways TanhOp::getSplitWays() { return activationWays(*this); }
Ways TanhGradOp::getSplitWays() { return activationWays(*this); }
Ways AddOp::getSplitWays() { return activationWays(*this); }
Ways MaxPool2dOp::getSplitWays() { return activationWays(*this); }
Ways MaxPool2dGradOp::getSplitWays() { return activationWays(*this); }
Ways AvgPool2dOp::getSplitWays() { return activationWays(*this); }
Ways AvgPool2dGradOp::getSplitWays() { return activationWays(*this); }

Ways AccumulateOp::getSplitWays() {
  if (getOfWeights())
    return alikeWays(*this,
                     {SplitAxis::output_channels, SplitAxis::input_channels});
  return activationWays(*this);
}

/// Pieces along one dimension are cut along any other.
static Ways pieceWays(Operation *op, uint64_t dimension) {
  Ways ways = activationWays(op);
  llvm::erase_if(ways, [&](const SplitWay &way) {
    return way.results[0] == sliced(dimension);
  });
  return ways;
}

Ways SliceOp::getSplitWays() { return pieceWays(*this, getDimension()); }
Ways ConcatOp::getSplitWays() { return pieceWays(*this, getDimension()); }

// A channel of the image is many features of the row.
Ways FlattenOp::getSplitWays() { return alikeWays(*this, SplitAxis::batch); }
Ways FlattenGradOp::getSplitWays() {
  return alikeWays(*this, SplitAxis::batch);
}
