//===- SplitRules.h - How tasks can be cut into parts -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A task may be split along an axis where the rules of its ops compose: what
// one op makes in slices, the next one reads in the same slices. Ops are asked
// through SplittableOpInterface, none by its name.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_SPLITRULES_H
#define LAYERPIPE_ANALYSIS_SPLITRULES_H

#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

namespace layerpipe {

/// Says how a task may be split along one axis.
struct TaskSplitRule {
  SplitAxis axis = SplitAxis::batch;
  int64_t length = 1;
  /// Says of each operand of the task whether it is whole or sliced.
  llvm::SmallVector<ValueSplit> operands;
  /// Says of each result of the task whether it is sliced, a sum or first.
  llvm::SmallVector<ValueSplit> results;
  /// Says for each op of the body how it is split.
  llvm::DenseMap<mlir::Operation *, OpSplitRule> rules;

  /// Returns a sum where some result is one, and otherwise a concatenation.
  Combine combine() const;
};

/// Returns the rule by which `task` may be split along `axis`; none where the
/// axis does not apply:
///   * it is an update, a loss, or a part already;
///   * some op can't be split, or would have to be executed whole by every
///   part;
///   * an op reads a partial sum, or a value in slices along another dimension.
/// The axis is that of the task's products; ops that have no such axis follow.
/// O(ops + uses).
std::optional<TaskSplitRule> splitRuleOf(TaskOp task, SplitAxis axis);

/// Returns all split rules of all tasks, in the order of tasks and of the
/// enum's axes.
std::vector<scheduling::SplitRule>
extractSplitRules(const TrainingGraph &training);

scheduling::SplitAxis convertAxis(SplitAxis axis);
SplitAxis convertAxis(scheduling::SplitAxis axis);
scheduling::Combine convertCombine(Combine combine);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_SPLITRULES_H
