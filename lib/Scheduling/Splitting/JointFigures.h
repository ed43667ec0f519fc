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

/// The starts are assignments of the problem's tasks, and the tolerance is not
/// negative.
Status checkOptions(const JointProblem &problem, const JointOptions &options);

/// A part of a task of `time` under this split rule takes no less.
int64_t shortestSlice(const SplitRule &rule, int64_t time);

/// One of the parts takes no less, however the task is cut under it.
int64_t longestSlice(const SplitRule &rule, int64_t time);

/// Per task: the least shortestSlice, and longestSlice, of its split rules that
/// can cut it; its time if there is none.
struct SliceTimes {
  std::vector<int64_t> shortest;
  std::vector<int64_t> longest;
  std::vector<bool> divisible;
};
SliceTimes sliceTimes(const TaskGraph &graph,
                      const std::vector<SplitRule> &rules);

/// Bytes stop at the largest integer. The solution must be valid.
ScheduleFigures figuresOf(const CyclicProblem &problem,
                          const CyclicSolution &solution);

/// How long processors and links are busy in a period.
struct Occupation {
  std::vector<int64_t> processors;
  std::map<std::pair<int64_t, int64_t>, int64_t> links;
};
Occupation occupationOf(const CyclicProblem &problem,
                        const CyclicSolution &solution);

/// Something that a processor could give away.
struct Movable {
  /// Of the problem before splits.
  int64_t task = -1;
  /// At speed 1.
  int64_t time = 0;
  /// It is, or could be, less than the task.
  bool slice = false;
};

/// Nothing on the processor takes less and more than no time: neither a whole
/// part nor a slice that one of its split rules can cut off.
std::optional<Movable> shortestMovable(const JointProblem &problem,
                                       const JointSchedule &answer,
                                       int64_t processor);

/// Another processor could take that time and end before `period`.
bool fitsElsewhere(const Machine &machine, const Occupation &busy,
                   int64_t processor, int64_t time, int64_t period);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_JOINTFIGURES_H
