//===- GivenDelays.cpp - Schedules with as many delays as allowed ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <algorithm>
#include <map>

namespace layerpipe::scheduling {

/// Lowers the distances of gradient edges to what the starts and lags need. If
/// the distance was 4 and the gradient is there 2 periods after its update's
/// start, 2 remain. Tasks without time may need more than that for the order of
/// their processor; then nothing changes.
static void lowerDistances(const CyclicProblem &problem,
                           CyclicSolution &solution) {
  const TaskGraph &graph = problem.graph;
  int64_t period = solution.period;
  auto startOf = [&](int64_t task) {
    return solution.start[task] + Wide(solution.lag[task]) * period;
  };
  std::map<int64_t, int64_t> need;
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    const Edge &edge = graph.edges[index];
    if (edge.parameter < 0)
      continue;
    Wide ready = problem.assignment[edge.from] < 0
                     ? 0
                     : startOf(edge.from) + durationOf(problem, edge.from);
    if (int64_t transfer = solution.edgeTransfer[index]; transfer >= 0) {
      const Transfer &moved = solution.transfers[transfer];
      ready = moved.start + Wide(moved.lag) * period + moved.duration +
              moved.latency;
    }
    int64_t &most = need[graph.parameters[edge.parameter].layer];
    Wide late = ceilDiv(ready - startOf(edge.to), period);
    most = std::max<int64_t>(most, static_cast<int64_t>(late));
  }
  CyclicSolution lowered = solution;
  for (size_t index = 0; index < graph.edges.size(); ++index)
    if (int64_t parameter = graph.edges[index].parameter; parameter >= 0)
      lowered.distance[index] = need[graph.parameters[parameter].layer];
  if (verify(problem, lowered))
    solution = std::move(lowered);
}

Result<CyclicSolution> solveWithDelays(const CyclicProblem &problem,
                                       int64_t most,
                                       const ScheduleOptions &options) {
  CyclicProblem delayed = problem;
  for (Edge &edge : delayed.graph.edges)
    if (edge.parameter >= 0)
      edge.distance = most;
  return solveWithDelays(delayed, options);
}

Result<CyclicSolution> solveWithDelays(const CyclicProblem &problem,
                                       const ScheduleOptions &options) {
  CyclicProblem given = problem;
  given.delays = Delays::given;
  Result<CyclicSchedule> solved = solveCyclicSchedule(given, options);
  if (!solved)
    return solved.error();
  lowerDistances(problem, solved->solution);
  return std::move(solved->solution);
}

} // namespace layerpipe::scheduling
