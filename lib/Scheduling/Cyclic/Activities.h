//===- Activities.h - What a cyclic schedule places in time -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cyclic problem unfolded into activities on resources: tasks on processors,
// and, where the bandwidth is finite, transfers on links. The solvers see
// nothing else. Inputs are left out: they run as late as their readers allow
// and constrain nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_ACTIVITIES_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_ACTIVITIES_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// One thing to place: task i is activity i; transfers that take time follow.
struct Activity {
  int64_t duration = 0;
  /// −1 for inputs, which are not placed.
  int64_t resource = -1;
};

/// time(to) + distance·period ≥ time(from) + delay, for the same iteration.
struct Dependence {
  int64_t from = -1;
  int64_t to = -1;
  int64_t delay = 0;
  int64_t distance = 0;
  /// The staleness, as an index into `groups`, that stands for the distance;
  /// −1 where the distance is fixed.
  int64_t group = -1;
};

/// A layer whose parameters share one staleness.
struct StalenessGroup {
  int64_t layer = 0;
  Wide bytes = 0;
  /// What one delay costs: the bytes, 1 where there are none.
  Wide weight = 1;
};

struct ActivityGraph {
  std::vector<Activity> activities;
  std::vector<Dependence> dependences;
  std::vector<StalenessGroup> groups;
  int64_t resources = 0;
  /// Every transfer, and its activity, or −1 if it takes no time on a link.
  std::vector<Transfer> transfers;
  std::vector<int64_t> transferActivity;
  std::vector<int64_t> edgeTransfer;
  /// Per edge: its group or −1.
  std::vector<int64_t> edgeGroup;
  /// All activities in topological order of the dependences without distance,
  /// an update after the readers of the weights that it replaces where that
  /// closes no cycle; and the place of each in that order.
  std::vector<int64_t> order;
  std::vector<int64_t> rank;
  /// Total duration per resource.
  std::vector<int64_t> load;
};

/// The problem must have passed check().
ActivityGraph makeActivities(const CyclicProblem &problem);

/// An instant of a period for each activity.
using Starts = std::vector<int64_t>;

/// Starts, lags and one staleness per group.
struct Placement {
  int64_t period = 0;
  Starts start;
  std::vector<int64_t> lag;
  std::vector<int64_t> staleness;
  /// No lags have a smaller weighted staleness with these starts.
  bool leastStaleness = false;
};

/// The solution that a placement says: inputs and instantaneous transfers are
/// added, orders sorted, lags counted from 0.
CyclicSolution makeSolution(const CyclicProblem &problem,
                            const ActivityGraph &graph,
                            const Placement &placement);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_ACTIVITIES_H
