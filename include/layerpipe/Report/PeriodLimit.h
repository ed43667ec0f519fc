//===- PeriodLimit.h - What keeps the period from being shorter -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule file says how long its period is, but not why. Three things can
// take the whole period: the tasks of a processor, the transfers of a link, and
// a cycle of tasks that wait for each other.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_PERIODLIMIT_H
#define LAYERPIPE_REPORT_PERIODLIMIT_H

#include "layerpipe/Report/CriticalCycle.h"
#include "layerpipe/Report/Timeline.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace layerpipe::report {

/// Names everything that takes the whole period. All of it is empty where the
/// search for the schedule left gaps everywhere.
struct PeriodLimit {
  /// Gives Σ duration of the tasks of each processor.
  std::vector<int64_t> busy;
  /// These processors are busy all the time; they ascend.
  std::vector<int64_t> processors;
  /// These links carry transfers all the time; the lower processor comes first.
  std::vector<std::pair<int64_t, int64_t>> links;
  /// Says whether the period equals ⌈T∞⌉ of the file's graph, with the file's
  /// distances.
  bool cycle = false;
  /// Names a task that lasts the whole period alone; −1 means that there is
  /// none.
  int64_t longTask = -1;
  /// Names the processor with the most work, the first of equals; −1 means that
  /// there is no processor.
  int64_t busiest = -1;

  bool bindsProcessor(int64_t id) const;
  bool bindsLink(int64_t first, int64_t second) const;
  bool binds(const TimelineRow &row) const;
};

/// Finds what takes the schedule's whole period. `cycle` is the answer of
/// findCriticalCycle() for the same schedule; a cycle that could not be found
/// does not limit the period. The schedule must have passed check().
PeriodLimit findPeriodLimit(const scheduling::StaticSchedule &schedule,
                            const scheduling::Result<CriticalCycle> &cycle);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_PERIODLIMIT_H
