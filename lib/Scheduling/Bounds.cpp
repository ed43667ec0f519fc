//===- Bounds.cpp - Lower bounds of the period ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The largest of the iteration bound, the work per processor, the longest
// task, and, for a given assignment, its busiest processor and link.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace layerpipe::scheduling {
namespace {

void raiseLower(Bounds &bounds) {
  bounds.lower =
      std::max<int64_t>({1, ceil(bounds.iteration.ratio), bounds.work,
                         bounds.longestTask, bounds.link});
}

Result<Bounds> boundsOfGraph(const TaskGraph &graph, int64_t processors,
                             const std::vector<int64_t> &distances) {
  if (processors < 1)
    return Error{
        fmt::format("{} processors; there must be at least 1", processors)};
  Result<IterationBound> iteration = computeIterationBound(graph, distances);
  if (!iteration)
    return iteration.error();
  Bounds bounds;
  bounds.iteration = std::move(*iteration);
  bounds.work = ceil({totalTime(graph), processors});
  for (const Task &task : graph.tasks)
    bounds.longestTask = std::max(bounds.longestTask, task.time);
  raiseLower(bounds);
  return bounds;
}

int64_t busiestLink(const CyclicProblem &problem) {
  std::set<std::pair<int64_t, int64_t>> seen; // value, destination
  std::map<std::pair<int64_t, int64_t>, int64_t> load;
  int64_t busiest = 0;
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    int64_t to = problem.assignment[edge.to];
    if (!needsTransfer(problem, index) || !seen.insert({edge.value, to}).second)
      continue;
    int64_t &link = load[std::minmax(problem.assignment[edge.from], to)];
    link += transferTime(problem.machine.communication,
                         problem.graph.values[edge.value].bytes);
    busiest = std::max(busiest, link);
  }
  return busiest;
}

int64_t busiestProcessor(const CyclicProblem &problem) {
  std::map<int64_t, int64_t> load;
  int64_t busiest = 0;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    busiest = std::max(busiest, load[problem.assignment[task]] +=
                                problem.graph.tasks[task].time);
  return busiest;
}

} // namespace

Result<Bounds> computeBounds(const TaskGraph &graph, int64_t processors) {
  return boundsOfGraph(graph, processors, distancesOf(graph));
}

Result<Bounds> computeBounds(const CyclicProblem &problem) {
  if (Status status = check(problem); !status)
    return status;
  std::vector<int64_t> distances = distancesOf(problem.graph);
  if (problem.delays == Delays::least)
    for (size_t edge = 0; edge < distances.size(); ++edge)
      if (problem.graph.edges[edge].parameter >= 0)
        distances[edge] = -1; // Left out of the iteration bound.
  Result<Bounds> bounds =
      boundsOfGraph(problem.graph, problem.machine.processors, distances);
  if (!bounds)
    return bounds;
  bounds->link = busiestLink(problem);
  raiseLower(*bounds);
  bounds->lower = std::max(bounds->lower, busiestProcessor(problem));
  return bounds;
}

double gap(int64_t period, int64_t lower) {
  return static_cast<double>(period - lower) / static_cast<double>(lower);
}

} // namespace layerpipe::scheduling
