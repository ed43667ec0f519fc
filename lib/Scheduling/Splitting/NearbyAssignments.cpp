//===- NearbyAssignments.cpp - Schedules near a good one ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NearbyAssignments.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace layerpipe::scheduling {

/// Schedules the placement. Returns whether it is better than the best so far,
/// which it then becomes.
bool NearbyAssignments::tryAssignment(std::vector<int64_t> assignment) {
  --tries;
  if (!scheduling.schedule({best.splits, std::move(assignment)}))
    return false;
  const JointSchedule &latest = scheduling.found().back();
  if (!isBetter(latest, best))
    return false;
  best = latest;
  return true;
}

/// Returns the numbers below 2^bits, those with the fewest ones first, since
/// the bits say which parts change their processor.
static std::vector<uint32_t> changesOf(size_t bits) {
  std::vector<uint32_t> changes(size_t(1) << bits);
  for (size_t change = 0; change < changes.size(); ++change)
    changes[change] = static_cast<uint32_t>(change);
  std::sort(changes.begin(), changes.end(), [](uint32_t a, uint32_t b) {
    return std::pair(std::popcount(a), a) < std::pair(std::popcount(b), b);
  });
  return changes;
}

/// Schedules each way in which two processors can divide their parts within the
/// limit. Parts that take no time stay where they are, and so do pinned ones.
bool NearbyAssignments::divideAnew(int64_t first, int64_t second) {
  const CyclicProblem &problem = best.problem;
  std::vector<size_t> parts;
  const std::vector<int64_t> pinned =
      pinnedTimes(pins, problem.graph, problem.machine);
  for (size_t task = 0; task < problem.assignment.size(); ++task)
    if ((problem.assignment[task] == first ||
         problem.assignment[task] == second) &&
        problem.graph.tasks[task].time > 0 &&
        pinOf(pins, problem.graph.tasks[task]) < 0)
      parts.push_back(task);
  if (parts.size() > mostParts)
    return false;
  for (uint32_t change : changesOf(parts.size())) {
    std::vector<int64_t> changed = problem.assignment;
    int64_t loads[] = {pinned[first], pinned[second]};
    for (size_t index = 0; index < parts.size(); ++index) {
      int64_t &id = changed[parts[index]];
      if (change >> index & 1)
        id = id == first ? second : first;
      loads[id == second] +=
          timeOn(problem.machine, id, problem.graph.tasks[parts[index]].time);
    }
    if (change == 0 || std::max(loads[0], loads[1]) > limit)
      continue;
    if (tries <= 0 || deadline.passed())
      return false;
    if (tryAssignment(std::move(changed)))
      return true;
  }
  return false;
}

bool NearbyAssignments::divideAnyAnew() {
  for (int64_t first = 0; first < best.problem.machine.processors; ++first)
    for (int64_t second = 0; second < first; ++second)
      if (divideAnew(first, second))
        return true;
  return false;
}

void NearbyAssignments::searchFrom(const JointSchedule &start, int64_t most) {
  best = start;
  limit = most;
  while (divideAnyAnew()) {
  }
}

} // namespace layerpipe::scheduling
