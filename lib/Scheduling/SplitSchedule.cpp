//===- SplitSchedule.cpp - The joint problem, its bound and figures -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a legal problem and a valid answer are. No solver.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/SplitSchedule.h"

#include "SplitFigures.h"
#include "layerpipe/Scheduling/Bounds.h"
#include "layerpipe/Scheduling/Capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

namespace layerpipe::scheduling {

constexpr std::array<std::string_view, 4> objectiveNames = {
    "period", "communication", "staleness", "memory"};

std::string_view toString(Objective objective) {
  return objectiveNames[static_cast<size_t>(objective)];
}

std::optional<Objective> parseObjective(std::string_view text) {
  for (size_t index = 0; index < objectiveNames.size(); ++index)
    if (objectiveNames[index] == text)
      return static_cast<Objective>(index);
  return std::nullopt;
}

Result<std::vector<Objective>> parseObjectives(std::string_view text) {
  std::vector<Objective> objectives;
  while (!text.empty()) {
    size_t end = std::min(text.find(','), text.size());
    std::string_view name = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    std::optional<Objective> objective = parseObjective(name);
    if (!objective)
      return Error{fmt::format("there is no objective '{}'; there are period, "
                               "communication, staleness and memory",
                               name)};
    objectives.push_back(*objective);
  }
  return objectives;
}

Status check(const SplitScheduleProblem &problem) {
  CyclicProblem whole{problem.graph, problem.machine, {}, Delays::least};
  for (const Task &task : problem.graph.tasks)
    whole.assignment.push_back(task.kind == TaskKind::input ? -1 : 0);
  if (Status status = check(whole); !status)
    return status;
  for (const Task &task : problem.graph.tasks)
    if (task.part)
      return Error{fmt::format("task '{}' is a part already; only whole tasks "
                               "are split",
                               task.name)};
  if (problem.maxStaleness && *problem.maxStaleness < 0)
    return Error{fmt::format("the staleness limit is {}; it must not be "
                             "negative",
                             *problem.maxStaleness)};
  return check(problem.graph, problem.divisions);
}

//===----------------------------------------------------------------------===//
// The bound
//===----------------------------------------------------------------------===//

/// A task that can be cut is as long as its shortest first or last slice, but
/// that is no bound either: other cuts are shorter. It does not count.
static TaskGraph withoutDivisible(const SplitScheduleProblem &problem) {
  TaskGraph graph = problem.graph;
  for (const Division &division : problem.divisions)
    if (division.length > division.quantum)
      graph.tasks[division.task].time = 0;
  return graph;
}

Result<SplitBound> boundSplitSchedule(const SplitScheduleProblem &problem) {
  TaskGraph graph = problem.graph;
  // The delays of gradient edges are free: these edges bound nothing.
  std::erase_if(graph.edges,
                [](const Edge &edge) { return edge.parameter >= 0; });
  TaskGraph indivisible = withoutDivisible(problem);
  indivisible.edges.clear();
  Result<Bounds> whole = computeBounds(graph, problem.machine);
  if (!whole)
    return whole.error();
  Result<Bounds> parts = computeBounds(indivisible, problem.machine);
  if (!parts)
    return parts.error();

  SplitBound bound{std::max<int64_t>(whole->work, 1), {Obstacle::Kind::work}};
  int64_t cycle = ceil(whole->iteration.ratio);
  if (cycle >= bound.period && !whole->iteration.criticalCycle.empty()) {
    bound = {cycle, {Obstacle::Kind::cycle}};
    // Back to the edges of the problem's graph.
    std::vector<int64_t> kept;
    for (size_t edge = 0; edge < problem.graph.edges.size(); ++edge)
      if (problem.graph.edges[edge].parameter < 0)
        kept.push_back(edge);
    for (int64_t edge : whole->iteration.criticalCycle)
      bound.obstacle.edges.push_back(kept[edge]);
  }
  if (parts->longestTask >= bound.period) {
    bound = {parts->longestTask, {Obstacle::Kind::task}};
    for (size_t task = 0; task < indivisible.tasks.size(); ++task)
      if (bound.obstacle.task < 0 ||
          indivisible.tasks[task].time >
              indivisible.tasks[bound.obstacle.task].time)
        bound.obstacle.task = task;
  }
  return bound;
}

//===----------------------------------------------------------------------===//
// Figures
//===----------------------------------------------------------------------===//

ScheduleFigures figuresOf(const CyclicProblem &problem,
                          const CyclicSolution &solution) {
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  ScheduleFigures figures;
  figures.period = solution.period;
  Wide bytes = 0;
  for (const Transfer &transfer : solution.transfers)
    bytes += problem.graph.values[transfer.value].bytes;
  figures.communication = static_cast<int64_t>(std::min(bytes, largest));
  figures.staleness = weightedStaleness(problem.graph, solution.distance);
  for (int64_t late : stalenessOf(problem.graph, solution.distance))
    figures.maxStaleness = std::max(figures.maxStaleness, late);
  for (int64_t held : memoryBytes(problem, solution))
    figures.memory = std::max(figures.memory, held);
  return figures;
}

bool dominates(const ScheduleFigures &a, const ScheduleFigures &b) {
  return !(a == b) && a.period <= b.period &&
         a.communication <= b.communication && a.staleness <= b.staleness &&
         a.maxStaleness <= b.maxStaleness && a.memory <= b.memory;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static bool same(const Machine &a, const Machine &b) {
  return a.processors == b.processors && a.speeds == b.speeds &&
         a.memory == b.memory &&
         a.communication.bandwidth == b.communication.bandwidth &&
         a.communication.latency == b.communication.latency;
}

static bool same(const TaskGraph &a, const TaskGraph &b) {
  auto equal = [](const auto &x, const auto &y, auto key) {
    return std::equal(
        x.begin(), x.end(), y.begin(), y.end(),
        [&](const auto &m, const auto &n) { return key(m) == key(n); });
  };
  return equal(a.tasks, b.tasks,
               [](const Task &t) {
                 return std::tuple(t.name, t.layer, t.kind, t.time);
               }) &&
         equal(
             a.values, b.values,
             [](const Value &v) { return std::tuple(v.producer, v.bytes); }) &&
         equal(a.edges, b.edges, [](const Edge &e) {
           return std::tuple(e.from, e.to, e.kind, e.value, e.distance,
                             e.initial, e.parameter);
         });
}

Status verify(const SplitScheduleProblem &problem,
              const SplitSchedule &answer) {
  if (Status status = check(problem.graph, problem.divisions, answer.splits);
      !status)
    return status;
  for (const Split &split : answer.splits)
    for (int64_t cut : split.cuts)
      if (const Division &division = problem.divisions[split.division];
          cut % division.quantum != 0)
        return Error{fmt::format("{} is cut at {}, which is no multiple of {}",
                                 describeTask(problem.graph, division.task),
                                 cut, division.quantum)};
  if (!same(answer.problem.graph,
            splitTasks(problem.graph, problem.divisions, answer.splits).graph))
    return Error{"the graph is not that of the splits"};
  if (!same(answer.problem.machine, problem.machine) ||
      answer.problem.delays != Delays::least)
    return Error{"the schedule is for another machine, or other delays"};
  if (Status status = verify(answer.problem, answer.schedule.solution); !status)
    return status;
  if (!(answer.figures == figuresOf(answer.problem, answer.schedule.solution)))
    return Error{"the figures are not those of the schedule"};
  if (problem.maxStaleness &&
      answer.figures.maxStaleness > *problem.maxStaleness)
    return Error{fmt::format("a gradient is {} iterations late, more than {}",
                             answer.figures.maxStaleness,
                             *problem.maxStaleness)};
  return Status::success();
}

} // namespace layerpipe::scheduling
