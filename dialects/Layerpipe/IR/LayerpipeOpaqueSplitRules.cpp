//===- LayerpipeOpaqueSplitRules.cpp - how opaque layers may be split -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The axes of an opaque layer say along what it may be cut. Its weights have
// output channels along dimension 0 and input channels along dimension 1, and
// its other values have samples along 0 and channels along 1.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeAxes.h"
#include "Layerpipe/IR/LayerpipeOps.h"

using namespace mlir;
using namespace layerpipe;

/// Says of each value whether parts of an axis of that length have slices of
/// it.
static SmallVector<ValueSplit> slicesOf(ValueRange values, int64_t dimension,
                                        int64_t length) {
  return llvm::map_to_vector(values, [&](Value value) {
    return hasLength(value, dimension, length) ? ValueSplit::sliced(dimension)
                                               : ValueSplit::whole();
  });
}

static SmallVector<ValueSplit> wholes(ValueRange values) {
  return SmallVector<ValueSplit>(values.size(), ValueSplit::whole());
}

static SmallVector<ValueSplit> sums(ValueRange values) {
  return SmallVector<ValueSplit>(values.size(), ValueSplit::sum());
}

/// Appends the roles of several groups of values.
static SmallVector<ValueSplit>
concat(std::initializer_list<SmallVector<ValueSplit>> groups) {
  SmallVector<ValueSplit> all;
  for (const SmallVector<ValueSplit> &group : groups)
    llvm::append_range(all, group);
  return all;
}

/// Adds a rule, unless there is nothing to cut, or a result has other positions
/// than the axis.
static void addRule(SmallVector<OpSplitRule> &rules, OpSplitRule rule) {
  if (rule.length > 1 && !llvm::is_contained(rule.results, ValueSplit::whole()))
    rules.push_back(std::move(rule));
}

/// Returns the costs of a part, or null without costs.
static DenseI64ArrayAttr shareOf(DenseI64ArrayAttr costs, int64_t begin,
                                 int64_t end, int64_t length) {
  if (!costs)
    return {};
  SmallVector<int64_t> shares;
  for (int64_t cost : costs.asArrayRef())
    shares.push_back(layerpipe::shareOf(cost, begin, end, length));
  return DenseI64ArrayAttr::get(costs.getContext(), shares);
}

/// Builds a part, which has its share of the costs and of the axis.
template <typename OpTy>
static SmallVector<Value> buildShare(OpTy op, OpBuilder &builder,
                                     const OpSplitRule &rule, int64_t begin,
                                     int64_t end, ValueRange operands) {
  SmallVector<Value> results =
      layerpipe::buildPart(op, builder, rule, begin, end, operands);
  auto part = results.front().getDefiningOp<OpTy>();
  part.setMacsAttr(shareOf(op.getMacsAttr(), begin, end, rule.length));
  part.setNanosecondsAttr(
      shareOf(op.getNanosecondsAttr(), begin, end, rule.length));
  IntegerAttr length = builder.getI64IntegerAttr(end - begin);
  switch (rule.axis) {
  case SplitAxis::batch:
    part.setSamplesAttr(length);
    break;
  case SplitAxis::output_channels:
    part.setOutputChannelsAttr(length);
    break;
  case SplitAxis::input_channels:
    part.setInputChannelsAttr(length);
    break;
  }
  return results;
}

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

SmallVector<OpSplitRule> OpaqueOp::getSplitRules() {
  SmallVector<OpSplitRule> rules;
  int64_t samples = lengthOf(getSamplesAttr());
  addRule(rules,
          {SplitAxis::batch, samples,
           concat({slicesOf(getInputs(), 0, samples), wholes(getWeights())}),
           slicesOf(getResult(), 0, samples)});
  int64_t outputs = lengthOf(getOutputChannelsAttr());
  addRule(rules,
          {SplitAxis::output_channels, outputs,
           concat({wholes(getInputs()), slicesOf(getWeights(), 0, outputs)}),
           slicesOf(getResult(), 1, outputs)});
  return rules;
}

SmallVector<Value> OpaqueOp::buildPart(OpBuilder &builder,
                                       const OpSplitRule &rule, int64_t begin,
                                       int64_t end, ValueRange operands) {
  return buildShare(*this, builder, rule, begin, end, operands);
}

SmallVector<OpSplitRule> OpaqueBackwardOp::getSplitRules() {
  SmallVector<OpSplitRule> rules;
  int64_t samples = lengthOf(getSamplesAttr());
  addRule(rules,
          {SplitAxis::batch, samples,
           concat({slicesOf(getDy(), 0, samples), slicesOf(getY(), 0, samples),
                   slicesOf(getInputs(), 0, samples), wholes(getWeights())}),
           concat({slicesOf(getDinputs(), 0, samples), sums(getDweights())})});
  return rules;
}

SmallVector<Value> OpaqueBackwardOp::buildPart(OpBuilder &builder,
                                               const OpSplitRule &rule,
                                               int64_t begin, int64_t end,
                                               ValueRange operands) {
  return buildShare(*this, builder, rule, begin, end, operands);
}

SmallVector<OpSplitRule> OpaqueGradInputOp::getSplitRules() {
  SmallVector<OpSplitRule> rules;
  int64_t samples = lengthOf(getSamplesAttr());
  addRule(rules, {SplitAxis::batch, samples,
                  concat({slicesOf(getDy(), 0, samples),
                          slicesOf(getY(), 0, samples), wholes(getWeights())}),
                  slicesOf(getDinputs(), 0, samples)});
  int64_t inputs = lengthOf(getInputChannelsAttr());
  addRule(rules, {SplitAxis::input_channels, inputs,
                  concat({wholes(getDy()), wholes(getY()),
                          slicesOf(getWeights(), 1, inputs)}),
                  slicesOf(getDinputs(), 1, inputs)});
  return rules;
}

SmallVector<Value> OpaqueGradInputOp::buildPart(OpBuilder &builder,
                                                const OpSplitRule &rule,
                                                int64_t begin, int64_t end,
                                                ValueRange operands) {
  return buildShare(*this, builder, rule, begin, end, operands);
}

SmallVector<OpSplitRule> OpaqueGradWeightOp::getSplitRules() {
  SmallVector<OpSplitRule> rules;
  int64_t samples = lengthOf(getSamplesAttr());
  addRule(rules, {SplitAxis::batch, samples,
                  concat({slicesOf(getDy(), 0, samples),
                          slicesOf(getInputs(), 0, samples)}),
                  sums(getDweights())});
  int64_t outputs = lengthOf(getOutputChannelsAttr());
  addRule(rules, {SplitAxis::output_channels, outputs,
                  concat({slicesOf(getDy(), 1, outputs), wholes(getInputs())}),
                  slicesOf(getDweights(), 0, outputs)});
  int64_t inputs = lengthOf(getInputChannelsAttr());
  addRule(rules, {SplitAxis::input_channels, inputs,
                  concat({wholes(getDy()), slicesOf(getInputs(), 1, inputs)}),
                  slicesOf(getDweights(), 1, inputs)});
  return rules;
}

SmallVector<Value> OpaqueGradWeightOp::buildPart(OpBuilder &builder,
                                                 const OpSplitRule &rule,
                                                 int64_t begin, int64_t end,
                                                 ValueRange operands) {
  return buildShare(*this, builder, rule, begin, end, operands);
}
