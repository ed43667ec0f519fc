//===- Facts.cpp - What a page tells of one schedule ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Facts.h"

#include "Text.h"

#include <fmt/format.h>

namespace layerpipe::report {

using namespace scheduling;

Facts gatherFacts(const ReportedSchedule &reported, size_t index,
                  const TimelineLimits &limits) {
  const StaticSchedule &schedule = reported.schedule;
  std::vector<HeldValue> values = heldValues(schedule);
  Result<CriticalCycle> cycle = findCriticalCycle(schedule);
  Facts facts{reported,
              schedule,
              fmt::format("schedule-{}", index + 1),
              frameTimeline(schedule, limits),
              values,
              memoryOverTime(schedule, values),
              summarizeLayers(schedule, values),
              totalsOf(schedule, values),
              cycle,
              findPeriodLimit(schedule, cycle),
              std::vector<bool>(schedule.tasks.size(), false)};
  if (facts.cycle)
    for (const CriticalStep &step : facts.cycle->steps)
      facts.critical[step.task] = true;
  return facts;
}

std::string headingOf(const Facts &facts) {
  size_t processors = facts.schedule.processors.size();
  return fmt::format("{} · {} · {} processor{}", escape(facts.schedule.graph),
                     escape(facts.schedule.strategy), processors,
                     processors == 1 ? "" : "s");
}

} // namespace layerpipe::report
