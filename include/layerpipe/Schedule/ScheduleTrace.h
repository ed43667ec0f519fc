//===- ScheduleTrace.h - The predicted run as a trace -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_SCHEDULETRACE_H
#define LAYERPIPE_SCHEDULE_SCHEDULETRACE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <string>

namespace layerpipe::scheduling {

/// Writes the prologue and some periods of the steady state in the format of
/// Base/TraceEvents.h: every firing, every gap before a firing as a wait, and
/// an arrow for each two firings of which the second reads what the first made.
/// Cycles are drawn as if each took a nanosecond. The schedule must have passed
/// check().
std::string writeScheduleTrace(const StaticSchedule &schedule);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_SCHEDULETRACE_H
