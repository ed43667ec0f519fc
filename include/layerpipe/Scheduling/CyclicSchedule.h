//===- CyclicSchedule.h - Cyclic schedules on given processors --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cyclic (modulo) schedule: one period in which every task runs once, on
// its processor, each on an iteration of its own. Task v of iteration i runs
// at (i + lag)·period + start. Values travel between processors in transfers,
// which occupy the link of the two processors. The problem, its solution, and
// the verifier that knows no solver.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLICSCHEDULE_H
#define LAYERPIPE_SCHEDULING_CYCLICSCHEDULE_H

#include "layerpipe/Scheduling/Machine.h"
#include "layerpipe/Scheduling/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

/// What a scheduler may do to the staleness of parameters.
enum class Delays {
  /// Nothing: every edge keeps its distance.
  given,
  /// Choose it: the distance of every edge with `parameter` ≥ 0 is free, one
  /// number per layer, whatever the problem gives there.
  least
};

struct CyclicProblem {
  TaskGraph graph;
  Machine machine;
  /// A processor per task; −1 for inputs.
  std::vector<int64_t> assignment;
  Delays delays = Delays::given;
};

/// One value on its way to one processor, once per iteration. Times are as for
/// tasks: iteration i's at (i + lag)·period + start.
struct Transfer {
  int64_t value = -1;
  int64_t fromProcessor = -1;
  int64_t toProcessor = -1;
  int64_t start = 0;
  int64_t lag = 0;
  int64_t duration = 0;
  int64_t latency = 0;
};

struct CyclicSolution {
  int64_t period = 0;
  /// Per task: 0 ≤ start < period, and the lag, with the least lag 0.
  std::vector<int64_t> start;
  std::vector<int64_t> lag;
  /// Per edge, as used: the problem's, or the chosen staleness.
  std::vector<int64_t> distance;
  std::vector<Transfer> transfers;
  /// Per edge: the transfer that brings its value, or −1 when producer and
  /// consumer share a processor or the producer is an input.
  std::vector<int64_t> edgeTransfer;
  /// Per processor: its tasks in execution order of one period.
  std::vector<std::vector<int64_t>> order;
};

/// The edge needs a transfer: its ends are on two processors.
bool needsTransfer(const CyclicProblem &problem, int64_t edge);

/// The graph and the machine are legal, every task has a processor (inputs −1),
/// and, for Delays::least, no delay-free cycle
/// remains when the free edges have distance 0.
Status check(const CyclicProblem &problem);

/// Rules 1 to 3 of the schedule format (docs/schedule-format.md), and that the
/// solution answers this problem: sizes, ranges, distances, one transfer per
/// value and destination of the right duration, and one staleness per layer.
/// The message starts with "rule N:" where a rule is broken.
/// Knows nothing of any solver; O(E log E).
Status verify(const CyclicProblem &problem, const CyclicSolution &solution);

/// Staleness per parameter: the distance of its gradient edges, 0 for a
/// parameter without one.
std::vector<int64_t> stalenessOf(const TaskGraph &graph,
                                 const std::vector<int64_t> &distances);

struct ScheduleOptions {
  /// Use exactly this period, or fail; 0 looks for the least.
  int64_t period = 0;
};

struct CyclicSchedule {
  CyclicSolution solution;
  /// No schedule of this problem has a shorter period.
  int64_t lowerBound = 0;
};

/// Objective: the period; for Delays::least then the byte-weighted staleness.
/// Heuristic: not optimal in general. With Delays::least and no recurrence but
/// those through parameters, the period is the lower bound: the busiest
/// processor's or link's load. The staleness is such that no layer's can be
/// lowered alone for the starts found, on graphs up to some thousand tasks.
/// Complexity: near linear for each of a bounded number of attempts.
/// Fails: on a problem that check() refuses, and when options.period is given
/// and no schedule of that period is found; the message says whether it is
/// below the lower bound. Without a given period it always succeeds: one
/// iteration after the other is legal.
/// Rau, "Iterative modulo scheduling", MICRO 1994.
Result<CyclicSchedule> solveCyclicSchedule(const CyclicProblem &problem,
                                           const ScheduleOptions &options = {});

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLICSCHEDULE_H
