//===- CheckCommand.cpp - layerpipe check ---------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "FormatOption.h"
#include "ScheduleFile.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/Quantities.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

using namespace layerpipe;
using namespace layerpipe::driver;
using Json = nlohmann::ordered_json;

namespace {

struct CheckOptions {
  std::vector<std::string> files;
  FormatOption format;
};

} // namespace

static int64_t countUsed(const scheduling::StaticSchedule &schedule) {
  return std::count_if(schedule.processors.begin(), schedule.processors.end(),
                       [](const scheduling::ScheduleProcessor &processor) {
                         return !processor.order.empty();
                       });
}

static std::string describe(const scheduling::StaticSchedule &schedule) {
  return fmt::format(
      "{} tasks on {} processors, period {} {}, lower bound {}, gap {}",
      schedule.tasks.size(), schedule.processors.size(), schedule.period,
      schedule.timeUnit, schedule.bounds.lower,
      base::percentText(
          scheduling::gap(schedule.period, schedule.bounds.lower)));
}

/// Returns the answer for a file as an object, with keys as `layerpipe compare`
/// has them.
static Json toJson(const std::string &path,
                   const scheduling::Result<scheduling::StaticSchedule> &made) {
  Json json{{"file", path}, {"valid", bool(made)}};
  if (!made) {
    json["error"] = made.message();
    return json;
  }
  const scheduling::StaticSchedule &schedule = *made;
  json["graph"] = schedule.graph;
  json["strategy"] = schedule.strategy;
  json["tasks"] = schedule.tasks.size();
  json["processors"] = schedule.processors.size();
  json["processors_used"] = countUsed(schedule);
  json["time_unit"] = schedule.timeUnit;
  json["period"] = schedule.period;
  json["lower_bound"] = schedule.bounds.lower;
  json["gap"] = scheduling::gap(schedule.period, schedule.bounds.lower);
  json["utilization"] = schedule.utilization;
  json["limited_by"] =
      schedule.limitedBy.empty() ? Json() : Json(schedule.limitedBy);
  return json;
}

static int checkFiles(const CheckOptions &options) {
  int status = 0;
  Json answers = Json::array();
  for (const std::string &path : options.files) {
    auto schedule = readScheduleFile(path);
    if (!schedule)
      status = 1;
    if (options.format.isJson())
      answers.push_back(toJson(path, schedule));
    else if (schedule)
      base::print("{}: valid; {}\n", path, describe(*schedule));
    else
      printError(path + ": " + schedule.message());
  }
  if (options.format.isJson())
    base::print("{}\n", base::dumpJson(answers, {.indent = 2}));
  return status;
}

void layerpipe::driver::addCheckCommand(CLI::App &app, Context &context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App *command = app.add_subcommand(
      "check", "Check schedule files against the rules of the format");
  command
      ->add_option("FILES", options->files,
                   "Schedules (.json); - is standard input")
      ->required();
  options->format.addTo(*command);
  command->footer("Examples:\n  layerpipe check mlp.json\n"
                  "  layerpipe check --format json *.json");
  command->callback(
      [options, &context] { context.status = checkFiles(*options); });
}
