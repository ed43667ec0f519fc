//===- CheckCommand.cpp - layerpipe check ---------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "ScheduleFile.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Scheduling/Bounds.h"

#include <memory>

using namespace layerpipe;
using namespace layerpipe::driver;

/// Prints a line for the file. False if it is no valid schedule.
static bool checkFile(const std::string &path) {
  auto schedule = readScheduleFile(path);
  if (!schedule) {
    printError(path + ": " + schedule.message());
    return false;
  }
  base::print("{}: valid; {} tasks on {} processors, period {} {}, lower bound "
              "{}, gap {:.1f} %\n",
              path, schedule->tasks.size(), schedule->processors.size(),
              schedule->period, schedule->timeUnit, schedule->bounds.lower,
              100 * scheduling::gap(schedule->period, schedule->bounds.lower));
  return true;
}

void layerpipe::driver::addCheckCommand(CLI::App &app, Context &context) {
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App *command = app.add_subcommand(
      "check", "Check schedule files against the rules of the format");
  command->add_option("FILES", *files, "Schedules (.json)")->required();
  command->footer("Example:\n  layerpipe check mlp.json");
  command->callback([files, &context] {
    for (const std::string &file : *files)
      if (!checkFile(file))
        context.status = 1;
  });
}
