//===- JointBounds.cpp - What no joint schedule can beat ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include "JointFigures.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"

#include <algorithm>
#include <limits>

namespace layerpipe::scheduling {

/// Returns the iteration bound of the cycles whose delays are not free; `kept`
/// gets their edges.
static Result<IterationBound> boundCycles(const JointProblem &problem,
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

/// Computes the bound. On ties it names the reason that more processors can't
/// remove.
Result<JointBound> boundJointSchedule(const JointProblem &problem) {
  SliceTimes slices = sliceTimes(problem.graph, problem.rules);
  std::vector<int64_t> kept;
  Result<IterationBound> cycles = boundCycles(problem, slices, kept);
  if (!cycles)
    return cycles.error();
  auto work = static_cast<int64_t>(
      timeOnAll(problem.machine, totalTime(problem.graph)));
  JointBound bound{std::max<int64_t>(work, 1), {.kind = Obstacle::Kind::work}};
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

int64_t boundMemory(const JointProblem &problem) {
  const TaskGraph &graph = problem.graph;
  SliceTimes slices = sliceTimes(graph, problem.rules);
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

/// Counts the ways of each task for itself and multiplies them. A task is whole
/// on one of P processors, or one of its split rules has some of its u
/// positions for cuts used, which gives P^(cuts + 1) ways, in sum P·((1 + P)^u
/// − 1). With P = 2 and one position, these are 2 + 2·(3 − 1) = 6 ways: whole
/// on 0 or 1, and four for two parts.
int64_t countSplitAssignments(const JointProblem &problem) {
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  Wide processors = problem.machine.processors;
  std::vector<Wide> ways(problem.graph.tasks.size(), processors);
  for (const SplitRule &rule : problem.rules) {
    Wide power = 1;
    for (int64_t cuts = (rule.length - 1) / rule.quantum;
         cuts > 0 && power < largest; --cuts)
      power *= 1 + processors;
    Wide &way = ways[rule.task];
    way = std::min(way + processors * (std::min(power, largest) - 1), largest);
  }
  Wide count = 1;
  for (size_t task = 0; task < ways.size(); ++task)
    if (problem.graph.tasks[task].kind != TaskKind::input)
      count = std::min(count * ways[task], largest);
  return static_cast<int64_t>(count);
}

} // namespace layerpipe::scheduling
