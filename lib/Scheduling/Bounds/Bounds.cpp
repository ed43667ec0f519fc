//===- Bounds.cpp - Lower bounds of the period ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bound is the largest of the iteration bound, the work per processor, the
// longest task, and, for a given assignment, its busiest processor and link and
// its recurrences with their transfers.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Bounds/Bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_set>

namespace layerpipe::scheduling {
namespace {

using Kind = Obstacle::Kind;

void raise(Bounds &bounds, int64_t value, const Obstacle &obstacle) {
  if (value <= bounds.lower)
    return;
  bounds.lower = value;
  bounds.obstacle = obstacle;
}

/// Computes everything that bounds `timed`, whose times are those of the
/// machine.
Result<Bounds> boundsOfTimes(const TaskGraph &timed,
                             const std::vector<int64_t> &distances) {
  Result<IterationBound> iteration = computeIterationBound(timed, distances);
  if (!iteration)
    return iteration.error();
  Bounds bounds;
  bounds.iteration = std::move(*iteration);
  bounds.lower = 1;
  int64_t longest = -1;
  for (size_t task = 0; task < timed.tasks.size(); ++task)
    if (timed.tasks[task].time > bounds.longestTask) {
      bounds.longestTask = timed.tasks[task].time;
      longest = static_cast<int64_t>(task);
    }
  if (!bounds.iteration.criticalCycle.empty())
    raise(bounds, ceil(bounds.iteration.ratio),
          {.kind = Kind::cycle, .edges = bounds.iteration.criticalCycle});
  raise(bounds, bounds.longestTask, {.kind = Kind::task, .task = longest});
  return bounds;
}

/// Returns ⌈Σ time / Σ speed⌉.
int64_t workBound(const TaskGraph &graph, const Machine &machine) {
  return static_cast<int64_t>(timeOnAll(machine, totalTime(graph)));
}

void addLinks(const CyclicProblem &problem, Bounds &bounds) {
  if (!copiesValues(problem.machine))
    return;
  std::unordered_set<uint64_t> seen; // A key has a value and a destination.
  std::map<std::pair<int64_t, int64_t>, int64_t> load;
  Obstacle busiest{.kind = Kind::link};
  for (size_t index = 0; index < problem.graph.edges.size(); ++index) {
    const Edge &edge = problem.graph.edges[index];
    int64_t to = problem.assignment[edge.to];
    if (!needsTransfer(problem, index))
      continue;
    uint64_t key = static_cast<uint64_t>(edge.value) * maxProcessors +
                   static_cast<uint64_t>(to);
    if (!seen.insert(key).second)
      continue;
    auto ends = std::minmax(problem.assignment[edge.from], to);
    int64_t &link = load[ends];
    link += transferTime(linkOfEdge(problem, index),
                         problem.graph.values[edge.value].bytes);
    if (link <= bounds.link)
      continue;
    bounds.link = link;
    busiest.processor = ends.first;
    busiest.other = ends.second;
  }
  raise(bounds, bounds.link, busiest);
}

void addProcessors(const CyclicProblem &problem,
                   const std::vector<int64_t> &durations, Bounds &bounds) {
  std::vector<int64_t> load(problem.machine.processors, 0);
  for (size_t task = 0; task < durations.size(); ++task)
    if (problem.assignment[task] >= 0)
      load[problem.assignment[task]] += durations[task];
  auto busiest = std::max_element(load.begin(), load.end());
  bounds.processor = *busiest;
  raise(bounds, bounds.processor,
        {.kind = Kind::processor, .processor = busiest - load.begin()});
}

/// In this graph every transfer that takes time is a task of its own, with its
/// latency; edges without a distance are left out.
struct TransferGraph {
  TaskGraph graph;
  /// Each edge has the problem's edge here that it stands for.
  std::vector<int64_t> edgeOf;

