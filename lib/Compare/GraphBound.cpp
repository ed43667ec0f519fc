//===- GraphBound.cpp - Lower bounds for any assignment -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphBound.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::compare {

using namespace scheduling;

namespace {

/// Long cycles are cut: the text is one cell of a table.
std::string describeCycle(const TaskGraph &graph,
                          const std::vector<int64_t> &edges) {
  constexpr size_t shown = 4;
  std::string text = "cycle ";
  for (size_t i = 0; i < std::min(edges.size(), shown); ++i)
    text += describeTask(graph, graph.edges[edges[i]].from) + " → ";
  if (edges.size() > shown)
    return fmt::format("{}… ({} tasks)", text, edges.size());
  return text + describeTask(graph, graph.edges[edges.front()].from);
}

} // namespace

namespace {

std::string describeBusy(const TaskGraph &graph, const Obstacle &obstacle) {
  std::string processor = fmt::format("processor {}", obstacle.processor);
  switch (obstacle.kind) {
  case Obstacle::Kind::task:
    return fmt::format("{}: {} fits nowhere else", processor,
                       describeTask(graph, obstacle.task));
  case Obstacle::Kind::slice:
    return fmt::format("{}: no slice fits elsewhere, that of {} is the "
                       "smallest",
                       processor, describeTask(graph, obstacle.task));
  default:
    return processor;
  }
}

} // namespace

std::string describeObstacle(const SplitScheduleProblem &problem,
                             const SplitSchedule &answer) {
  const TaskGraph &graph = problem.graph;
  const Obstacle &obstacle = answer.obstacle;
  switch (obstacle.kind) {
  case Obstacle::Kind::none:
    return answer.proof == Proof::optimal ? "all splits and assignments"
                                          : "search";
  case Obstacle::Kind::cycle:
    return describeCycle(graph, obstacle.edges);
  case Obstacle::Kind::work:
    return "work";
  case Obstacle::Kind::task:
    if (obstacle.processor < 0)
      return "indivisible task " + describeTask(graph, obstacle.task);
    return describeBusy(graph, obstacle);
  case Obstacle::Kind::slice:
    if (obstacle.processor < 0)
      return "smallest slice of " + describeTask(graph, obstacle.task);
    return describeBusy(graph, obstacle);
  case Obstacle::Kind::processor:
    return describeBusy(graph, obstacle);
  case Obstacle::Kind::link:
    return fmt::format("link {} to {}", obstacle.processor, obstacle.other);
  case Obstacle::Kind::memory:
    return fmt::format("memory limit (found {} without it)",
                       answer.withoutLimit);
  case Obstacle::Kind::staleness:
    return fmt::format("staleness limit {} (found {} without it)",
                       *problem.maxStaleness, answer.withoutLimit);
  }
  return "";
}

Result<GraphBound> GraphBound::create(const TaskGraph &graph) {
  GraphBound bound(graph);
  std::vector<int64_t> distances = distancesOf(graph);
  for (size_t edge = 0; edge < distances.size(); ++edge)
    if (graph.edges[edge].parameter >= 0)
      distances[edge] = -1; // left out
  Result<IterationBound> iteration = computeIterationBound(graph, distances);
  if (!iteration)
    return iteration.error();
  bound.iteration = std::move(*iteration);
  bound.total = scheduling::totalTime(graph);
  int64_t time = 0;
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].time > time) {
      time = graph.tasks[task].time;
      bound.longest = task;
    }
  return bound;
}

PeriodBound GraphBound::on(const Machine &machine) const {
  Fraction speed = totalSpeed(machine);
  int64_t work = static_cast<int64_t>(
      ceilDiv(Wide(total) * speed.denominator, speed.numerator));
  PeriodBound bound{std::max<int64_t>(work, 1), "work"};
  if (int64_t cycle = ceil(iteration.ratio);
      cycle >= bound.value && !iteration.criticalCycle.empty())
    bound = {cycle, describeCycle(*graph, iteration.criticalCycle)};
  if (longest < 0)
    return bound;
  int64_t fastest = 0;
  for (size_t id = 1; id < machine.speeds.size(); ++id)
    if (machine.speeds[id] > machine.speeds[fastest])
      fastest = id;
  int64_t time = timeOn(machine, fastest, graph->tasks[longest].time);
  // On ties, the reason that more processors can't remove.
  if (time >= bound.value)
    bound = {time, "longest task " + describeTask(*graph, longest)};
  return bound;
}

} // namespace layerpipe::compare
