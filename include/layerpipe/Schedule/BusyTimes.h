//===- BusyTimes.h - How long processors and links are busy -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions add up the time of a period in which each processor runs
// tasks, and each link carries transfers. Explanations, pictures and tables of
// a schedule begin with these times.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_BUSYTIMES_H
#define LAYERPIPE_SCHEDULE_BUSYTIMES_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// A link joins two processors, the lower one first.
using ScheduleLink = std::pair<int64_t, int64_t>;

/// Returns the link that the transfer occupies.
ScheduleLink linkOf(const ScheduleTransfer &transfer);

struct BusyTimes {
  /// Gives Σ duration of the tasks of each processor, by its number.
  std::vector<int64_t> processors;
  /// Gives Σ duration of the transfers of each link that has any.
  std::map<ScheduleLink, Wide> links;
};

/// Adds up a schedule that has passed check(): then tasks of one processor
/// don't overlap, and no time exceeds the period. O(tasks + transfers · log
/// links).
BusyTimes busyTimesOf(const StaticSchedule &schedule);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_BUSYTIMES_H
