//===- ScheduleFile.cpp - Any bytes as a schedule file --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file that is read is judged by the rules, and survives being written and
// read again.
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"
#include "layerpipe/Schedule/ScheduleJson.h"
#include "layerpipe/Schedule/StaticSchedule.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto schedule = scheduling::readScheduleJson(textOf(data, size));
  expect(schedule || !schedule.message().empty(), "errors have words");
  if (!schedule)
    return 0;
  (void)scheduling::check(*schedule).ok();
  std::string text = scheduling::writeScheduleJson(*schedule);
  auto again = scheduling::readScheduleJson(text);
  expect(again.ok(), "what is written can be read");
  expect(scheduling::writeScheduleJson(*again) == text,
         "reading and writing changes nothing");
  return 0;
}
