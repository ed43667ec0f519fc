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
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

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
  std::vector<int64_t> pinned =
      pinnedTimes(problem.pins, problem.graph, problem.machine);
  auto most = std::max_element(pinned.begin(), pinned.end());
  if (*most > bound.period)
    bound = {*most, {.kind = Obstacle::Kind::pins}};
  if (bound.obstacle.kind == Obstacle::Kind::pins)
    bound.obstacle.processor = most - pinned.begin();
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

//===----------------------------------------------------------------------===//
// Staleness
//===----------------------------------------------------------------------===//

namespace {

/// These are the longest ways to a loss, and from it, along edges without
/// delay.
class WaysOfLoss {
public:
  WaysOfLoss(const JointProblem &problem, const std::vector<int64_t> &time,
             const std::vector<int64_t> &order, int64_t loss);

  /// Returns the time from the start of one task to the end of the other, over
  /// the loss, or nothing if there is no such way.
  std::optional<Wide> between(int64_t first, int64_t last) const;
  /// Returns the edges of this way.
  std::vector<int64_t> edgesBetween(int64_t first, int64_t last) const;

private:
  const TaskGraph &graph;
  /// Each task has here the time from its start to that of the loss, and from
  /// there to its end, and the next edge of these ways; −1 where there is none.
  std::vector<Wide> to;
  std::vector<Wide> from;
  std::vector<int64_t> edgeTo;
  std::vector<int64_t> edgeFrom;
};

WaysOfLoss::WaysOfLoss(const JointProblem &problem,
                       const std::vector<int64_t> &time,
                       const std::vector<int64_t> &order, int64_t loss)
    : graph(problem.graph), to(time.size(), -1), from(time.size(), -1),
      edgeTo(time.size(), -1), edgeFrom(time.size(), -1) {
  Outgoing out(graph);
  to[loss] = 0;
  from[loss] = time[loss];
  auto passes = [&](int64_t index) {
    const Edge &edge = graph.edges[index];
    return edge.distance == 0 && edge.parameter < 0;
  };
  for (int64_t task : order)
    for (int64_t index : out.edgesFrom(task))
      if (int64_t next = graph.edges[index].to;
          passes(index) && from[task] >= 0 &&
          from[task] + time[next] > from[next]) {
        from[next] = from[task] + time[next];
        edgeFrom[next] = index;
      }
  for (auto task = order.rbegin(); task != order.rend(); ++task)
    for (int64_t index : out.edgesFrom(*task))
      if (Wide behind = to[graph.edges[index].to];
          passes(index) && behind >= 0 && behind + time[*task] > to[*task]) {
        to[*task] = behind + time[*task];
        edgeTo[*task] = index;
      }
}

std::optional<Wide> WaysOfLoss::between(int64_t first, int64_t last) const {
  if (to[first] < 0 || from[last] < 0)
    return std::nullopt;
  return to[first] + from[last];
}

std::vector<int64_t> WaysOfLoss::edgesBetween(int64_t first,
                                              int64_t last) const {
  std::vector<int64_t> edges, behind;
  for (int64_t task = first; edgeTo[task] >= 0;
       task = graph.edges[edgeTo[task]].to)
    edges.push_back(edgeTo[task]);
  for (int64_t task = last; edgeFrom[task] >= 0;
       task = graph.edges[edgeFrom[task]].from)
    behind.push_back(edgeFrom[task]);
  edges.insert(edges.end(), behind.rbegin(), behind.rend());
  return edges;
}

/// This collects the layers' loops.
class LoopBound {
public:
  LoopBound(const JointProblem &problem, int64_t period)
      : problem(problem), period(period) {
    SliceTimes slices = sliceTimes(problem.graph, problem.rules);
    int64_t fastest = fastestProcessor(problem.machine);
    for (size_t task = 0; task < slices.shortest.size(); ++task) {
      int64_t pin = pinOf(problem.pins, problem.graph.tasks[task]);
      time.push_back(timeOn(problem.machine, pin < 0 ? fastest : pin,
                            slices.shortest[task]));
    }
  }

  StalenessBound run();

private:
  void addLoops(const WaysOfLoss &ways, const Outgoing<TaskGraph> &out,
                int64_t gradient);

  const JointProblem &problem;
  int64_t period;
  std::vector<int64_t> time;
  std::map<int64_t, int64_t> lateOf;
  StalenessBound bound;
};

/// Adds the loops that end with this gradient's edge.
void LoopBound::addLoops(const WaysOfLoss &ways, const Outgoing<TaskGraph> &out,
                         int64_t gradient) {
  const TaskGraph &graph = problem.graph;
  const Edge &last = graph.edges[gradient];
  for (int64_t index : out.edgesFrom(last.to)) {
    const Edge &first = graph.edges[index];
    std::optional<Wide> way = ways.between(first.to, last.from);
    if (first.kind != EdgeKind::weight || !way)
      continue;
    auto late = static_cast<int64_t>(ceilDiv(*way + time[last.to], period) -
                                     first.distance);
    int64_t &most = lateOf[graph.parameters[last.parameter].layer];
    most = std::max(most, late);
    if (late <= bound.largest)
      continue;
    bound.largest = late;
    bound.loop = {index};
    for (int64_t edge : ways.edgesBetween(first.to, last.from))
      bound.loop.push_back(edge);
    bound.loop.push_back(gradient);
  }
}

StalenessBound LoopBound::run() {
  const TaskGraph &graph = problem.graph;
  std::vector<int64_t> order = topologicalOrder(
      countNodes(graph), delayFreeArcs(graph, distancesOf(graph)));
  Outgoing out(graph);
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    if (graph.tasks[task].kind != TaskKind::loss)
      continue;
    WaysOfLoss ways(problem, time, order, static_cast<int64_t>(task));
    for (size_t edge = 0; edge < graph.edges.size(); ++edge)
      if (graph.edges[edge].parameter >= 0)
        addLoops(ways, out, static_cast<int64_t>(edge));
  }
  std::map<int64_t, Wide> bytesOf;
  for (const Parameter &parameter : graph.parameters)
    bytesOf[parameter.layer] += parameter.bytes;
  for (const auto &[layer, late] : lateOf)
    bound.weighted += std::max<Wide>(bytesOf[layer], 1) * late;
  return std::move(bound);
}

} // namespace

StalenessBound boundStaleness(const JointProblem &problem, int64_t period) {
  return LoopBound(problem, period).run();
}

//===----------------------------------------------------------------------===//
// Memory, and how much there is to try
//===----------------------------------------------------------------------===//

/// Returns the most bytes that the pinned layers of a processor read.
static Wide bytesOfPins(const JointProblem &problem) {
  std::set<std::pair<int64_t, int64_t>> reads;
  for (const Edge &edge : problem.graph.edges)
    if (int64_t pin = pinOf(problem.pins, problem.graph.tasks[edge.to]);
        pin >= 0)
      reads.emplace(pin, edge.value);
  std::map<int64_t, Wide> bytes;
  Wide most = 0;
  for (auto [pin, value] : reads)
    most = std::max(most, bytes[pin] += problem.graph.values[value].bytes);
  return most;
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
  most = std::max(
      {most, ceilDiv(total, problem.machine.processors), bytesOfPins(problem)});
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::min(most, largest));
}

/// Pinned tasks count as others do: they leave less to try, but each try takes
/// the time of the whole graph.
///
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
