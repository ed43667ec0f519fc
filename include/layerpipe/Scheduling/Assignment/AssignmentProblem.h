//===- AssignmentProblem.h - The problem of assignment ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This header says what an assignment of tasks to processors must keep, and
// what makes one better than another.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_ASSIGNMENT_ASSIGNMENTPROBLEM_H
#define LAYERPIPE_SCHEDULING_ASSIGNMENT_ASSIGNMENTPROBLEM_H

#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// In this problem every task but the inputs gets one processor, such that
///
/// - a task with a pin runs on it,
/// - the tasks of a group in `together` share a processor, and
/// - the values that are read on a processor fit its memory, one copy of each,
///   since no schedule of the assignment holds less.
///
/// The objective is the least period, then the fewest bytes between processors.
/// The period is that of the busiest resource: the largest of
///
///   Σ timeOn(processor, task) over the tasks of a processor, and
///   Σ transferTime over the transfers of a link.
///
/// A value counts once for each processor that reads it and is not its maker's;
/// values that inputs make need no transfer. Recurrences are not part of the
/// problem, so the period of a schedule may be longer.
struct AssignmentProblem {
  TaskGraph graph;
  Machine machine;
  /// Each task has the processor here that is demanded, if any. The list is
  /// empty when there are none.
  std::vector<std::optional<int64_t>> pins = {};
  /// The tasks of a group share a processor. Groups with a common task are one
  /// group.
  std::vector<std::vector<int64_t>> together = {};
};

/// Succeeds if the graph and the machine are legal, pins and groups are in
/// range, inputs are in neither, no group is pinned to two processors, and all
/// times, bytes and transfers together are small enough for exact sums.
Status check(const AssignmentProblem &problem);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_ASSIGNMENT_ASSIGNMENTPROBLEM_H
