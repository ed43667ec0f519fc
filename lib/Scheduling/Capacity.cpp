//===- Capacity.cpp - Channel capacities ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rule 4 from the numbers of one edge, and for all edges of a solution.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Capacity.h"

#include <algorithm>

namespace layerpipe::scheduling {

Wide requiredCapacity(const CapacityQuery &query) {
  if (query.self)
    return std::max<Wide>(1, query.distance);
  Wide periods = Wide(query.distance) + query.toLag - query.fromLag;
  Wide alive = Wide(query.toStart) + query.toDuration - query.fromStart +
               periods * query.period;
  Wide capacity = std::max<Wide>(1, ceilDiv(alive, query.period));
  if (query.sameProcessor)
    return std::max(capacity, periods + (query.fromFirst ? 1 : 0));
  bool noTime = query.fromDuration == 0 && query.toDuration == 0;
  if (noTime && alive % query.period == 0)
    capacity = std::max<Wide>(1, alive / query.period + 1);
  return capacity;
}

std::vector<int64_t> channelCapacities(const CyclicProblem &problem,
                                       const CyclicSolution &solution) {
  std::vector<int64_t> position(problem.graph.tasks.size(), -1);
  for (const std::vector<int64_t> &order : solution.order)
    for (size_t i = 0; i < order.size(); ++i)
      position[order[i]] = i;
  std::vector<int64_t> capacities;
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    int64_t from = edge.from, to = edge.to;
    CapacityQuery query{solution.period,
                        solution.distance[index],
                        solution.start[from],
                        solution.lag[from],
                        problem.graph.tasks[from].time,
                        solution.start[to],
                        solution.lag[to],
                        problem.graph.tasks[to].time,
                        from == to,
                        problem.assignment[from] >= 0 &&
                            problem.assignment[from] == problem.assignment[to],
                        position[from] < position[to]};
    capacities.push_back(static_cast<int64_t>(requiredCapacity(query)));
  }
  return capacities;
}

} // namespace layerpipe::scheduling
