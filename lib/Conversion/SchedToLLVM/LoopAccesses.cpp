//===- LoopAccesses.cpp - What a nest of loops touches --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopAccesses.h"

#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;

/// Returns the access of all elements in order.
static LinearAccess inOrder(ArrayRef<int64_t> extents) {
  LinearAccess access;
  access.strides.resize(extents.size());
  int64_t stride = 1;
  for (size_t dimension = extents.size(); dimension-- > 0;) {
    access.strides[dimension] = stride;
    stride *= extents[dimension];
  }
  return access;
}

size_t LoopAccesses::addLoad(OperandAccess access) {
  auto same = [&](const OperandAccess &other) {
    return other.value == access.value && other.linear == access.linear &&
           !other.outside && !access.outside;
  };
  auto found = llvm::find_if(loads, same);
  if (found == loads.end())
    found = loads.insert(loads.end(), std::move(access));
  return found - loads.begin();
}

void LoopAccesses::addOp(LoopOpInterface op, const MemoryPlan &plan,
                         DenseSet<Value> &made) {
  LoopNest loops = op.getLoops();
  // An elementwise op takes the extents of the step.
  bool own = loops.extents == extents;
  auto linear = [&](AffineMap map, Value value) {
    return own ? linearAccess(map, shapes::of(value)) : inOrder(extents);
  };
  OpAccesses &accesses = ops.emplace_back(OpAccesses{op, {}});
  if (auto random = dyn_cast<RandomOpInterface>(op.getOperation()))
    accesses.draws = random.getDraws();
  for (auto [operand, map] :
       llvm::zip_equal(op->getOperands(), loops.operands)) {
    Value root = plan.rootOf(operand);
    if (made.contains(root)) {
      accesses.loads.push_back(std::nullopt);
      continue;
    }
    OperandAccess access{root, linear(map, operand), loops.outside, {}};
    if (loops.outside)
      access.bounds = boundsOf(map, shapes::of(operand), loops.extents);
    accesses.loads.push_back(addLoad(std::move(access)));
  }
  for (auto [result, map] : llvm::zip_equal(op->getResults(), loops.results)) {
    made.insert(result);
    if (plan.areaOf(result) >= 0)
      results.push_back({result, linear(map, result), loops.combiner});
  }
}

template <typename Visit> void LoopAccesses::forEachAccess(Visit visit) {
  for (OperandAccess &load : loads) {
    visit(load.linear);
    for (IndexBound &bound : load.bounds)
      visit(bound.index);
  }
  for (ResultAccess &result : results)
    visit(result.linear);
  for (OpAccesses &op : ops)
    if (op.draws)
      visit(*op.draws);
}

void LoopAccesses::joinDimensions() {
  auto drop = [&](size_t dimension) {
    extents.erase(extents.begin() + dimension);
    forEachAccess([&](LinearAccess &access) {
      access.strides.erase(access.strides.begin() + dimension);
    });
  };
  for (size_t dimension = extents.size(); dimension-- > 0;)
    if (extents[dimension] == 1)
      drop(dimension);
  for (size_t inner = extents.size(); inner-- > 1;) {
    bool alike = true;
    forEachAccess([&](const LinearAccess &access) {
      alike &=
          access.strides[inner - 1] == access.strides[inner] * extents[inner];
    });
    if (!alike)
      continue;
    extents[inner] *= extents[inner - 1];
    drop(inner - 1);
  }
}

LoopAccesses::LoopAccesses(const Step &step, const MemoryPlan &plan)
    : extents(step.extents) {
  DenseSet<Value> made;
  for (Operation *op : step.ops)
    addOp(cast<LoopOpInterface>(op), plan, made);
  for (const OperandAccess &load : loads)
    areas.insert(plan.areaOf(load.value));
  for (const ResultAccess &result : results)
    areas.insert(plan.areaOf(result.value));
  joinDimensions();
}
