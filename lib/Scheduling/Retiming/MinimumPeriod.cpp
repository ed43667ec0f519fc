//===- MinimumPeriod.cpp - Retiming for the shortest clock period ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search over periods has lower bounds with their obstacles from below, and
// the best retiming so far from above.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"
#include "layerpipe/Scheduling/Bounds/IterationBound.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include "PeriodFeasibility.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// No retiming falls below this period, and the obstacle says why.
struct PeriodBound {
  int64_t period = 0;
  Obstacle obstacle;

  void raise(int64_t to, Obstacle because) {
    if (to <= period)
      return;
    period = to;
    obstacle = std::move(because);
  }
};

Obstacle cycleObstacle(const std::vector<int64_t> &edges) {
  Obstacle obstacle;
  obstacle.kind = Obstacle::Kind::cycle;
  obstacle.edges = edges;
  return obstacle;
}

/// Returns the larger of the longest task and the iteration bound.
Result<PeriodBound> boundPeriod(const TaskGraph &graph) {
  PeriodBound bound;
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    Obstacle obstacle;
    obstacle.kind = Obstacle::Kind::task;
    obstacle.task = task;
    bound.raise(graph.tasks[task].time, std::move(obstacle));
  }
  Result<IterationBound> cycles = computeIterationBound(graph);
  if (!cycles)
    return cycles.error();
  bound.raise(ceil(cycles->ratio), cycleObstacle(cycles->criticalCycle));
  return bound;
}

/// Returns "'a' → 'b' → … → 'a'", cut short in the middle.
std::string describeWalk(const TaskGraph &graph,
                         const std::vector<int64_t> &walk) {
  constexpr size_t shown = 4;
  std::string text;
  for (size_t i = 0; i < walk.size(); ++i) {
    if (walk.size() > 2 * shown && i == shown) {
      text += "… → ";
      i = walk.size() - shown;
    }
    text += describeTask(graph, graph.edges[walk[i]].from) + " → ";
  }
  return text + describeTask(graph, graph.edges[walk.front()].from);
}

Error explainObstacle(const TaskGraph &graph, int64_t period,
                      Obstacle obstacle) {
  std::string reason;
  if (obstacle.kind == Obstacle::Kind::task) {
    reason = fmt::format("task {} takes {}", describeTask(graph, obstacle.task),
                         graph.tasks[obstacle.task].time);
  } else {
    Wide time = 0, delays = 0;
    for (int64_t edge : obstacle.edges) {
      time += graph.tasks[graph.edges[edge].from].time;
      delays += graph.edges[edge].distance;
    }
    reason =
        fmt::format("{} takes {} under {} delays, which can't part it "
                    "into stretches that short",
                    describeWalk(graph, obstacle.edges),
                    static_cast<int64_t>(time), static_cast<int64_t>(delays));
  }
  return Error{fmt::format("no retiming has a clock period of {} or less: {}",
                           period, reason),
               Failure::infeasible, std::move(obstacle)};
}

/// Closes in on the shortest period, from the bound upwards and by halving in
/// turn. Most graphs attain their bound, and the rest lose one test by asking.
/// With a bound of 10 and a retiming of 18, it tests
///
///   10 (impossible: the bound rises to 11), 14 (possible),
///   11 (impossible: it rises to 13), 13 (possible, and the answer)
void searchPeriods(const TaskGraph &graph, PeriodBound &bound,
                   PeriodRetiming &best, Deadline &deadline) {
  PeriodFeasibility test(graph);
  for (bool atBound = true; bound.period < best.period; atBound = !atBound) {
    int64_t candidate = bound.period;
    if (!atBound)
      candidate += (best.period - bound.period) / 2;
    switch (test.run(candidate, best.retiming, deadline)) {
    case PeriodFeasibility::Verdict::feasible:
      best.retiming = test.retiming();
      best.period = clockPeriod(graph, retimedDistances(graph, best.retiming));
      break;
    case PeriodFeasibility::Verdict::infeasible: {
      LabelRing ring(graph, test.conflict());
      bound.raise(ring.shortestPeriod(candidate + 1, best.period),
                  cycleObstacle(test.conflict()));
      break;
    }
    case PeriodFeasibility::Verdict::out_of_time:
      best.proof = Proof::out_of_time;
      return;
    }
  }
  best.proof = Proof::optimal;
}

} // namespace

Result<PeriodRetiming> minimumPeriodRetiming(const TaskGraph &graph,
                                             const Limits &limits) {
  Deadline deadline(limits);
  Result<PeriodBound> bound = boundPeriod(graph);
  if (!bound)
    return bound.error();
  PeriodRetiming best;
  best.retiming.assign(graph.tasks.size(), 0);
  best.period = clockPeriod(graph, distancesOf(graph));
  searchPeriods(graph, *bound, best, deadline);
  best.lowerBound = bound->period;
  best.obstacle = std::move(bound->obstacle);
  return best;
}

Result<Retiming> retimeToPeriod(const TaskGraph &graph, int64_t period,
                                const Limits &limits) {
  Deadline deadline(limits);
  Result<PeriodBound> bound = boundPeriod(graph);
  if (!bound)
    return bound.error();
  if (period < 0)
    return Error{
        fmt::format("a clock period of {}; it can't be negative", period)};
  if (bound->period > period)
    return explainObstacle(graph, period, std::move(bound->obstacle));
  PeriodFeasibility test(graph);
  switch (test.run(period, Retiming(graph.tasks.size(), 0), deadline)) {
  case PeriodFeasibility::Verdict::feasible:
    return test.retiming();
  case PeriodFeasibility::Verdict::infeasible:
    return explainObstacle(graph, period, cycleObstacle(test.conflict()));
  case PeriodFeasibility::Verdict::out_of_time:
    break;
  }
  return Error{fmt::format("no retiming to a clock period of {} was found in "
                           "time, and none was ruled out",
                           period),
               Failure::out_of_time};
}

} // namespace layerpipe::scheduling
