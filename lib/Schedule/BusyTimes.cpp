//===- BusyTimes.cpp - How long processors and links are busy -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/BusyTimes.h"

#include <algorithm>

namespace layerpipe::scheduling {

ScheduleLink linkOf(const ScheduleTransfer &transfer) {
  return std::minmax(transfer.fromProcessor, transfer.toProcessor);
}

BusyTimes busyTimesOf(const StaticSchedule &schedule) {
  BusyTimes busy;
  busy.processors.assign(schedule.processors.size(), 0);
  for (const ScheduleTask &task : schedule.tasks)
    if (task.processor >= 0)
      busy.processors[task.processor] += task.duration;
  for (const ScheduleTransfer &transfer : schedule.transfers)
    busy.links[linkOf(transfer)] += transfer.duration;
  return busy;
}

} // namespace layerpipe::scheduling
