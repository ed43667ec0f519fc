//===- PeriodLimit.cpp - What keeps the period from being shorter ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/PeriodLimit.h"

#include "layerpipe/Schedule/BusyTimes.h"

#include <algorithm>
#include <utility>

namespace layerpipe::report {

using namespace scheduling;

bool PeriodLimit::bindsProcessor(int64_t id) const {
  return std::binary_search(processors.begin(), processors.end(), id);
}

bool PeriodLimit::bindsLink(int64_t first, int64_t second) const {
  return std::binary_search(links.begin(), links.end(),
                            std::pair(first, second));
}

bool PeriodLimit::binds(const TimelineRow &row) const {
  return row.isLink() ? bindsLink(row.first, row.second)
                      : bindsProcessor(row.first);
}

/// Returns whether a cycle of this ratio needs the whole period. Starts are
/// integers, so a cycle of 5 / 2 needs a period of 3.
static bool fillsPeriod(Fraction ratio, int64_t period) {
  return ratio.numerator > 0 &&
         Wide(ratio.numerator) > Wide(period - 1) * ratio.denominator;
}

static int64_t findLongTask(const StaticSchedule &schedule) {
  auto isLong = [&](const ScheduleTask &task) {
    return task.processor >= 0 && task.duration >= schedule.period;
  };
  auto found =
      std::find_if(schedule.tasks.begin(), schedule.tasks.end(), isLong);
  return found == schedule.tasks.end() ? -1 : found - schedule.tasks.begin();
}

PeriodLimit findPeriodLimit(const StaticSchedule &schedule,
                            const Result<CriticalCycle> &cycle) {
  PeriodLimit limit;
  limit.longTask = findLongTask(schedule);
  BusyTimes busy = busyTimesOf(schedule);
  for (const auto &[link, time] : busy.links)
    if (time >= schedule.period)
      limit.links.push_back(link);
  limit.busy = std::move(busy.processors);
  for (size_t id = 0; id < limit.busy.size(); ++id) {
    if (limit.busy[id] >= schedule.period)
      limit.processors.push_back(static_cast<int64_t>(id));
    if (limit.busiest < 0 || limit.busy[id] > limit.busy[limit.busiest])
      limit.busiest = static_cast<int64_t>(id);
  }
  limit.cycle = cycle && fillsPeriod(cycle->ratio, schedule.period);
  return limit;
}

} // namespace layerpipe::report
