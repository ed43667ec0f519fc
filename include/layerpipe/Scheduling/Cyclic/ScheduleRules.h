//===- ScheduleRules.h - Rules 1 to 4 of a schedule -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every cyclic schedule obeys these rules on plain numbers. The verifier of the
// core's solutions and the checker of schedule files share them. No solver uses
// them, and they use none.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INCLUDE_LAYERPIPE_SCHEDULING_SCHEDULERULES_H
#define LAYERPIPE_INCLUDE_LAYERPIPE_SCHEDULING_SCHEDULERULES_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

struct TimedTask {
  std::string name;
  /// This is −1 for an input, which occupies nothing.
  int64_t processor = -1;
  int64_t start = 0;
  int64_t duration = 0;
  int64_t lag = 0;
};

struct TimedEdge {
  int64_t from = -1;
  int64_t to = -1;
  int64_t distance = 0;
  /// This is −1 when the producer is an input or shares the consumer's
  /// processor.
  int64_t transfer = -1;
  int64_t capacity = 1;
};

struct TimedTransfer {
  std::string value;
  int64_t fromProcessor = -1;
  int64_t toProcessor = -1;
  int64_t start = 0;
  int64_t duration = 0;
  int64_t lag = 0;
  int64_t latency = 0;
};

struct TimedSchedule {
  int64_t period = 0;
  std::vector<TimedTask> tasks;
  std::vector<TimedEdge> edges;
  std::vector<TimedTransfer> transfers;
  /// Each processor has its tasks here in execution order.
  std::vector<std::vector<int64_t>> order;
};

/// Checks what the rules take for granted: indices in range, period ≥ 1, 0 ≤
/// start < period, 0 ≤ duration ≤ period, and every number small enough for
/// exact arithmetic. Any schedule gets an answer. O(V + E).
Status checkRanges(const TimedSchedule &schedule);

// The rules below need a schedule in range.

/// Checks rule 1: data are there in time, over a transfer when the processors
/// differ.
Status checkPrecedence(const TimedSchedule &schedule);
/// Checks rule 2: nothing overlaps modulo the period, on processors and on
/// links.
Status checkOverlap(const TimedSchedule &schedule);
/// Checks rule 3: `order` agrees with the starts and closes no cycle within a
/// period.
Status checkOrder(const TimedSchedule &schedule);
/// Checks rule 4: every channel holds all that is alive in it.
Status checkCapacities(const TimedSchedule &schedule);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_INCLUDE_LAYERPIPE_SCHEDULING_SCHEDULERULES_H
