//===- Activities.h - What a cyclic schedule places in time -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cyclic problem is unfolded into activities on resources: tasks on
// processors and, where a link has a bandwidth, transfers on it. The
// solvers see nothing else. Inputs are left out, since they run as late as
// their readers allow and constrain nothing. A value that goes from task A on
// processor 0 to task B on processor 1 becomes
//
//   A on processor 0 → transfer on link 0–1 → B on processor 1
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_ACTIVITIES_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_ACTIVITIES_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// An activity is one thing to place in time. Task i is activity i; transfers
/// that take time follow.
struct Activity {
  int64_t duration = 0;
  /// Names the processor or link that the activity occupies; −1 stands for
  /// inputs, which are not placed.
  int64_t resource = -1;
};

/// A dependence says that time(to) + distance·period ≥ time(from) + delay, for
/// the same iteration.
struct Dependence {
  int64_t from = -1;
  int64_t to = -1;
  int64_t delay = 0;
  int64_t distance = 0;
  /// If the distance is a staleness that may be chosen, this is its index in
  /// `groups`; −1 means that the distance is fixed.
  int64_t group = -1;
};

/// A group is a layer, whose parameters share one staleness.
struct StalenessGroup {
  int64_t layer = 0;
  Wide bytes = 0;
  /// One delay of the group costs so much: its bytes, or 1 where it has none.
  Wide weight = 1;
};

struct ActivityGraph {
  std::vector<Activity> activities;
  std::vector<Dependence> dependences;
  std::vector<StalenessGroup> groups;
  int64_t resources = 0;
  /// Each transfer has an activity here, or −1 if it takes no time on a link.
  std::vector<Transfer> transfers;
  std::vector<int64_t> transferActivity;
  std::vector<int64_t> edgeTransfer;
  /// Each edge has its group here, or −1 if its distance is fixed.
  std::vector<int64_t> edgeGroup;
  /// `order` has all activities in topological order of the dependences without
  /// distance. In it an update comes after the readers of the weights that it
  /// replaces, where that closes no cycle. `rank` has the place of each
  /// activity in that order.
  std::vector<int64_t> order;
  std::vector<int64_t> rank;
  /// Each resource has the sum of its activities' durations here.
  std::vector<int64_t> load;
};

/// Algorithms that run on any graph ask for its nodes and edges by these names.
inline int64_t countNodes(const ActivityGraph &graph) {
  return static_cast<int64_t>(graph.activities.size());
}
inline const std::vector<Dependence> &listEdges(const ActivityGraph &graph) {
  return graph.dependences;
}

/// Unfolds a problem, which must have passed check().
ActivityGraph makeActivities(const CyclicProblem &problem);

/// Each activity has an instant of the period here.
using Starts = std::vector<int64_t>;

/// A placement has starts, lags and one staleness per group.
struct Placement {
  int64_t period = 0;
  Starts start;
  std::vector<int64_t> lag;
  std::vector<int64_t> staleness;
  /// Says whether no lags have a smaller weighted staleness with these starts.
  bool leastStaleness = false;
};

/// Returns the solution that a placement describes. Adds inputs and
/// instantaneous transfers, sorts the orders, and counts lags from 0.
CyclicSolution makeSolution(const CyclicProblem &problem,
                            const ActivityGraph &graph,
                            const Placement &placement);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_ACTIVITIES_H
