//===- BoundsVerify.cpp - The judge of bounds -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file adds up again what tasks, processors, links and the obstacle's
// cycle need, from the words of Bounds.h. Nothing here is computeBounds'.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace layerpipe::scheduling {
namespace {

using Kind = Obstacle::Kind;

/// This is what every schedule must find room for.
struct Needs {
  /// Each task has its time here.
  std::vector<int64_t> durations;
  /// Each edge has here the time from the end of the task that makes its value
  /// until the value is where it is read.
  std::vector<Wide> transfers;
  /// Each edge has its delays here, and −1 where a schedule may choose them.
  std::vector<int64_t> distances;
  /// This is ⌈Σ time / Σ speed⌉.
  int64_t work = 0;
  /// Each processor, and each link that has transfers, is busy for so long.
  /// Both are empty where any assignment is meant.
  std::vector<int64_t> processors;
  std::map<std::pair<int64_t, int64_t>, int64_t> links;

  int64_t longestTask() const {
    return durations.empty()
               ? 0
               : *std::max_element(durations.begin(), durations.end());
  }
  int64_t busiestProcessor() const {
    return processors.empty()
               ? 0
               : *std::max_element(processors.begin(), processors.end());
  }
  int64_t busiestLink() const {
    int64_t most = 0;
    for (const auto &[link, time] : links)
      most = std::max(most, time);
    return most;
  }
};

int64_t workOf(const TaskGraph &graph, const Machine &machine) {
  Wide time = 0;
  for (const Task &task : graph.tasks)
    time += task.time;
  return static_cast<int64_t>(timeOnAll(machine, time));
}

/// Adds up the needs of any assignment: every task may have the fastest
/// processor.
Needs needsOf(const TaskGraph &graph, const Machine &machine) {
  int64_t fastest = fastestProcessor(machine);
  Needs needs;
  for (const Task &task : graph.tasks)
    needs.durations.push_back(timeOn(machine, fastest, task.time));
  needs.transfers.assign(graph.edges.size(), 0);
  needs.distances = distancesOf(graph);
  needs.work = workOf(graph, machine);
  return needs;
}

/// Adds up the needs of the problem's assignment.
Needs needsOf(const CyclicProblem &problem) {
  const auto &[graph, machine, assignment, delays] = problem;
  Needs needs;
  needs.work = workOf(graph, machine);
  needs.processors.assign(machine.processors, 0);
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    int64_t id = assignment[task];
    needs.durations.push_back(
        id < 0 ? 0 : timeOn(machine, id, graph.tasks[task].time));
    if (id >= 0)
      needs.processors[id] += needs.durations.back();
  }
  std::set<std::pair<int64_t, int64_t>> sent; // value, destination
  for (const Edge &edge : graph.edges) {
    bool isFree = delays == Delays::least && edge.parameter >= 0;
    needs.distances.push_back(isFree ? -1 : edge.distance);
    int64_t from = assignment[edge.from], to = assignment[edge.to];
    bool travels = from >= 0 && to >= 0 && from != to;
    if (!travels) {
      needs.transfers.push_back(0);
      continue;
    }
    const Link &link = linkOf(machine, from, to);
    int64_t time = transferTime(link, graph.values[edge.value].bytes);
    needs.transfers.push_back(Wide(time) + link.latency);
    if (sent.insert({edge.value, to}).second)
      needs.links[std::minmax(from, to)] += time;
  }
  return needs;
}

/// Says what the obstacle shows where that is not `lower`.
Error shows(std::string_view what, Wide shown, int64_t lower) {
  return {fmt::format("the obstacle, {}, shows a bound of {}, not {}", what,
                      static_cast<int64_t>(shown), lower)};
}

Status checkCycle(const TaskGraph &graph, const Needs &needs, int64_t lower,
                  const std::vector<int64_t> &edges) {
  if (Status status = checkClosedWalk(graph, edges); !status)
    return status;
  Wide time = 0, transfers = 0, delays = 0;
  for (int64_t edge : edges) {
    if (needs.distances[edge] < 0)
      return Error{fmt::format("the obstacle has edge {}, whose delays a "
                               "schedule may choose",
                               describeEdge(graph, edge))};
    time += needs.durations[graph.edges[edge].from];
    transfers += needs.transfers[edge];
    delays += needs.distances[edge];
  }
  if (delays == 0)
    return Error{"the obstacle is a cycle without a delay"};
  Wide without = ceilDiv(time, delays);
  if (without == lower || ceilDiv(time + transfers, delays) == lower)
    return Status::success();
  return shows("a cycle", without, lower);
}

