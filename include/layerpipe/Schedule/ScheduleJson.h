//===- ScheduleJson.h - Schedule files, version 1 ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions read and write the schedule format, version 1
// (docs/schedule-format.md). The reader accepts any text and answers with a
// schedule, or with one error that names the place in the file. It does not
// check the rules, which is the work of check(). The writer's keys have one
// fixed order.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_SCHEDULEJSON_H
#define LAYERPIPE_SCHEDULE_SCHEDULEJSON_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <string>
#include <string_view>

namespace layerpipe::scheduling {

/// Reads a schedule. Fails on text that is not JSON, on a wrong format or
/// version, on a missing key, a wrong type, a number that is not a 64-bit
/// integer, and on a name that is not defined. The message gives the path, e.g.
/// "tasks[3].start". Unknown keys are ignored, so that later minor additions do
/// not break readers.
Result<StaticSchedule> readScheduleJson(std::string_view text);

/// Writes a schedule with two-space indentation, one object per line in the
/// long lists, and a newline at the end. readScheduleJson gives the same
/// schedule back.
std::string writeScheduleJson(const StaticSchedule &schedule);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_SCHEDULEJSON_H
