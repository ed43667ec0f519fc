//===- ReportCommand.cpp - layerpipe report -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "ScheduleFile.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Report/Page.h"
#include "layerpipe/Report/Svg.h"
#include "layerpipe/Transforms/OptionLimits.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct ReportCommandOptions {
  /// The user gave these options, by their long names.
  std::set<std::string> given;
  std::vector<std::string> schedules;
  std::vector<std::string> rows;
  std::string output;
  std::string svg;
  std::string title;
  int64_t periods = report::TimelineLimits().steadyPeriods;
  std::optional<int64_t> svgWidth;
  std::string svgPeriods = "all";
};

} // namespace

/// Returns the name of the file. The page does not name the folders of the
/// machine that it was made on.
static std::string sourceOf(const std::string &path) {
  return llvm::sys::path::filename(path).str();
}

static bool readRows(const std::string &path, report::Report &report) {
  auto file = readInput(path);
  if (!file) {
    printError("--compare: " + path +
               ": can't read it: " + file.getError().message());
    return false;
  }
  auto rows = report::readCompareRows((*file)->getBuffer());
  if (!rows) {
    printError("--compare: " + path + ": " + rows.message());
    return false;
  }
  report.rows.push_back({sourceOf(path), std::move(*rows)});
  return true;
}

static bool readSchedules(const ReportCommandOptions &options,
                          report::Report &report) {
  for (const std::string &path : options.schedules) {
    auto schedule = readScheduleFile(path);
    if (!schedule) {
      printError(path + ": " + schedule.message());
      return false;
    }
    report.schedules.push_back({sourceOf(path), std::move(*schedule)});
  }
  return true;
}

/// Returns the networks' names, each once.
static std::string defaultTitle(const report::Report &report) {
  std::vector<std::string> names;
  for (const report::ReportedSchedule &reported : report.schedules)
    if (std::find(names.begin(), names.end(), reported.schedule.graph) ==
        names.end())
      names.push_back(reported.schedule.graph);
  std::string title = names.size() + report.schedules.size() > 2
                          ? "Schedules of "
                          : "Schedule of ";
  for (size_t i = 0; i < names.size(); ++i)
    title += (i ? ", " : "") + names[i];
  return title;
}

static report::SvgOptions svgOptions(const ReportCommandOptions &options,
                                     const report::TimelineLimits &limits) {
  report::SvgOptions svg{limits, options.svgWidth};
  svg.limits.steadyOnly = options.svgPeriods == "steady";
  return svg;
}

/// Says what is wrong with the options together, each of which may be fine
/// alone; returns an empty text if nothing is.
static std::string misuse(const ReportCommandOptions &options) {
  if (options.output.empty() && options.svg.empty())
    return "nothing to write: name a page with -o, or a picture with --svg";
  if (!options.svg.empty() && options.schedules.size() != 1)
    return fmt::format("--svg draws one schedule, but {} are given",
                       options.schedules.size());
  bool noPicture = options.svg.empty(), noPage = options.output.empty();
  return base::findUselessOption(
      options.given, {{"--svg-width", noPicture, "without --svg"},
                      {"--svg-periods", noPicture, "without --svg"},
                      {"--title", noPage, "without -o: it is the page's"},
                      {"--compare", noPage, "without -o: it is for the page"}});
}

static int makeReport(const ReportCommandOptions &options) {
  if (std::string mistake = misuse(options); !mistake.empty()) {
    printError(mistake);
    return 1;
  }
  std::vector<NamedFile> inputs;
  for (const std::string &path : options.schedules)
    inputs.emplace_back("a schedule", path);
  for (const std::string &path : options.rows)
    inputs.emplace_back("--compare", path);
  if (failed(
          checkFiles(inputs, {{"-o", options.output}, {"--svg", options.svg}})))
    return 1;
  report::Report report;
  report.limits.steadyPeriods = options.periods;
  if (!readSchedules(options, report))
    return 1;
  for (const std::string &path : options.rows)
    if (!readRows(path, report))
      return 1;
  report.title = options.title.empty() ? defaultTitle(report) : options.title;
  if (!options.svg.empty() &&
      failed(writeTextFile(
          options.svg,
          report::writeTimelineSvg(report.schedules.front().schedule,
                                   svgOptions(options, report.limits)))))
    return 1;
  if (options.output.empty())
    return 0;
  return succeeded(writeTextFile(options.output, report::writePage(report)))
             ? 0
             : 1;
}

void layerpipe::driver::addReportCommand(CLI::App &app, Context &context) {
  CLI::App *command = app.add_subcommand(
      "report", "Draw schedules: a page to read, or a picture for papers");
  auto options = std::make_shared<ReportCommandOptions>();
  command
      ->add_option(
          "SCHEDULES", options->schedules,
          "Schedule files (.json), of any producer, and plans of Tessel; "
          "- is standard input")
      ->required();
  command->add_option("-o,--output", options->output, "The page (.html)")
      ->type_name("FILE");
  command
      ->add_option("--svg", options->svg,
                   "The timeline of the one schedule as a picture (.svg)")
      ->type_name("FILE");
  command
      ->add_option("--svg-width", options->svgWidth,
                   "Width of the picture in pixels; without it, as wide as "
                   "labels of tasks need")
      ->type_name("PIXELS")
      ->transform(base::within(base::Limits<int64_t>{
          report::SvgOptions::minWidth, report::SvgOptions::maxWidth}));
  command
      ->add_option("--svg-periods", options->svgPeriods,
                   "Periods in the picture: all (the prologue, as much of it "
                   "as stays legible, and the steady state) or steady")
      ->check(CLI::IsMember({"all", "steady"}))
      ->capture_default_str();
  command
      ->add_option("--compare", options->rows,
                   "Rows of layerpipe compare --format json to plot; may be "
                   "given several times")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      ->add_option("--periods", options->periods,
                   "Periods of the steady state to draw")
      ->transform(base::within(limits::reportedPeriods))
      ->capture_default_str();
  command->add_option("--title", options->title,
                      "Of the page; without it the networks' names");
  command->footer(
      "Examples:\n"
      "  layerpipe compare examples/networks/mlp.mlir -p 2 --emit-schedules s "
      "--format json > rows.json\n"
      "  layerpipe report s/*.json --compare rows.json -o report.html\n"
      "  layerpipe report s/mlp-pipedream-p2.json --svg timeline.svg "
      "--svg-width 640 --svg-periods steady");
  command->callback([options, command, &context] {
    options->given = base::givenOptions(*command);
    context.status = makeReport(*options);
  });
}
