//===- CyclicProblem.cpp - The problem of cyclic scheduling ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the input check, and the queries that the verifier, the solvers
// and their callers share.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/CyclicProblem.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace layerpipe::scheduling {
namespace {

Status checkAssignment(const CyclicProblem &problem) {
  const TaskGraph &graph = problem.graph;
  if (problem.assignment.size() != graph.tasks.size())
    return Error{fmt::format("{} tasks have a processor, of {}",
                             problem.assignment.size(), graph.tasks.size())};
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    int64_t processor = problem.assignment[task];
    if (graph.tasks[task].kind == TaskKind::input) {
      if (processor != -1)
        return Error{fmt::format("input {} is assigned to processor {}; inputs "
                                 "occupy none (−1)",
                                 describeTask(graph, task), processor)};
    } else if (processor < 0 || processor >= problem.machine.processors) {
      return Error{fmt::format("task {} is assigned to processor {}; there are "
                               "0 to {}",
                               describeTask(graph, task), processor,
                               problem.machine.processors - 1)};
    }
  }
  return Status::success();
}

/// Checks that the sum of all times on their processors stays within the core's
/// limit.
Status checkDurations(const CyclicProblem &problem) {
  if (problem.machine.speeds.empty())
    return Status::success();
  Wide sum = 0;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    if (int64_t processor = problem.assignment[task]; processor >= 0) {
      Fraction speed = problem.machine.speeds[processor];
      // The split rule is in full width, since timeOn is exact only within the
      // limit.
      sum += ceilDiv(Wide(problem.graph.tasks[task].time) * speed.denominator,
                     speed.numerator);
    }
  if (sum > maxTotalTime)
    return Error{fmt::format("at the processors' speeds the tasks take longer "
                             "than {} in total",
                             maxTotalTime)};
  return Status::success();
}

/// Checks that the sum of all transfer times stays within the core's limit.
Status checkTransfers(const CyclicProblem &problem) {
  Wide sum = 0;
  for (size_t edge = 0; edge < problem.graph.edges.size(); ++edge) {
    if (!needsTransfer(problem, edge))
      continue;
    const Value &value = problem.graph.values[problem.graph.edges[edge].value];
    const Link &link = linkOfEdge(problem, edge);
    Wide time = wideTransferTime(link, value.bytes);
    sum += time + link.latency;
    if (sum > maxTotalTime)
      return Error{fmt::format("the transfers take longer than {} in total; "
                               "'{}' alone takes {:.3g}",
                               maxTotalTime, value.name,
                               static_cast<double>(time))};
  }
  return Status::success();
}

} // namespace

int64_t durationOf(const CyclicProblem &problem, int64_t task) {
  int64_t processor = problem.assignment[task];
  int64_t time = problem.graph.tasks[task].time;
  return processor < 0 ? time : timeOn(problem.machine, processor, time);
}

std::vector<int64_t> durationsOf(const CyclicProblem &problem) {
  std::vector<int64_t> durations(problem.graph.tasks.size());
  for (size_t task = 0; task < durations.size(); ++task)
    durations[task] = durationOf(problem, task);
  return durations;
}

bool needsTransfer(const CyclicProblem &problem, int64_t edge) {
  int64_t from = problem.assignment[problem.graph.edges[edge].from];
  return from >= 0 && from != problem.assignment[problem.graph.edges[edge].to];
}

const Link &linkOfEdge(const CyclicProblem &problem, int64_t edge) {
  const Edge &crossing = problem.graph.edges[edge];
  return linkOf(problem.machine, problem.assignment[crossing.from],
                problem.assignment[crossing.to]);
}

Status check(const CyclicProblem &problem) {
  if (Status status = check(problem.graph); !status)
    return status;
  if (Status status = check(problem.machine); !status)
    return status;
  if (Status status = checkAssignment(problem); !status)
    return status;
  if (Status status = checkDurations(problem); !status)
    return status;
  if (Status status = checkTransfers(problem); !status)
    return status;
  if (problem.delays == Delays::given)
    return Status::success();
  std::vector<int64_t> distances = distancesOf(problem.graph);
  for (size_t edge = 0; edge < distances.size(); ++edge)
    if (problem.graph.edges[edge].parameter >= 0)
      distances[edge] = 0;
  std::vector<int64_t> cycle = findDelayFreeCycle(problem.graph, distances);
  if (cycle.empty())
    return Status::success();
  std::string text;
  for (int64_t task : cycle)
    text += describeTask(problem.graph, task) + " → ";
  return Error{fmt::format("a cycle has no delay but those of gradients, which "
                           "are free here: {}{}",
                           text, describeTask(problem.graph, cycle.front()))};
}

std::vector<int64_t> stalenessOf(const TaskGraph &graph,
                                 const std::vector<int64_t> &distances) {
  std::vector<int64_t> staleness(graph.parameters.size(), 0);
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    if (int64_t parameter = graph.edges[edge].parameter; parameter >= 0)
      staleness[parameter] = std::max(staleness[parameter], distances[edge]);
  return staleness;
}

int64_t maxStaleness(const TaskGraph &graph,
                     const std::vector<int64_t> &distances) {
  int64_t most = 0;
  for (int64_t staleness : stalenessOf(graph, distances))
    most = std::max(most, staleness);
  return most;
}

Wide weighStaleness(const TaskGraph &graph,
                    const std::vector<int64_t> &staleness) {
  struct Layer {
    Wide bytes = 0;
    int64_t staleness = 0;
  };
  std::map<int64_t, Layer> layers;
  for (size_t index = 0; index < graph.parameters.size(); ++index) {
    Layer &layer = layers[graph.parameters[index].layer];
    layer.bytes += graph.parameters[index].bytes;
    layer.staleness = std::max(layer.staleness, staleness[index]);
  }
  Wide sum = 0;
  for (const auto &[number, layer] : layers)
    sum += std::max<Wide>(layer.bytes, 1) * layer.staleness;
  return sum;
}

Wide weightedStaleness(const TaskGraph &graph,
                       const std::vector<int64_t> &distances) {
  return weighStaleness(graph, stalenessOf(graph, distances));
}

} // namespace layerpipe::scheduling
