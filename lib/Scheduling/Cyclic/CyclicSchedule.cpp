//===- CyclicSchedule.cpp - That a cyclic schedule solves its problem -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verifier checks the solution's shape and its agreement with the problem;
// ScheduleRules has the rules themselves.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Cyclic/ScheduleRules.h"

#include <fmt/format.h>

#include <set>
#include <unordered_map>

namespace layerpipe::scheduling {
namespace {

Status checkSizes(const CyclicProblem &problem,
                  const CyclicSolution &solution) {
  size_t tasks = problem.graph.tasks.size();
  size_t edges = problem.graph.edges.size();
  if (solution.start.size() != tasks || solution.lag.size() != tasks)
    return Error{fmt::format("the solution has {} starts and {} lags for {} "
                             "tasks",
                             solution.start.size(), solution.lag.size(),
                             tasks)};
  if (solution.distance.size() != edges ||
      solution.edgeTransfer.size() != edges)
    return Error{fmt::format("the solution has {} distances and {} transfer "
                             "indices for {} edges",
                             solution.distance.size(),
                             solution.edgeTransfer.size(), edges)};
  if (static_cast<int64_t>(solution.order.size()) != problem.machine.processors)
    return Error{fmt::format("the solution has {} orders for {} processors",
                             solution.order.size(),
                             problem.machine.processors)};
  return Status::success();
}

Status checkDistances(const CyclicProblem &problem,
                      const CyclicSolution &solution) {
  std::unordered_map<int64_t, int64_t> stalenessOfLayer;
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    int64_t used = solution.distance[index];
    if (problem.delays == Delays::given || edge.parameter < 0) {
      if (used != edge.distance)
        return Error{fmt::format("edge {} has distance {}, the solution uses "
                                 "{}",
                                 describeEdge(problem.graph, index),
                                 edge.distance, used)};
      continue;
    }
    int64_t layer = problem.graph.parameters[edge.parameter].layer;
    int64_t shared = stalenessOfLayer.emplace(layer, used).first->second;
    if (used != shared)
      return Error{fmt::format("edge {} has staleness {}, but layer {} has {} "
                               "elsewhere",
                               describeEdge(problem.graph, index), used, layer,
                               shared)};
  }
  return Status::success();
}

Status checkOneTransfer(const CyclicProblem &problem,
                        const Transfer &transfer) {
  const TaskGraph &graph = problem.graph;
  if (transfer.value < 0 ||
      transfer.value >= static_cast<int64_t>(graph.values.size()))
    return Error{fmt::format("a transfer carries value {}, but there are {}",
                             transfer.value, graph.values.size())};
  const Value &value = graph.values[transfer.value];
  // Ends that are no processors, or one, have some link, too; the ranges tell
  // of them.
  const Link &link =
      linkOf(problem.machine, transfer.fromProcessor, transfer.toProcessor);
  int64_t duration = transferTime(link, value.bytes);
  if (transfer.duration != duration || transfer.latency != link.latency)
    return Error{fmt::format(
        "the transfer of '{}' has duration {} and latency {} instead of {} "
        "and {}",
        value.name, transfer.duration, transfer.latency, duration,
        link.latency)};
  return Status::success();
}

/// Checks that there is one transfer per value and destination, each for some
/// edge, and that each edge has the transfer of its own value.
Status checkTransfers(const CyclicProblem &problem,
                      const CyclicSolution &solution) {
  std::set<std::pair<int64_t, int64_t>> destinations;
  for (const Transfer &transfer : solution.transfers) {
    if (Status status = checkOneTransfer(problem, transfer); !status)
      return status;
    if (!destinations.insert({transfer.value, transfer.toProcessor}).second)
      return Error{fmt::format("'{}' travels to processor {} twice",
                               problem.graph.values[transfer.value].name,
                               transfer.toProcessor)};
  }
  int64_t count = solution.transfers.size();
  std::vector<bool> used(count, false);
  for (size_t edge = 0; edge < problem.graph.edges.size(); ++edge) {
    int64_t index = solution.edgeTransfer[edge];
    if (index < 0 || index >= count)
      continue; // Rule 1 or the ranges tell of this.
    used[index] = true;
    if (solution.transfers[index].value != problem.graph.edges[edge].value)
      return Error{fmt::format("edge {} is given the transfer of another value",
                               describeEdge(problem.graph, edge))};
  }
  for (int64_t index = 0; index < count; ++index)
    if (!used[index])
      return Error{fmt::format(
          "no edge needs the transfer of '{}' to processor {}",
          problem.graph.values[solution.transfers[index].value].name,
          solution.transfers[index].toProcessor)};
  return Status::success();
}

TimedSchedule makeTimed(const CyclicProblem &problem,
                        const CyclicSolution &solution) {
  std::vector<int64_t> durations = durationsOf(problem);
  TimedSchedule timed;
  timed.period = solution.period;
  timed.order = solution.order;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    timed.tasks.push_back({problem.graph.tasks[task].name,
                           problem.assignment[task], solution.start[task],
                           durations[task], solution.lag[task]});
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    timed.edges.push_back({edge.from, edge.to, solution.distance[index],
                           solution.edgeTransfer[index], 1});
  }
  for (const Transfer &transfer : solution.transfers)
    timed.transfers.push_back({problem.graph.values[transfer.value].name,
                               transfer.fromProcessor, transfer.toProcessor,
                               transfer.start, transfer.duration, transfer.lag,
                               transfer.latency});
  return timed;
}

} // namespace

Status verify(const CyclicProblem &problem, const CyclicSolution &solution) {
  if (Status status = check(problem); !status)
    return status;
  if (Status status = checkSizes(problem, solution); !status)
    return status;
  if (Status status = checkDistances(problem, solution); !status)
    return status;
  if (Status status = checkTransfers(problem, solution); !status)
    return status;
  TimedSchedule timed = makeTimed(problem, solution);
  if (Status status = checkRanges(timed); !status)
    return status;
  if (Status status = checkPrecedence(timed); !status)
    return status;
  if (Status status = checkOverlap(timed); !status)
    return status;
  if (Status status = checkOrder(timed); !status)
    return status;
  return checkMemory(problem, solution);
}

} // namespace layerpipe::scheduling
