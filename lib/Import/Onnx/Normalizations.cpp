//===- Normalizations.cpp - Normalisations and softmax --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx::translators {

/// Returns the dimensions from `first` to the last one.
static Integers dimensionsFrom(int64_t first, size_t rank) {
  Integers dimensions;
  for (int64_t dimension = first; dimension < int64_t(rank); ++dimension)
    dimensions.push_back(dimension);
  return dimensions;
}

static Value normalize(NodeTranslation &node, Value x,
                       const Integers &dimensions) {
  return node.create<NormalizeOp>(
      {x}, {node.attr("dimensions", dimensions),
            node.attr("epsilon", node.number("epsilon", 1e-5))});
}

/// Returns x · scale + offset, of which the latter may be missing.
static Value transform(NodeTranslation &node, Value x, Value scale,
                       Value offset) {
  Value product = node.create<MulOp>({x, scale});
  return offset ? node.create<AddOp>({product, offset}) : product;
}

/// Returns an operand with a number for each channel.
static Value channels(NodeTranslation &node, size_t index, Role::Kind kind) {
  return node.alongDimension(node.parameter(index, {kind}), 1,
                             node.extents(0).size());
}

/// Normalises by statistics that the file has. They are constants.
static Value normalizeByGiven(NodeTranslation &node, Value x, size_t rank) {
  Value mean = node.alongDimension(node.detached(3), 1, rank);
  Value variance = node.alongDimension(node.detached(4), 1, rank);
  Value deviation = node.create<RsqrtOp>(
      {variance}, {node.attr("epsilon", node.number("epsilon", 1e-5))});
  return node.create<MulOp>({node.create<SubOp>({x, mean}), deviation});
}

/// Normalises by statistics of the batch. Those that the file has go on from
/// their values.
static Value normalizeByBatch(NodeTranslation &node, Value x) {
  Value mean = node.statistic(3, {Role::offset});
  Value variance = node.statistic(4, {Role::scale});
  if (mean && mean == variance)
    node.fail(fmt::format("another operand is '{}', too, in which training "
                          "keeps running statistics of this node",
                          node.node.inputs[4]));
  SmallVector<NamedAttribute> attributes = {
      node.attr("epsilon", node.number("epsilon", 1e-5)),
      node.attr("momentum", node.number("momentum", 0.9))};
  if (node.graph.hasUnbiasedRunningVariance())
    attributes.push_back(node.flag("unbiased_running_variance"));
  return node.create<BatchNormOp>({x, mean, variance}, attributes);
}

void batchNormalization(NodeTranslation &node) {
  const size_t rank = node.extents(0).size();
  if (rank < 2)
    return node.fail("needs an operand with samples and channels");
  // Before version 14 the outputs tell what is meant.
  bool isTraining = node.opset() >= 14 ? node.integer("training_mode", 0) != 0
                                       : node.node.outputs.size() > 1;
  Value x = node.tensor(0);
  Value normalized = isTraining || node.graph.trainsBatchNorm()
                         ? normalizeByBatch(node, x)
                         : normalizeByGiven(node, x, rank);
  node.yield(transform(node, normalized, channels(node, 1, Role::scale),
                       channels(node, 2, Role::offset)));
}

void layerNormalization(NodeTranslation &node) {
  const size_t rank = node.extents(0).size();
  int64_t axis = node.axis(node.integer("axis", -1), rank);
  Value x = normalize(node, node.tensor(0), dimensionsFrom(axis, rank));
  node.yield(
      transform(node, x, node.parameter(1, {Role::scale}),
                node.has(2) ? node.parameter(2, {Role::offset}) : Value()));
}

