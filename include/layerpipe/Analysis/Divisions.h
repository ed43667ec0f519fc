//===- Divisions.h - How tasks can be cut into parts ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A task can be cut along an axis if the ways in which its ops can be cut
// compose: what one op makes in shares, the next one reads in the same shares.
// Ops are asked through SplittableOpInterface, none by its name.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_DIVISIONS_H
#define LAYERPIPE_ANALYSIS_DIVISIONS_H

#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/Splitting/Splitting.h"

namespace layerpipe {

/// This is one way in which a task can be cut.
struct TaskDivision {
  SplitAxis axis = SplitAxis::batch;
  int64_t length = 1;
  /// Says of each operand of the task whether it is whole or sliced.
  llvm::SmallVector<SplitRole> operands;
  /// Says of each result of the task whether it is sliced, a sum or first.
  llvm::SmallVector<SplitRole> results;
  /// Says for each op of the body how it is cut.
  llvm::DenseMap<mlir::Operation *, SplitWay> ways;

  /// Returns a sum where some result is one, and otherwise a concatenation.
  Combine combine() const;
};

/// Returns how `task` can be cut along `axis`, or nothing where the axis does
/// not apply:
///
/// - the task is an update, a loss, or a part already;
/// - some op can't be cut, or would have to be executed whole by every part;
/// - an op reads a partial sum, or a value in shares along another dimension.
///
/// The axis is that of the task's products; ops that have no such axis follow.
/// O(ops + uses).
std::optional<TaskDivision> divideTask(TaskOp task, SplitAxis axis);

/// Returns all divisions of all tasks, in the order of tasks and of the enum's
/// axes.
std::vector<scheduling::Division>
extractDivisions(const TrainingGraph &training);

scheduling::SplitAxis convertAxis(SplitAxis axis);
SplitAxis convertAxis(scheduling::SplitAxis axis);
scheduling::Combine convertCombine(Combine combine);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_DIVISIONS_H
