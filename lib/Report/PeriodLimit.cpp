//===- PeriodLimit.cpp - What keeps the period from being shorter ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/PeriodLimit.h"

#include <algorithm>
#include <map>

namespace layerpipe::report {

using namespace scheduling;

bool PeriodLimit::bindsProcessor(int64_t id) const {
  return std::binary_search(processors.begin(), processors.end(), id);
}

bool PeriodLimit::bindsLink(int64_t first, int64_t second) const {
  return std::binary_search(links.begin(), links.end(),
                            std::pair(first, second));
}

/// Returns whether a cycle of this ratio needs the whole period. Starts are
/// integers, so a cycle of 5 / 2 needs a period of 3.
static bool fillsPeriod(Fraction ratio, int64_t period) {
  return ratio.numerator > 0 &&
         Wide(ratio.numerator) > Wide(period - 1) * ratio.denominator;
}

static void findProcessors(const StaticSchedule &schedule, PeriodLimit &limit) {
  // The tasks of a processor don't overlap, so their sum is at most the period.
  limit.busy.assign(schedule.processors.size(), 0);
  for (size_t index = 0; index < schedule.tasks.size(); ++index) {
    const ScheduleTask &task = schedule.tasks[index];
    if (task.processor < 0)
      continue;
    limit.busy[task.processor] += task.duration;
    if (task.duration >= schedule.period && limit.longTask < 0)
      limit.longTask = static_cast<int64_t>(index);
  }
  for (size_t id = 0; id < limit.busy.size(); ++id) {
    if (limit.busy[id] >= schedule.period)
      limit.processors.push_back(static_cast<int64_t>(id));
    if (limit.busiest < 0 || limit.busy[id] > limit.busy[limit.busiest])
      limit.busiest = static_cast<int64_t>(id);
  }
}

static void findLinks(const StaticSchedule &schedule, PeriodLimit &limit) {
  std::map<std::pair<int64_t, int64_t>, Wide> busy;
  for (const ScheduleTransfer &transfer : schedule.transfers)
    busy[std::minmax(transfer.fromProcessor, transfer.toProcessor)] +=
        transfer.duration;
  for (const auto &[link, time] : busy)
    if (time >= schedule.period)
      limit.links.push_back(link);
}

PeriodLimit findPeriodLimit(const StaticSchedule &schedule,
                            const Result<CriticalCycle> &cycle) {
  PeriodLimit limit;
  findProcessors(schedule, limit);
  findLinks(schedule, limit);
  limit.cycle = cycle && fillsPeriod(cycle->ratio, schedule.period);
  return limit;
}

} // namespace layerpipe::report