void instanceNormalization(NodeTranslation &node) {
  const size_t rank = node.extents(0).size();
  if (rank < 3)
    return node.fail("needs an operand with samples, channels and positions");
  Value x = normalize(node, node.tensor(0), dimensionsFrom(2, rank));
  // PyTorch writes normalisation of groups as one of instances, with constants
  // that are no parameters.
  if (node.operand(1).isConstant() && node.splat(1) == 1 &&
      node.operand(2).isConstant() && node.splat(2) == 0)
    return node.yield(x);
  node.yield(transform(node, x, channels(node, 1, Role::scale),
                       channels(node, 2, Role::offset)));
}

void meanVarianceNormalization(NodeTranslation &node) {
  Integers axes = node.integers("axes").value_or(Integers{0, 2, 3});
  node.yield(node.create<NormalizeOp>(
      {node.tensor(0)},
      {node.attr("dimensions", node.axes(axes, node.extents(0).size())),
       node.attr("epsilon", 1e-9)}));
}

void groupNormalization(NodeTranslation &node) {
  Extents extents = node.extents(0);
  int64_t groups = node.integer("num_groups", 0);
  if (extents.size() < 2 || groups < 1 || extents[1] % groups != 0)
    return node.fail(fmt::format("can't put the channels of {} into {} groups",
                                 toText(extents), groups));
  if (node.extents(1) != Extents{extents[1]})
    return node.fail("needs a scale for each channel, as operators have it "
                     "since version 21");
  Extents grouped = extents;
  grouped[1] /= groups;
  grouped.insert(grouped.begin() + 1, groups);
  Value x = normalize(node, node.reshape(node.tensor(0), grouped),
                      dimensionsFrom(2, grouped.size()));
  node.yield(transform(node, node.reshape(x, extents),
                       channels(node, 1, Role::scale),
                       channels(node, 2, Role::offset)));
}

/// Divides by a power of the sum of squares of neighbouring channels
/// (Krizhevsky et al. 2012, section 3.3).
void localResponseNormalization(NodeTranslation &node) {
  Extents extents = node.extents(0);
  const int64_t size = node.integer("size", 0);
  if (extents.size() < 2 || size < 1 || size > extents[1])
    return node.fail(fmt::format("can't join {} of the channels of {}", size,
                                 toText(extents)));
  Value x = node.tensor(0);
  Integers low(extents.size(), 0), high(extents.size(), 0);
  low[1] = (size - 1) / 2;
  high[1] = size - 1 - low[1];
  Extents padded = extents;
  padded[1] += size - 1;
  Value squares = node.create<PadOp>(
      {node.create<SquareOp>({x})},
      {node.attr("low", low), node.attr("high", high)}, padded);
  Value sum;
  for (int64_t k = 0; k < size; ++k) {
    Value shifted = node.create<SliceOp>(
        {squares}, {node.attr("dimension", int64_t(1)), node.attr("begin", k),
                    node.attr("end", k + extents[1])});
    sum = sum ? node.create<AddOp>({sum, shifted}) : shifted;
  }
  Value scaled = node.create<ScaleOp>(
      {sum}, {node.attr("factor", node.number("alpha", 1e-4) / double(size))});
  Value divisor = node.create<PowerOp>(
      {node.create<ShiftOp>({scaled},
                            {node.attr("amount", node.number("bias", 1))})},
      {node.attr("exponent", -node.number("beta", 0.75))});
  node.yield(node.create<MulOp>({x, divisor}));
}

/// Translates a function of the shares along one dimension or, before version
/// 13, along all from that one on.
template <typename OpTy> static void shares(NodeTranslation &node) {
  const size_t rank = node.extents(0).size();
  const bool isOne = node.opset() >= 13;
  int64_t axis = node.axis(node.integer("axis", isOne ? -1 : 1), rank);
  node.yield(node.create<OpTy>(
      {node.tensor(0)},
      {node.attr("dimensions",
                 isOne ? Integers{axis} : dimensionsFrom(axis, rank))}));
}

void softmax(NodeTranslation &node) { shares<SoftmaxOp>(node); }
void logSoftmax(NodeTranslation &node) { shares<LogSoftmaxOp>(node); }

} // namespace layerpipe::onnx::translators
