//===- JointFigures.h - What schedules and slices cost ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_JOINTFIGURES_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_JOINTFIGURES_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// Checks that the starts are assignments of the problem's tasks, and that the
/// tolerance is not negative.
Status checkOptions(const JointProblem &problem, const JointOptions &options);

/// Returns a time that no part of a task of `time` under this split rule falls
/// below.
int64_t shortestSlice(const SplitRule &rule, int64_t time);

/// Returns a time that one of the parts takes at least, however the task is cut
/// under the split rule. A task of 10 units and a length of 4 with a quantum of
/// 1 has slices of 2 or 3, so that some part takes at least 2.
int64_t longestSlice(const SplitRule &rule, int64_t time);

/// Each task has the least shortestSlice, and longestSlice, of its split rules
/// that can cut it, or its time if there is none.
struct SliceTimes {
  std::vector<int64_t> shortest;
  std::vector<int64_t> longest;
  std::vector<bool> divisible;
};
SliceTimes sliceTimes(const TaskGraph &graph,
                      const std::vector<SplitRule> &rules);

/// Returns the figures of a schedule. Bytes stop at the largest integer. The
/// solution must be valid.
ScheduleFigures figuresOf(const CyclicProblem &problem,
                          const CyclicSolution &solution);

/// This is how long processors and links are busy in a period.
struct Occupation {
  std::vector<int64_t> processors;
  std::map<std::pair<int64_t, int64_t>, int64_t> links;
};
Occupation occupationOf(const CyclicProblem &problem,
                        const CyclicSolution &solution);

/// A processor could give this away.
struct Movable {
  /// The task is one of the problem before splits.
  int64_t task = -1;
  /// The time is that at speed 1.
  int64_t time = 0;
  /// Says whether it is, or could be, less than the task.
  bool slice = false;
};

/// Returns what takes the least time on the processor, but more than none, and
/// is not pinned: a whole part, or a slice that one of its split rules can cut
/// off.
std::optional<Movable> shortestMovable(const JointProblem &problem,
                                       const JointSchedule &answer,
                                       int64_t processor);

/// Returns whether another processor could take that time and end before
/// `period`.
bool fitsElsewhere(const Machine &machine, const Occupation &busy,
                   int64_t processor, int64_t time, int64_t period);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_JOINTFIGURES_H
