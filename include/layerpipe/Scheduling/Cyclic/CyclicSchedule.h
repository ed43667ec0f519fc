//===- CyclicSchedule.h - Cyclic schedules on given processors --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In a cyclic (modulo) schedule every task runs once in each period, on its
// processor, each on an iteration of its own. Task v of iteration i runs at (i
// + lag)·period + start. Values travel between processors in transfers, which
// occupy the link of the two processors. This header has the problem, its
// solution, and the verifier that knows no solver. Of two tasks A and B of 3
// units on two processors, of which B reads A, a schedule of period 3 is
//
//   time         0   3   6   9
//   processor 0  A.0 A.1 A.2 …     start 0, lag 0
//   processor 1  ·   B.0 B.1 …     start 0, lag 1
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSCHEDULE_H
#define LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSCHEDULE_H

#include "layerpipe/Scheduling/Model/CyclicProblem.h"

#include <vector>

namespace layerpipe::scheduling {

/// A transfer takes one value to one processor, once per iteration. Times are
/// as for tasks: iteration i's is at (i + lag)·period + start.
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
  /// Each task has its start, 0 ≤ start < period, and its lag; the least lag is
  /// 0.
  std::vector<int64_t> start;
  std::vector<int64_t> lag;
  /// Each edge has the distance that is used: the problem's, or the chosen
  /// staleness.
  std::vector<int64_t> distance;
  std::vector<Transfer> transfers;
  /// Each edge has the transfer that brings its value, or −1 when producer and
  /// consumer share a processor or the producer is an input.
  std::vector<int64_t> edgeTransfer;
  /// Each processor has its tasks here in execution order of one period.
  std::vector<std::vector<int64_t>> order;
};

/// Checks rules 1 to 3 of the schedule format (docs/schedule-format.md), and
/// that the solution answers this problem: sizes, ranges, distances, one
/// transfer per value and destination of the right duration, and one staleness
/// per layer. What each processor holds must fit its memory (memoryBytes in
/// Capacity.h). The message starts with "rule N:" where a rule is broken. Knows
/// nothing of any solver; O(E log E).
Status verify(const CyclicProblem &problem, const CyclicSolution &solution);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSCHEDULE_H