Status checkObstacle(const TaskGraph &graph, const Needs &needs, int64_t lower,
                     const Obstacle &obstacle) {
  auto require = [&](std::string_view what, int64_t shown) -> Status {
    if (shown == lower)
      return Status::success();
    return shows(what, shown, lower);
  };
  switch (obstacle.kind) {
  case Kind::none:
    return require("none", 1);
  case Kind::cycle:
    return checkCycle(graph, needs, lower, obstacle.edges);
  case Kind::task:
    if (obstacle.task < 0 ||
        obstacle.task >= static_cast<int64_t>(graph.tasks.size()))
      return Error{fmt::format("the obstacle names task {} of {}",
                               obstacle.task, graph.tasks.size())};
    return require("a task", needs.durations[obstacle.task]);
  case Kind::work:
    return require("the work", needs.work);
  case Kind::processor:
    if (obstacle.processor < 0 ||
        obstacle.processor >= static_cast<int64_t>(needs.processors.size()))
      return Error{fmt::format("the obstacle names processor {} of {}",
                               obstacle.processor, needs.processors.size())};
    return require("a processor", needs.processors[obstacle.processor]);
  case Kind::link: {
    auto link =
        needs.links.find(std::minmax(obstacle.processor, obstacle.other));
    return require("a link", link == needs.links.end() ? 0 : link->second);
  }
  case Kind::slice:
  case Kind::pins:
  case Kind::memory:
  case Kind::staleness:
    break;
  }
  return Error{"the obstacle does not bound the period of a schedule"};
}

Status checkIteration(const TaskGraph &graph, const Needs &needs,
                      const IterationBound &iteration) {
  if (needs.durations.empty())
    return verify(graph, needs.distances, iteration);
  TaskGraph timed = graph;
  for (size_t task = 0; task < timed.tasks.size(); ++task)
    timed.tasks[task].time = needs.durations[task];
  return verify(timed, needs.distances, iteration);
}

Status checkBounds(const TaskGraph &graph, const Needs &needs,
                   const Bounds &bounds) {
  if (Status status = checkIteration(graph, needs, bounds.iteration); !status)
    return status;
  struct {
    const char *name;
    int64_t said, right;
  } parts[] = {
      {"work", bounds.work, needs.work},
      {"longest task", bounds.longestTask, needs.longestTask()},
      {"busiest processor", bounds.processor, needs.busiestProcessor()},
      {"busiest link", bounds.link, needs.busiestLink()}};
  int64_t largest = std::max<int64_t>(1, ceil(bounds.iteration.ratio));
  for (const auto &part : parts) {
    if (part.said != part.right)
      return Error{fmt::format("the bound of the {} is {}, not {}", part.name,
                               part.right, part.said)};
    largest = std::max(largest, part.right);
  }
  if (bounds.lower != std::max(largest, bounds.recurrence))
    return Error{fmt::format("the lower bound is said to be {}; the largest "
                             "bound is {}",
                             bounds.lower,
                             std::max(largest, bounds.recurrence))};
  return checkObstacle(graph, needs, bounds.lower, bounds.obstacle);
}

} // namespace

Status verifyObstacle(const CyclicProblem &problem, int64_t lower,
                      const Obstacle &obstacle) {
  if (Status status = check(problem); !status)
    return status;
  return checkObstacle(problem.graph, needsOf(problem), lower, obstacle);
}

Status verify(const CyclicProblem &problem, const Bounds &bounds) {
  if (Status status = check(problem); !status)
    return status;
  if (bounds.recurrence < ceil(bounds.iteration.ratio))
    return Error{fmt::format("the recurrence of {} is below the iteration "
                             "bound {}",
                             bounds.recurrence,
                             toString(bounds.iteration.ratio))};
  return checkBounds(problem.graph, needsOf(problem), bounds);
}

Status verify(const TaskGraph &graph, const Machine &machine,
              const Bounds &bounds) {
  if (Status status = check(machine); !status)
    return status;
  if (Status status = check(graph); !status)
    return status;
  if (bounds.recurrence != 0)
    return Error{"there is no recurrence without an assignment"};
  return checkBounds(graph, needsOf(graph, machine), bounds);
}

} // namespace layerpipe::scheduling
