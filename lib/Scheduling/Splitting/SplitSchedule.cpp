//===- SplitSchedule.cpp - The joint problem, its bound and figures -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a legal problem is, and what bounds its answers. No solver.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/SplitSchedule.h"

#include "SplitFigures.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Model/EnumNames.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace layerpipe::scheduling {

constexpr std::array<std::string_view, 4> objectiveNames = {
    "period", "communication", "staleness", "memory"};

std::string_view toString(Objective objective) {
  return objectiveNames[static_cast<size_t>(objective)];
}

std::optional<Objective> parseObjective(std::string_view text) {
  return parseName<Objective>(objectiveNames, text);
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

Status checkOptions(const SplitScheduleProblem &problem,
                    const SplitScheduleOptions &options) {
  for (const std::vector<int64_t> &start : options.starts) {
    if (start.size() != problem.graph.tasks.size())
      return Error{fmt::format("a start assigns {} tasks; there are {}",
                               start.size(), problem.graph.tasks.size())};
    for (size_t task = 0; task < start.size(); ++task) {
      bool input = problem.graph.tasks[task].kind == TaskKind::input;
      if (input ? start[task] != -1
                : start[task] < 0 || start[task] >= problem.machine.processors)
        return Error{fmt::format("a start assigns {} to processor {}; there "
                                 "are {}, and inputs have none (-1)",
                                 describeTask(problem.graph, task), start[task],
                                 problem.machine.processors)};
    }
  }
  if (options.tolerance.numerator < 0 || options.tolerance.denominator <= 0)
    return Error{"the tolerance must not be negative"};
  return Status::success();
}

//===----------------------------------------------------------------------===//
// The bounds
//===----------------------------------------------------------------------===//

/// Of the cycles whose delays are not free; `kept` are their edges.
static Result<IterationBound> boundCycles(const SplitScheduleProblem &problem,
                                          const SliceTimes &slices,
                                          std::vector<int64_t> &kept) {
  TaskGraph graph = problem.graph;
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    graph.tasks[task].time = slices.shortest[task];
  graph.edges.clear();
  for (size_t edge = 0; edge < problem.graph.edges.size(); ++edge)
    if (problem.graph.edges[edge].parameter < 0) {
      graph.edges.push_back(problem.graph.edges[edge]);
      kept.push_back(static_cast<int64_t>(edge));
    }
  Result<Bounds> bounds = computeBounds(graph, problem.machine);
  if (!bounds)
    return bounds.error();
  return std::move(bounds->iteration);
}

static int64_t fastestProcessor(const Machine &machine) {
  int64_t fastest = 0;
  for (size_t id = 1; id < machine.speeds.size(); ++id)
    if (machine.speeds[id] > machine.speeds[fastest])
      fastest = static_cast<int64_t>(id);
  return fastest;
}

/// On ties, the reason that more processors can't remove.
Result<SplitBound> boundSplitSchedule(const SplitScheduleProblem &problem) {
  SliceTimes slices = sliceTimes(problem.graph, problem.divisions);
  std::vector<int64_t> kept;
  Result<IterationBound> cycles = boundCycles(problem, slices, kept);
  if (!cycles)
    return cycles.error();
  Fraction speed = totalSpeed(problem.machine);
  Wide work = ceilDiv(Wide(totalTime(problem.graph)) * speed.denominator,
                      speed.numerator);
  SplitBound bound{std::max<int64_t>(static_cast<int64_t>(work), 1),
                   {.kind = Obstacle::Kind::work}};
  if (int64_t cycle = ceil(cycles->ratio);
      cycle >= bound.period && !cycles->criticalCycle.empty()) {
    bound = {cycle, {.kind = Obstacle::Kind::cycle}};
    for (int64_t edge : cycles->criticalCycle)
      bound.obstacle.edges.push_back(kept[edge]);
  }
  auto longest = std::max_element(slices.longest.begin(), slices.longest.end());
  if (longest == slices.longest.end())
    return bound;
  int64_t time =
      timeOn(problem.machine, fastestProcessor(problem.machine), *longest);
  int64_t task = longest - slices.longest.begin();
  if (time >= bound.period)
    bound = {time,
             {.kind = slices.divisible[task] ? Obstacle::Kind::slice
                                             : Obstacle::Kind::task,
              .task = task}};
  return bound;
}

int64_t boundMemory(const SplitScheduleProblem &problem) {
  const TaskGraph &graph = problem.graph;
  SliceTimes slices = sliceTimes(graph, problem.divisions);
  std::vector<bool> fixed(graph.values.size(), false);
  for (const Edge &edge : graph.edges)
    if (edge.kind == EdgeKind::weight || edge.kind == EdgeKind::state)
      fixed[edge.value] = true;
  std::vector<std::vector<int64_t>> reads(graph.tasks.size());
  std::vector<bool> read(graph.values.size(), false);
  for (const Edge &edge : graph.edges) {
    read[edge.value] = true;
    bool whole = graph.tasks[edge.from].kind == TaskKind::input ||
                 (fixed[edge.value] && !slices.divisible[edge.from]);
    if (whole || !slices.divisible[edge.to])
      reads[edge.to].push_back(edge.value);
  }
  Wide total = 0, most = 0;
  for (size_t value = 0; value < read.size(); ++value)
    total += read[value] ? graph.values[value].bytes : 0;
  for (std::vector<int64_t> &values : reads) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    Wide bytes = 0;
    for (int64_t value : values)
      bytes += graph.values[value].bytes;
    most = std::max(most, bytes);
  }
  most = std::max(most, ceilDiv(total, problem.machine.processors));
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(most, largest));
}

/// Each task for itself: it is whole on one of P processors, or one of its
/// divisions has some of its u positions for cuts used, P^(cuts + 1) ways, in
/// sum P·((1 + P)^u − 1).
int64_t countSplitAssignments(const SplitScheduleProblem &problem) {
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  Wide processors = problem.machine.processors;
  std::vector<Wide> ways(problem.graph.tasks.size(), processors);
  for (const Division &division : problem.divisions) {
    Wide power = 1;
    for (int64_t cuts = (division.length - 1) / division.quantum;
         cuts > 0 && power < largest; --cuts)
      power *= 1 + processors;
    Wide &way = ways[division.task];
    way = std::min(way + processors * (std::min(power, largest) - 1), largest);
  }
  Wide count = 1;
  for (size_t task = 0; task < ways.size(); ++task)
    if (problem.graph.tasks[task].kind != TaskKind::input)
      count = std::min(count * ways[task], largest);
  return static_cast<int64_t>(count);
}

} // namespace layerpipe::scheduling
