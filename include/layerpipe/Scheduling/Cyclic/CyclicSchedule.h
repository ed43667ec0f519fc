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

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSCHEDULE_H
#define LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSCHEDULE_H

#include "layerpipe/Scheduling/Model/CyclicProblem.h"

#include <vector>

namespace layerpipe::scheduling {

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

/// Rules 1 to 3 of the schedule format (docs/schedule-format.md), and that the
/// solution answers this problem: sizes, ranges, distances, one transfer per
/// value and destination of the right duration, one staleness per layer, and
/// what each processor holds fits its memory (memoryBytes in Capacity.h).
/// The message starts with "rule N:" where a rule is broken.
/// Knows nothing of any solver; O(E log E).
Status verify(const CyclicProblem &problem, const CyclicSolution &solution);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSCHEDULE_H
