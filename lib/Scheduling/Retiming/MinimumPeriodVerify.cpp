//===- MinimumPeriodVerify.cpp - Checks clock periods and their proofs ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file computes the clock period of given distances, and checks that a
// task or a closed walk rules a period out. It shares nothing with the solver.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// This is a closed walk as a ring of task times, cut into stretches that
/// exceed a period.
class Ring {
public:
  explicit Ring(std::vector<int64_t> taskTimes) : times(std::move(taskTimes)) {
    for (int64_t time : times)
      total += time;
  }

  Wide totalTime() const { return total; }

  /// Returns for every place how many places further the stretch ends that
  /// begins there and is the shortest with more time than `period`. Times must
  /// be at most the period, and not all 0; then every answer is at least 1. In
  /// a ring of 3, 4 and 2 with a period of 5, the stretches 3 4, 4 2 and 2 3 4
  /// give 1, 1 and 2.
  std::vector<Wide> stretches(int64_t period) const {
    int64_t size = times.size();
    Wide rounds = period / total;
    Wide rest = period - rounds * total;
    std::vector<Wide> lengths(size);
    int64_t end = -1; // `sum` counts up to this place, unrolled.
    Wide sum = 0;
    for (int64_t place = 0; place < size; ++place) {
      while (sum <= rest)
        sum += times[++end % size];
      lengths[place] = rounds * size + end - place;
      sum -= times[place];
    }
    return lengths;
  }

private:
  std::vector<int64_t> times;
  Wide total = 0;
};

/// Checks that more stretches need a delay than the walk has delays, in the
/// long run.
Status checkStretches(const Ring &ring, Wide delays, int64_t period) {
  Error tooFew{fmt::format("the obstacle's times fit under its {} delays at "
                           "period {}",
                           static_cast<int64_t>(delays), period)};
  if (ring.totalTime() == 0)
    return tooFew;
  std::vector<Wide> lengths = ring.stretches(period);
  Wide size = lengths.size();
  // Stretch after stretch comes back to a place where one began before.
  std::vector<Wide> countAt(lengths.size(), -1), roundAt(lengths.size(), 0);
  Wide at = 0, count = 0;
  size_t place = 0;
  while (countAt[place] < 0) {
    countAt[place] = count++;
    roundAt[place] = at / size;
    at += lengths[place];
    place = static_cast<size_t>(at % size);
  }
  Wide stretches = count - countAt[place];
  Wide rounds = at / size - roundAt[place];
  if (stretches > rounds * delays)
    return Status::success();
  return tooFew;
}

} // namespace

int64_t clockPeriod(const TaskGraph &graph,
                    const std::vector<int64_t> &distances) {
  std::vector<int64_t> order =
      anyTopologicalOrder(graph.tasks.size(), delayFreeArcs(graph, distances))
          .value_or(std::vector<int64_t>());
  Adjacency out = outgoingEdges(graph);
  std::vector<int64_t> end;
  for (const Task &task : graph.tasks)
    end.push_back(task.time);
  int64_t period = 0;
  for (int64_t task : order) {
    period = std::max(period, end[task]);
    for (int64_t index : out.of(task)) {
      int64_t to = graph.edges[index].to;
      if (distances[index] == 0)
        end[to] = std::max(end[to], end[task] + graph.tasks[to].time);
    }
  }
  return period;
}

Status verifyObstacle(const TaskGraph &graph, int64_t period,
                      const Obstacle &obstacle) {
  if (Status status = check(graph); !status)
    return status;
  if (obstacle.kind == Obstacle::Kind::task) {
    if (obstacle.task < 0 ||
        obstacle.task >= static_cast<int64_t>(graph.tasks.size()))
      return Error{fmt::format("the obstacle names task {} of {}",
                               obstacle.task, graph.tasks.size())};
    if (graph.tasks[obstacle.task].time > period)
      return Status::success();
    return Error{fmt::format("task {} of time {} fits into a period of {}",
                             describeTask(graph, obstacle.task),
                             graph.tasks[obstacle.task].time, period)};
  }
  if (obstacle.kind != Obstacle::Kind::cycle)
    return Error{"the obstacle is neither a task nor a cycle"};
  if (Status status = checkClosedWalk(graph, obstacle.edges); !status)
    return status;
  std::vector<int64_t> times;
  Wide delays = 0;
  for (int64_t edge : obstacle.edges) {
    times.push_back(graph.tasks[graph.edges[edge].from].time);
    delays += graph.edges[edge].distance;
    if (times.back() > period)
      return Status::success();
  }
  return checkStretches(Ring(std::move(times)), delays, period);
}

Status verify(const TaskGraph &graph, const PeriodRetiming &answer) {
  if (Status status = check(graph); !status)
    return status;
  if (Status status = verify(graph, answer.retiming); !status)
    return status;
  int64_t period = clockPeriod(graph, retimedDistances(graph, answer.retiming));
  if (period != answer.period)
    return Error{fmt::format("the retiming has the period {}, not {}", period,
                             answer.period)};
  if (answer.lowerBound > answer.period || answer.lowerBound < 0)
    return Error{fmt::format("the lower bound {} does not lie between 0 and "
                             "the period {}",
                             answer.lowerBound, answer.period)};
  if ((answer.proof == Proof::optimal) != (answer.lowerBound == period))
    return Error{fmt::format("period {} above the bound {} is said to be {}",
                             period, answer.lowerBound,
                             toString(answer.proof))};
  if (answer.lowerBound == 0)
    return Status::success();
  return verifyObstacle(graph, answer.lowerBound - 1, answer.obstacle);
}

} // namespace layerpipe::scheduling
