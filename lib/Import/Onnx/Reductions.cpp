//===- Reductions.cpp - Sums, means and extremes over dimensions ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

using namespace mlir;

namespace layerpipe::onnx::translators {

namespace {

/// Says what a reduction runs over, and what shape its result has.
struct Reduced {
  Extents kept;   ///< Dimensions that are summed over are 1.
  Extents result; ///< They may be missing here.
};

} // namespace

/// Returns the shape of x where the dimensions are 1.
static Extents keptExtents(Extents extents, const Integers &dimensions) {
  for (int64_t dimension : dimensions)
    extents[dimension] = 1;
  return extents;
}

/// Reads the axes, which are an operand since the version `since`.
static Reduced readReduction(NodeTranslation &node, int64_t since) {
  Extents extents = node.extents(0);
  Integers axes =
      node.axes(node.operandOrAttribute(1, "axes", since).value_or(Integers()),
                extents.size());
  if (axes.empty() && node.integer("noop_with_empty_axes", 0) == 0)
    for (size_t axis = 0; axis < extents.size(); ++axis)
      axes.push_back(int64_t(axis));
  if (node.failed())
    return {};
  Reduced reduced{keptExtents(extents, axes), {}};
  if (node.integer("keepdims", 1) != 0)
    reduced.result = reduced.kept;
  else
    for (size_t axis = 0; axis < extents.size(); ++axis)
      if (!llvm::is_contained(axes, int64_t(axis)))
        reduced.result.push_back(extents[axis]);
  return reduced;
}

template <typename OpTy>
static Value reduce(NodeTranslation &node, Value x, int64_t since) {
  Reduced reduced = readReduction(node, since);
  return node.reshape(node.create<OpTy>({x}, {}, reduced.kept), reduced.result);
}

void reduceSum(NodeTranslation &node) {
  node.yield(reduce<ReduceSumOp>(node, node.tensor(0), 13));
}

void reduceMean(NodeTranslation &node) {
  node.yield(reduce<ReduceMeanOp>(node, node.tensor(0), 18));
}

void reduceMax(NodeTranslation &node) {
  node.yield(reduce<ReduceMaxOp>(node, node.tensor(0), 18));
}

void reduceMin(NodeTranslation &node) {
  Value largest =
      reduce<ReduceMaxOp>(node, node.create<NegOp>({node.tensor(0)}), 18);
  node.yield(node.create<NegOp>({largest}));
}

void reduceSumSquare(NodeTranslation &node) {
  Value squares = node.create<SquareOp>({node.tensor(0)});
  node.yield(reduce<ReduceSumOp>(node, squares, 18));
}

void reduceL1(NodeTranslation &node) {
  Value sizes = node.create<AbsOp>({node.tensor(0)});
  node.yield(reduce<ReduceSumOp>(node, sizes, 18));
}

void reduceLogSum(NodeTranslation &node) {
  node.yield(
      node.create<LogOp>({reduce<ReduceSumOp>(node, node.tensor(0), 18)}));
}

void reduceLogSumExp(NodeTranslation &node) {
  // The largest is subtracted from all, so that exponentials stay finite.
  Value x = node.tensor(0);
  Value largest = node.create<DetachOp>(
      {node.create<ReduceMaxOp>({x}, {}, readReduction(node, 18).kept)});
  Value powers = node.create<ExpOp>({node.create<SubOp>({x, largest})});
  Value logarithm = node.create<LogOp>({reduce<ReduceSumOp>(node, powers, 18)});
  node.yield(node.create<AddOp>(
      {logarithm, node.reshape(largest, readReduction(node, 18).result)}));
}

void reduceL2(NodeTranslation &node) {
  Value squares = node.create<SquareOp>({node.tensor(0)});
  node.yield(node.create<SqrtOp>({reduce<ReduceSumOp>(node, squares, 18)}));
}

/// Reduces images to one position.
template <typename OpTy> static void reduceImages(NodeTranslation &node) {
  Extents extents = node.extents(0);
  if (extents.size() < 3)
    return node.fail("needs an operand with samples, channels and positions");
  for (size_t axis = 2; axis < extents.size(); ++axis)
    extents[axis] = 1;
  node.yield(node.create<OpTy>({node.tensor(0)}, {}, extents));
}

void globalAveragePool(NodeTranslation &node) {
  reduceImages<ReduceMeanOp>(node);
}
void globalMaxPool(NodeTranslation &node) { reduceImages<ReduceMaxOp>(node); }

} // namespace layerpipe::onnx::translators
