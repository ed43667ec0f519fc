//===- LayerpipeLoops.cpp - what follows from an op's loops ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "mlir/IR/AffineExpr.h"

using namespace mlir;
using namespace layerpipe;

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// Returns the map by which positions of `domain` read a value of `shape`.
static AffineMap broadcastMap(ArrayRef<int64_t> shape, ArrayRef<int64_t> domain,
                              MLIRContext *context) {
  SmallVector<AffineExpr> elements;
  size_t missing = domain.size() - shape.size();
  for (auto [dimension, size] : llvm::enumerate(shape)) {
    bool repeated = size == 1 && domain[missing + dimension] != 1;
    elements.push_back(repeated
                           ? getAffineConstantExpr(0, context)
                           : getAffineDimExpr(missing + dimension, context));
  }
  return AffineMap::get(domain.size(), 0, elements, context);
}

LoopNest LoopNest::broadcasting(Operation *op, Value domain,
                                Combiner combiner) {
  LoopNest loops;
  loops.extents.assign(shapes::of(domain));
  loops.combiner = combiner;
  auto mapOf = [&](Value value) {
    return broadcastMap(shapes::of(value), loops.extents, op->getContext());
  };
  llvm::append_range(loops.operands, llvm::map_range(op->getOperands(), mapOf));
  llvm::append_range(loops.results, llvm::map_range(op->getResults(), mapOf));
  return loops;
}

int64_t LoopNest::iterations() const {
  int64_t product = 1;
  for (int64_t extent : extents)
    product = shapes::saturatingProduct(product, extent);
  return product;
}

int64_t LoopNest::combined() const {
  int64_t product = 1;
  for (auto [dimension, extent] : llvm::enumerate(extents))
    if (!results[0].isFunctionOfDim(dimension))
      product = shapes::saturatingProduct(product, extent);
  return product;
}

//===----------------------------------------------------------------------===//
// Places in memory
//===----------------------------------------------------------------------===//

/// Adds `factor` times a linear expression to an access.
static void addExpression(AffineExpr expression, int64_t factor,
                          LinearAccess &access) {
  if (auto dimension = dyn_cast<AffineDimExpr>(expression)) {
    access.strides[dimension.getPosition()] += factor;
  } else if (auto constant = dyn_cast<AffineConstantExpr>(expression)) {
    access.offset += factor * constant.getValue();
  } else {
    auto binary = cast<AffineBinaryOpExpr>(expression);
    if (expression.getKind() == AffineExprKind::Add) {
      addExpression(binary.getLHS(), factor, access);
      addExpression(binary.getRHS(), factor, access);
      return;
    }
    // MLIR keeps the constant of a product on the right.
    auto coefficient = cast<AffineConstantExpr>(binary.getRHS());
    addExpression(binary.getLHS(), factor * coefficient.getValue(), access);
  }
}

LinearAccess layerpipe::linearAccess(AffineMap map, ArrayRef<int64_t> shape) {
  LinearAccess access;
  access.strides.resize(map.getNumDims());
  int64_t stride = 1;
  for (size_t dimension = shape.size(); dimension-- > 0;) {
    addExpression(map.getResult(dimension), stride, access);
    stride = shapes::saturatingProduct(stride, shape[dimension]);
  }
  return access;
}

SmallVector<IndexBound> layerpipe::boundsOf(AffineMap map,
                                            ArrayRef<int64_t> shape,
                                            ArrayRef<int64_t> extents) {
  SmallVector<IndexBound> bounds;
  for (auto [expression, size] : llvm::zip_equal(map.getResults(), shape)) {
    AffineMap index = AffineMap::get(map.getNumDims(), 0, expression);
    LinearAccess access = linearAccess(index, {size});
    int64_t least = access.offset, most = access.offset;
    for (auto [stride, extent] : llvm::zip_equal(access.strides, extents))
      (stride < 0 ? least : most) += stride * (extent - 1);
    if (least < 0 || most >= size)
      bounds.push_back({std::move(access), size});
  }
  return bounds;
}

bool layerpipe::isElementwise(Operation *op) {
  auto loop = dyn_cast_if_present<LoopOpInterface>(op);
  if (!loop)
    return false;
  LoopNest loops = loop.getLoops();
  auto isIdentity = [](AffineMap map) { return map.isIdentity(); };
  return llvm::all_of(loops.operands, isIdentity) &&
         llvm::all_of(loops.results, isIdentity);
}

bool layerpipe::isReadInOneLoop(Operation *maker, OpOperand &read) {
  auto made = dyn_cast_if_present<LoopOpInterface>(maker);
  auto reader = dyn_cast<LoopOpInterface>(read.getOwner());
  if (!made || !reader || made.getLoops().combiner != Combiner::none)
    return false;
  return reader.getLoops().operands[read.getOperandNumber()].isIdentity();
}

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

namespace {

/// This is how a map uses a dimension of the loops.
struct DimensionUse {
  bool simple = true;
  std::optional<int64_t> position;
};

} // namespace

/// Says along which dimension a value of `shape` is sliced where the loops'
/// dimension is. The use is not simple where slices would not hold whole
/// windows.
static DimensionUse useOf(AffineMap map, ArrayRef<int64_t> shape,
                          unsigned dimension, int64_t extent) {
  DimensionUse use;
  for (auto [position, expression] : llvm::enumerate(map.getResults())) {
    if (!expression.isFunctionOfDim(dimension))
      continue;
    bool plain = isa<AffineDimExpr>(expression) && shape[position] == extent;
    use.simple &= plain && !use.position;
    use.position = position;
  }
  return use;
}

/// Returns the rule of one dimension, or none.
static std::optional<OpSplitRule> ruleOf(Operation *op, const LoopNest &loops,
                                         unsigned dimension, SplitAxis axis) {
  int64_t extent = loops.extents[dimension];
  OpSplitRule rule{axis, extent, {}, {}};
  for (auto [operand, map] :
       llvm::zip_equal(op->getOperands(), loops.operands)) {
    DimensionUse use = useOf(map, shapes::of(operand), dimension, extent);
    if (!use.simple)
      return std::nullopt;
    rule.operands.push_back(use.position ? ValueSplit::sliced(*use.position)
                                         : ValueSplit::whole());
  }
  for (auto [result, map] : llvm::zip_equal(op->getResults(), loops.results)) {
    DimensionUse use = useOf(map, shapes::of(result), dimension, extent);
    if (!use.simple || (!use.position && loops.combiner != Combiner::sum))
      return std::nullopt;
    rule.results.push_back(use.position ? ValueSplit::sliced(*use.position)
                                        : ValueSplit::sum());
  }
  return rule;
}

SmallVector<OpSplitRule> layerpipe::loopSplitRules(Operation *op) {
  constexpr SplitAxis axes[] = {SplitAxis::batch, SplitAxis::output_channels};
  LoopNest loops = cast<LoopOpInterface>(op).getLoops();
  SmallVector<OpSplitRule> rules;
  for (auto [dimension, axis] : llvm::enumerate(axes))
    if (dimension < loops.extents.size())
      if (auto rule = ruleOf(op, loops, dimension, axis))
        rules.push_back(std::move(*rule));
  return rules;
}
