//===- ScheduleFile.cpp - Schedules from files ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleFile.h"

#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Interchange/TesselSearch.h"
#include "layerpipe/Schedule/ScheduleJson.h"

using namespace layerpipe;

scheduling::Result<scheduling::StaticSchedule>
layerpipe::driver::readScheduleText(std::string_view text) {
  if (interchange::looksLikeTessel(text)) {
    auto plan = interchange::readTesselJson(text);
    if (!plan)
      return plan.error();
    return interchange::scheduleOfTessel(*plan);
  }
  auto schedule = scheduling::readScheduleJson(text);
  if (!schedule)
    return schedule;
  if (scheduling::Status valid = scheduling::check(*schedule); !valid)
    return scheduling::Error{valid.message()};
  return schedule;
}

scheduling::Result<scheduling::StaticSchedule>
layerpipe::driver::readScheduleFile(const std::string &path) {
  auto file = readInput(path);
  if (!file)
    return scheduling::Error{"can't read it: " + file.getError().message()};
  return readScheduleText((*file)->getBuffer());
}
