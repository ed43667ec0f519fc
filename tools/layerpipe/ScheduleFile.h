//===- ScheduleFile.h - Schedules from files --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_SCHEDULEFILE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_SCHEDULEFILE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <string>
#include <string_view>

namespace layerpipe::driver {

/// Reads and checks the text of a schedule, or of a plan of Tessel.
scheduling::Result<scheduling::StaticSchedule>
readScheduleText(std::string_view text);

/// Reads and checks one file, or standard input for "-"; the result's message
/// names what is wrong, but not the file.
scheduling::Result<scheduling::StaticSchedule>
readScheduleFile(const std::string &path);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_SCHEDULEFILE_H
