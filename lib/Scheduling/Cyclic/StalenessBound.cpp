//===- StalenessBound.cpp - Lower bounds of staleness ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bound uses longest paths from every update, in time units.
//
//===----------------------------------------------------------------------===//

#include "StalenessBound.h"

#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace layerpipe::scheduling {

Wide boundStaleness(const ActivityGraph &graph, int64_t period) {
  std::vector<Constraint> constraints;
  // Each group and update has the dependences from its gradients here.
  std::vector<std::map<int64_t, std::vector<int64_t>>> gradients(
      graph.groups.size());
  for (size_t index = 0; index < graph.dependences.size(); ++index) {
    const Dependence &dependence = graph.dependences[index];
    if (dependence.group < 0)
      constraints.push_back(
          {dependence.from, dependence.to,
           dependence.delay - Wide(dependence.distance) * period});
    else
      gradients[dependence.group][dependence.to].push_back(
          static_cast<int64_t>(index));
  }
  std::vector<int64_t> groups(graph.groups.size());
  std::iota(groups.begin(), groups.end(), 0);
  std::sort(groups.begin(), groups.end(), [&](int64_t a, int64_t b) {
    return std::pair(-graph.groups[a].weight, a) <
           std::pair(-graph.groups[b].weight, b);
  });
  int64_t effort = 20'000'000; // This counts constraints that are looked at.
  Wide bound = 0;
  for (int64_t group : groups) {
    Wide staleness = 0;
    for (const auto &[update, indices] : gradients[group]) {
      effort -= static_cast<int64_t>(constraints.size());
      if (effort < 0)
        return bound;
      std::vector<Wide> start(graph.activities.size(), unbounded);
      start[update] = 0;
      ConstraintSolution longest =
          solveConstraints(constraints, std::move(start), graph.order);
      for (int64_t index : indices)
        if (Wide time = longest.value[graph.dependences[index].from];
            longest.feasible() && time != unbounded)
          staleness =
              std::max(staleness,
                       ceilDiv(time + graph.dependences[index].delay, period));
    }
    bound += graph.groups[group].weight * staleness;
  }
  return bound;
}

} // namespace layerpipe::scheduling
