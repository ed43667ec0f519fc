//===- Capacity.cpp - Channel capacities ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is rule 4, from the numbers of one edge and for all edges of a solution.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/Capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <compare>
#include <limits>

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
  std::vector<int64_t> durations = durationsOf(problem);
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
                        durations[from],
                        solution.start[to],
                        solution.lag[to],
                        durations[to],
                        from == to,
                        problem.assignment[from] >= 0 &&
                            problem.assignment[from] == problem.assignment[to],
                        position[from] < position[to]};
    capacities.push_back(static_cast<int64_t>(requiredCapacity(query)));
  }
  return capacities;
}

std::vector<int64_t> memoryBytes(const CyclicProblem &problem,
                                 const std::vector<int64_t> &capacities) {
  struct Held {
    int64_t processor;
    int64_t value;
    int64_t copies;
    auto operator<=>(const Held &) const = default;
  };
  std::vector<Held> held;
  held.reserve(capacities.size());
  for (size_t index = 0; index < capacities.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    held.push_back(
        {problem.assignment[edge.to], edge.value, capacities[index]});
  }
  std::sort(held.begin(), held.end());
  std::vector<Wide> sums(problem.machine.processors, 0);
  for (size_t i = 0; i < held.size(); ++i) {
    // The last entry of a processor and value has the most copies.
    bool last = i + 1 == held.size() ||
                held[i].processor != held[i + 1].processor ||
                held[i].value != held[i + 1].value;
    if (last && held[i].processor >= 0)
      sums[held[i].processor] +=
          Wide(held[i].copies) * problem.graph.values[held[i].value].bytes;
  }
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  std::vector<int64_t> bytes;
  for (Wide sum : sums)
    bytes.push_back(static_cast<int64_t>(std::min(sum, largest)));
  return bytes;
}

std::vector<int64_t> memoryBytes(const CyclicProblem &problem,
                                 const CyclicSolution &solution) {
  return memoryBytes(problem, channelCapacities(problem, solution));
}

std::vector<int64_t> leastMemoryBytes(const CyclicProblem &problem) {
  return memoryBytes(problem,
                     std::vector<int64_t>(problem.graph.edges.size(), 1));
}

Status checkMemory(const CyclicProblem &problem,
                   const CyclicSolution &solution) {
  if (problem.machine.memory.empty())
    return Status::success();
  std::vector<int64_t> held = memoryBytes(problem, solution);
  for (size_t processor = 0; processor < held.size(); ++processor)
    if (held[processor] > problem.machine.memory[processor])
      return Error{fmt::format("processor {} holds {} bytes; its memory is {}",
                               processor, held[processor],
                               problem.machine.memory[processor])};
  return Status::success();
}

} // namespace layerpipe::scheduling