  int64_t addTask(int64_t time) {
    int64_t index = graph.tasks.size();
    std::string name = std::to_string(index);
    graph.values.push_back({name, index, 0});
    graph.tasks.push_back({std::move(name), 0, TaskKind::other, time});
    return index;
  }
  void addEdge(int64_t from, int64_t to, int64_t distance, int64_t edge) {
    graph.edges.push_back(
        {from, to, EdgeKind::other, from, distance, "absent"});
    edgeOf.push_back(edge);
  }
};

TransferGraph makeTransferGraph(const CyclicProblem &problem,
                                const TaskGraph &timed,
                                const std::vector<int64_t> &distances) {
  TransferGraph made;
  for (const Task &task : timed.tasks)
    made.addTask(task.time);
  for (size_t index = 0; index < distances.size(); ++index) {
    const Edge &edge = timed.edges[index];
    if (distances[index] < 0 || timed.tasks[edge.from].kind == TaskKind::input)
      continue;
    int64_t from = edge.from;
    int64_t distance = distances[index];
    if (needsTransfer(problem, index)) {
      const Link &link = linkOfEdge(problem, index);
      int64_t bytes = timed.values[edge.value].bytes;
      from = made.addTask(transferTime(link, bytes) + link.latency);
      made.addEdge(edge.from, from, distance, index);
      distance = 0;
    }
    made.addEdge(from, edge.to, distance, index);
  }
  return made;
}

void addRecurrences(const CyclicProblem &problem, const TaskGraph &timed,
                    const std::vector<int64_t> &distances, Bounds &bounds) {
  bounds.recurrence = ceil(bounds.iteration.ratio);
  if (areInstant(problem.machine.links))
    return;
  TransferGraph transfers = makeTransferGraph(problem, timed, distances);
  // It fails where all times together exceed the limit of a graph; then there
  // is one bound less.
  Result<IterationBound> iteration = computeIterationBound(transfers.graph);
  if (!iteration || iteration->criticalCycle.empty())
    return;
  bounds.recurrence = std::max(bounds.recurrence, ceil(iteration->ratio));
  Obstacle cycle{.kind = Kind::cycle};
  for (int64_t index : iteration->criticalCycle) {
    int64_t edge = transfers.edgeOf[index];
    if (cycle.edges.empty() || cycle.edges.back() != edge)
      cycle.edges.push_back(edge);
  }
  if (cycle.edges.size() > 1 && cycle.edges.front() == cycle.edges.back())
    cycle.edges.pop_back();
  raise(bounds, bounds.recurrence, cycle);
}

/// Returns the graph with the times of its tasks on their processors, in
/// `storage` unless all speeds are 1.
const TaskGraph &withDurations(const CyclicProblem &problem,
                               const std::vector<int64_t> &durations,
                               TaskGraph &storage) {
  if (problem.machine.speeds.empty())
    return problem.graph;
  storage = problem.graph;
  for (size_t task = 0; task < durations.size(); ++task)
    storage.tasks[task].time = durations[task];
  return storage;
}

/// Gives every task its time on the fastest processor.
Status speedUp(TaskGraph &graph, const Machine &machine) {
  if (machine.speeds.empty())
    return Status::success();
  Fraction fastest =
      *std::max_element(machine.speeds.begin(), machine.speeds.end());
  Wide sum = 0;
  for (Task &task : graph.tasks) {
    Wide time =
        ceilDiv(Wide(task.time) * fastest.denominator, fastest.numerator);
    sum += time;
    if (sum > maxTotalTime)
      return Error{fmt::format("at the processors' speeds the tasks take "
                               "longer than {} in total",
                               maxTotalTime)};
    task.time = static_cast<int64_t>(time);
  }
  return Status::success();
}

std::string describeCycle(const CyclicProblem &problem,
                          const Obstacle &obstacle) {
  constexpr size_t most = 24;
  std::string text;
  for (size_t i = 0; i < obstacle.edges.size() && i < most; ++i)
    text += describeTask(problem.graph,
                         problem.graph.edges[obstacle.edges[i]].from) +
            " → ";
  if (obstacle.edges.size() > most)
    return text + fmt::format("… ({} edges)", obstacle.edges.size());
  return text + describeTask(problem.graph,
                             problem.graph.edges[obstacle.edges[0]].from);
}

} // namespace

Result<Bounds> computeBounds(const TaskGraph &graph, const Machine &machine) {
  if (Status status = check(machine); !status)
    return status;
  if (Status status = check(graph); !status)
    return status;
  TaskGraph timed = graph;
  if (Status status = speedUp(timed, machine); !status)
    return status;
  Result<Bounds> bounds = boundsOfTimes(timed, distancesOf(graph));
  if (!bounds)
    return bounds;
  bounds->work = workBound(graph, machine);
  raise(*bounds, bounds->work, {.kind = Kind::work});
  return bounds;
}

Result<Bounds> computeBounds(const TaskGraph &graph, int64_t processors) {
  return computeBounds(graph, Machine{.processors = processors});
}

Result<Bounds> computeBounds(const CyclicProblem &problem) {
  if (Status status = check(problem); !status)
    return status;
  std::vector<int64_t> distances = distancesOf(problem.graph);
  if (problem.delays == Delays::least)
    for (size_t edge = 0; edge < distances.size(); ++edge)
      if (problem.graph.edges[edge].parameter >= 0)
        distances[edge] = -1; // The edge is left out of the iteration bound.
  std::vector<int64_t> durations = durationsOf(problem);
  TaskGraph storage;
  const TaskGraph &timed = withDurations(problem, durations, storage);
  Result<Bounds> bounds = boundsOfTimes(timed, distances);
  if (!bounds)
    return bounds;
  addRecurrences(problem, timed, distances, *bounds);
  addProcessors(problem, durations, *bounds);
  addLinks(problem, *bounds);
  bounds->work = workBound(problem.graph, problem.machine);
  raise(*bounds, bounds->work, {.kind = Kind::work});
  return bounds;
}

std::string describe(const CyclicProblem &problem, const Bounds &bounds) {
  const Obstacle &obstacle = bounds.obstacle;
  switch (obstacle.kind) {
  case Kind::cycle:
    return fmt::format("the cycle {} needs {}",
                       describeCycle(problem, obstacle), bounds.lower);
  case Kind::task:
    return fmt::format("task {} takes {}",
                       describeTask(problem.graph, obstacle.task),
                       bounds.longestTask);
  case Kind::processor:
    return fmt::format("processor {} is busy for {}", obstacle.processor,
                       bounds.processor);
  case Kind::link:
    return fmt::format("link {}–{} is busy for {}", obstacle.processor,
                       obstacle.other, bounds.link);
  case Kind::work:
    return fmt::format("all tasks together take {} on all processors",
                       bounds.work);
  case Kind::none:
  case Kind::slice:
  case Kind::pins:
  case Kind::memory:
  case Kind::staleness:
    break;
  }
  return "a period is at least 1";
}

double gap(int64_t period, int64_t lower) {
  return static_cast<double>(period - lower) / static_cast<double>(lower);
}

} // namespace layerpipe::scheduling
