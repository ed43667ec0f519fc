//===- JudgeSchedules.cpp - What the reader says of schedule files --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints a line for each file that it is given: "valid", "structure: …" for
// what is no schedule file, or "rule: …" for a schedule that breaks a rule.
// compare-judges.py compares the lines with the JSON Schema.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Schedule/ScheduleJson.h"
#include "layerpipe/Schedule/StaticSchedule.h"

#include <fmt/format.h>

using namespace layerpipe;

static std::string judge(const std::string &path) {
  base::Result<std::string> text = base::readFileBytes(path);
  if (!text)
    return text.error().message;
  auto schedule = scheduling::readScheduleJson(*text);
  if (!schedule)
    return "structure: " + schedule.message();
  scheduling::Status status = scheduling::check(*schedule);
  return status ? "valid" : "rule: " + status.message();
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i)
    fmt::print("{}\n", judge(argv[i]));
}
