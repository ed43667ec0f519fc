//===- LoopAccesses.h - What a nest of loops touches ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_LOOPACCESSES_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_LOOPACCESSES_H

#include "MemoryPlan.h"

#include "llvm/ADT/SetVector.h"

namespace layerpipe {

/// This is an element that each iteration loads.
struct OperandAccess {
  mlir::Value value;
  LinearAccess linear;
  /// This is read where a bound does not hold.
  std::optional<double> outside;
  llvm::SmallVector<IndexBound> bounds;
};

/// This is an element that each iteration stores, or adds to.
struct ResultAccess {
  mlir::Value value;
  LinearAccess linear;
  Combiner combiner = Combiner::none;
};

/// For each operand of the op, this has the number of its load. An operand that
/// the step itself makes has none.
struct OpAccesses {
  mlir::Operation *op = nullptr;
  llvm::SmallVector<std::optional<size_t>> loads;
  /// An op that draws has the numbers of its draws.
  std::optional<LinearAccess> draws = std::nullopt;
};

/// All that the loops of a step touch, over as few dimensions as can be:
/// neighbouring dimensions that every access walks like one are joined, so that
/// elementwise ops have a single loop.
class LoopAccesses {
public:
  LoopAccesses(const Step &step, const MemoryPlan &plan);

  llvm::SmallVector<int64_t> extents;
  std::vector<OpAccesses> ops;
  std::vector<OperandAccess> loads;
  std::vector<ResultAccess> results;
  /// These areas are touched, in the order of their first access.
  llvm::SetVector<int64_t> areas;

private:
  void addOp(LoopOpInterface op, const MemoryPlan &plan,
             llvm::DenseSet<mlir::Value> &made);
  size_t addLoad(OperandAccess access);
  void joinDimensions();
  template <typename Visit> void forEachAccess(Visit visit);
};

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_LOOPACCESSES_H
