//===- CheckCommand.cpp - layerpipe check ---------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "FormatOption.h"
#include "PlanSearchOptions.h"
#include "ScheduleFile.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/Quantities.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Interchange/Inspect.h"
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
  std::string torch{interchange::toString(interchange::newestTorch)};
  std::vector<std::string> transports;
  PlanSearchOptions planSearch;
};

using interchange::Inspection;

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

/// Returns the facts of a schedule, with keys as `layerpipe compare` has them.
static Json factsOf(const scheduling::StaticSchedule &schedule) {
  Json json;
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

/// Reads the text of a schedule of ours or of another runtime, whichever it is.
static scheduling::Result<Inspection>
inspectText(std::string_view text, const interchange::InspectOptions &options) {
  if (interchange::isForeignSchedule(text))
    return interchange::inspectSchedule(text, options);
  if (options.search)
    return scheduling::Error{"the search is for plans of Tessel"};
  auto schedule = readScheduleText(text);
  if (!schedule)
    return schedule.error();
  return Inspection{describe(*schedule), factsOf(*schedule)};
}

static scheduling::Result<Inspection>
inspectFile(const std::string &path,
            const interchange::InspectOptions &options) {
  auto file = readInput(path);
  if (!file)
    return scheduling::Error{"can't read it: " + file.getError().message()};
  llvm::StringRef text = (*file)->getBuffer();
  return inspectText({text.data(), text.size()}, options);
}

static Json toJson(const std::string &path,
                   const scheduling::Result<Inspection> &found) {
  Json json{{"file", path}, {"valid", bool(found)}};
  if (found)
    json.update(found->facts);
  else
    json["error"] = found.message();
  return json;
}

static int checkFiles(const CheckOptions &options,
                      const interchange::InspectOptions &inspect) {
  int status = 0;
  Json answers = Json::array();
  for (const std::string &path : options.files) {
    auto found = inspectFile(path, inspect);
    if (!found)
      status = 1;
    if (options.format.isJson())
      answers.push_back(toJson(path, found));
    else if (found)
      base::print("{}: valid; {}\n", path, found->summary);
    else
      printError(path + ": " + found.message());
  }
  if (options.format.isJson())
    base::print("{}\n", base::dumpJson(answers, {.indent = 2}));
  return status;
}

static int check(const CheckOptions &options) {
  interchange::InspectOptions inspect;
  auto version = interchange::parseTorchVersion(options.torch);
  if (!version) {
    printError("--pytorch: " + version.message());
    return 1;
  }
  inspect.torch = *version;
  for (const std::string &name : options.transports)
    inspect.transports.push_back(*scheduling::parseTransport(name));
  inspect.search = options.planSearch.search();
  return checkFiles(options, inspect);
}

static std::vector<std::string> namesOfTransports() {
  std::vector<std::string> names;
  for (scheduling::Transport transport : scheduling::allTransports)
    names.emplace_back(scheduling::toString(transport));
  return names;
}

void layerpipe::driver::addCheckCommand(CLI::App &app, Context &context) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App *command = app.add_subcommand(
      "check",
      "Check schedules, those of other runtimes too, against the rules "
      "of their formats");
  command
      ->add_option(
          "FILES", options->files,
          "Schedules, PyTorch's rows (.csv) and plans of Tessel, which "
          "are known by their content; - is standard input")
      ->required();
  command
      ->add_option("--pytorch", options->torch,
                   "The version of PyTorch that PyTorch's rows are for")
      ->capture_default_str();
  command
      ->add_option("--transport", options->transports,
                   "Rows with sends and receives must not hang under these")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(namesOfTransports()));
  options->planSearch.addTo(*command);
  options->format.addTo(*command);
  command->footer("Examples:\n  layerpipe check mlp.json\n"
                  "  layerpipe check --format json *.json\n"
                  "  layerpipe check --transport pair,rank schedule.csv\n"
                  "  layerpipe check --improve plan.json");
  command->callback([options, &context] { context.status = check(*options); });
}
