//===- ValueSlices.h - Which values are cut, and where ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the plan behind splitTasks. It says what each value of a graph
// becomes when some of its tasks are cut, and changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_VALUESLICES_H
#define LAYERPIPE_LIB_TRANSFORMS_VALUESLICES_H

#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Transforms/SplitTasks.h"

#include <set>

namespace layerpipe {

/// This is a checked split.
struct PlannedSplit {
  TaskOp task;
  TaskSplitRule rule;
  /// These are 0, the cuts, and the length: part k is ends[k] … ends[k + 1] −
  /// 1.
  llvm::SmallVector<int64_t> ends;

  int64_t parts() const { return static_cast<int64_t>(ends.size()) - 1; }
};

/// This says what becomes of a result that does not stay one value.
struct ValueSlices {
  /// If this is true, there are summands of full size, one for each part;
  /// otherwise there are slices along a dimension.
  bool sum = false;
  int64_t dimension = 0;
  int64_t length = 1;
  /// Slices lie between neighbours of 0 … length.
  std::set<int64_t> ends;
  /// These are the new values, in the order of the axis.
  llvm::SmallVector<mlir::Value> values;
};

/// The plan is indexed by task and by result of the graph as it is.
class SplitPlan {
public:
  /// Makes the plan. Fails with an error at the op that is in the way.
  static mlir::FailureOr<SplitPlan> make(GraphOp graph,
                                         llvm::ArrayRef<TaskSplit> splits);

  std::vector<PlannedSplit> splits;
  llvm::DenseMap<mlir::Value, ValueSlices> slices;

  /// Returns the task's split, or null for a task that stays whole.
  const PlannedSplit *splitOf(TaskOp task) const {
    auto found = indices.find(task);
    return found == indices.end() ? nullptr : &splits[found->second];
  }

private:
  mlir::LogicalResult addSplit(const TaskSplit &split);
  void addResults(const PlannedSplit &split);
  mlir::LogicalResult addReader(mlir::OpOperand &operand,
                                StreamResolver &streams);
  mlir::LogicalResult checkReader(mlir::OpOperand &operand,
                                  StreamResolver &streams) const;

  llvm::DenseMap<mlir::Operation *, size_t> indices;
};

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_VALUESLICES_H
