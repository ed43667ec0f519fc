//===- ScheduleJson.h - Schedule files, version 1 ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reading and writing the schedule format, version 1 (docs/schedule-
// format.md). The reader accepts any text and answers with a schedule or with
// one error that names the place in the file; it does not check the rules,
// which is check()'s work. The writer's keys have one fixed order.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_SCHEDULEJSON_H
#define LAYERPIPE_SCHEDULE_SCHEDULEJSON_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <string>
#include <string_view>

namespace layerpipe::scheduling {

/// Fails on text that is not JSON, on a wrong format or version, on a missing
/// key, a wrong type, a number that is not a 64-bit integer, and on a name that
/// is not defined. The message gives the path, e.g. "tasks[3].start".
/// Unknown keys are ignored: later minor additions do not break readers.
Result<StaticSchedule> readScheduleJson(std::string_view text);

/// Two-space indentation, one object per line in the long lists, a newline at
/// the end. readScheduleJson gives the same schedule back.
std::string writeScheduleJson(const StaticSchedule &schedule);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_SCHEDULEJSON_H
