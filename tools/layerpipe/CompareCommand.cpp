//===- CompareCommand.cpp - layerpipe compare -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChosenMachine.h"
#include "Command.h"
#include "ProgressLine.h"
#include "SharedOptions.h"
#include "layerpipe/Base/Destination.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Compare/EmittedSchedule.h"
#include "layerpipe/Compare/Format.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Driver/UselessOptions.h"
#include "layerpipe/Transforms/OptionLimits.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct CompareCommandOptions {
  ComparedModelOptions model;
  std::string processors;
  std::string strategies;
  std::string format = "table";
  std::string scheduleFolder;
  MachineChoice machine;
  double timeLimit = 0;
  uint64_t seed = 0;
  bool pareto = false;
  std::optional<int64_t> jitterPercent;
  int64_t jitterRuns = compare::Jitter().seeds;
};

} // namespace

/// Returns a decimal number as a fraction, rounded to 1 / scale.
static scheduling::Fraction toFraction(double value, int64_t scale) {
  return scheduling::reduce(
      {static_cast<int64_t>(std::llround(value * double(scale))), scale});
}

/// Reads the numbers of processors, which without --processors are that of the
/// machine's file.
static scheduling::Result<std::vector<int64_t>>
readProcessors(const CompareCommandOptions &raw, const ChosenMachine &machine) {
  if (raw.processors.empty()) {
    if (!machine.file)
      return scheduling::Error{"--processors is missing: say how many there "
                               "are, or name a machine by --machine"};
    return std::vector<int64_t>{machine.file->processors};
  }
  auto processors = compare::parseProcessorList(raw.processors);
  if (!processors)
    return scheduling::Error{"--processors: " + processors.message()};
  if (auto fits =
          checkProcessors(processors->back(), raw.machine, machine.file);
      !fits)
    return scheduling::Error{"--processors: " + fits.message()};
  return processors;
}

/// Plans for this machine.
static void takeMachine(ChosenMachine machine,
                        compare::CompareOptions &options) {
  static_cast<machine::MachineDescription &>(options) = machine.description;
  options.pins = std::move(machine.pins);
}

static scheduling::Result<compare::CompareOptions>
parseOptions(const CompareCommandOptions &raw, const ChosenMachine &machine) {
  compare::CompareOptions options;
  auto processors = readProcessors(raw, machine);
  if (!processors)
    return processors.error();
  options.processors = std::move(*processors);
  options.strategies = strategies::knownStrategies();
  if (raw.model.microbatches == 1)
    std::erase_if(options.strategies, [](const strategies::Strategy &strategy) {
      return strategy.ordersMicrobatches;
    });
  if (!raw.strategies.empty()) {
    auto strategies = strategies::parseStrategyList(raw.strategies);
    if (!strategies)
      return scheduling::Error{"--strategies: " + strategies.message()};
    options.strategies = *strategies;
  }
  options.limits = {raw.timeLimit, raw.seed};
  auto objectives = scheduling::parseObjectives(raw.model.splits.objectives);
  if (!objectives)
    return scheduling::Error{"--objectives: " + objectives.message()};
  options.objectives = *objectives;
  options.tolerance = toFraction(raw.model.splits.tolerance / 100, 1'000'000);
  options.maxStaleness = raw.model.splits.maxStaleness;
  options.pareto = raw.pareto;
  if (raw.jitterPercent)
    options.jitter = compare::Jitter{*raw.jitterPercent, raw.jitterRuns};
  return options;
}

/// Writes a schedule, unless that would overwrite an input or the schedule of
/// another row. Errors are printed.
static bool writeNewFile(base::CommandFiles &files, const std::string &path,
                         const std::string &text) {
  if (auto added = files.addOutput("--emit-schedules", path); !added) {
    printError(added.error().message);
    return false;
  }
  return llvm::succeeded(writeTextFile(path, text));
}

static std::string findUseless(const CompareCommandOptions &raw,
                               const compare::CompareOptions &options) {
  bool cutsTasks =
      std::any_of(options.strategies.begin(), options.strategies.end(),
                  [](const strategies::Strategy &strategy) {
                    return strategy.name == "layerpipe";
                  });
  std::vector<base::OptionRule> rules =
      rulesOfSplits(raw.model.splits, cutsTasks);
  using strategies::Strategy;
  bool delays =
      std::ranges::any_of(options.strategies, &Strategy::delaysGradients);
  rules.push_back(
      {"--max-staleness", !delays, "without a strategy that delays gradients"});
  bool orders =
      std::ranges::any_of(options.strategies, &Strategy::ordersMicrobatches);
  rules.push_back(
      {"--jitter", !orders, "without a strategy that orders microbatches"});
  rules.push_back({"--jitter-runs", !raw.jitterPercent, "without --jitter"});
  for (const base::OptionRule &rule : rulesOfCosts(raw.model.costs))
    rules.push_back(rule);
  for (const base::OptionRule &rule : rulesOfMachine(raw.machine))
    rules.push_back(rule);
  return base::findUselessOption(raw.model.read.given, rules);
}

/// Compares, and tells progress in a line that is gone when the rows are there.
static scheduling::Result<std::vector<compare::Row>>
compareTellingProgress(const strategies::TaskForms &model,
                       compare::CompareOptions options,
                       const compare::RowListener &listener) {
  ProgressLine line;
  options.progress = [&](int64_t processors, std::string_view strategy,
                         size_t done, size_t total) {
    line.tell(fmt::format("{}/{}  {} on {} processor{}", done, total, strategy,
                          processors, processors == 1 ? "" : "s"));
  };
  return compare::compareAll(model, options, listener);
}

static int compareStrategies(const CompareCommandOptions &raw) {
  auto machine = readMachine(raw.machine);
  if (!machine) {
    printError(machine.message());
    return 1;
  }
  auto options = parseOptions(raw, *machine);
  if (!options) {
    printError(options.message());
    return 1;
  }
  if (std::string useless = findUseless(raw, *options); !useless.empty()) {
    printError(useless);
    return 1;
  }
  auto format = compare::parseFormat(raw.format);
  if (!format) {
    printError("--format: " + format.message());
    return 1;
  }
  if (!raw.scheduleFolder.empty())
    if (std::error_code error =
            llvm::sys::fs::create_directories(raw.scheduleFolder)) {
      printError(fmt::format("--emit-schedules: can't make the folder '{}': {}",
                             raw.scheduleFolder, error.message()));
      return 1;
    }
  std::optional<ComparedModel> model = readComparedModel(raw.model);
  if (!model)
    return 1;
  if (auto added = addMachineOf(*model, raw.machine, *machine); !added) {
    printError(raw.model.path + ": " + added.message());
    return 1;
  }
  takeMachine(std::move(*machine), *options);

  bool written = true;
  base::CommandFiles files;
  files.addInput("the model", raw.model.path);
  files.addInput("--machine", raw.machine.file);
  files.addInput("the profile of --cost-model", profileFileOf(raw.model.costs));
  auto writeSchedule = [&](const compare::Row &row,
                           const scheduling::StaticSchedule *schedule) {
    if (!schedule || raw.scheduleFolder.empty())
      return;
    auto file = compare::makeEmittedSchedule(model->forms.name, row, *schedule);
    llvm::SmallString<128> path(raw.scheduleFolder);
    llvm::sys::path::append(path, file.name);
    written &= writeNewFile(files, path.str().str(), file.text);
  };
  auto rows = compareTellingProgress(model->forms, *options, writeSchedule);
  if (!rows) {
    printError(raw.model.path + ": " + rows.message());
    return 1;
  }
  base::printText(compare::formatRows(*format, model->forms.name, *rows));
  return written ? 0 : 1;
}

void layerpipe::driver::addCompareCommand(CLI::App &app, Context &context) {
  CLI::App *command = app.add_subcommand(
      "compare", "Compare strategies and numbers of processors");
  auto options = std::make_shared<CompareCommandOptions>();
  command
      ->add_option("model", options->model.path,
                   "The network: an .mlir file, or a profile of PipeDream's "
                   "(.txt); - is standard input")
      ->required()
      ->type_name("MODEL");
  command
      ->add_option("-p,--processors", options->processors,
                   "Numbers of processors, such as 2,4,7-9; without it those "
                   "of --machine")
      ->type_name("LIST");
  std::string known;
  for (const strategies::Strategy &strategy : strategies::knownStrategies())
    known += (known.empty() ? "" : ", ") + std::string(strategy.name);
  command
      ->add_option("--strategies", options->strategies,
                   "Some of " + known +
                       "; without it all, those that order microbatches where "
                       "there are several")
      ->type_name("LIST");
  command
      ->add_option("--batch", options->model.read.batch,
                   "Samples per iteration; without it as the model says. Of a "
                   "profile: for how many it was measured, where its linear "
                   "layers don't tell")
      ->transform(base::within(limits::batch));
  addMicrobatches(*command, options->model.microbatches);
  addClipNorm(*command, options->model.clipNorm);
  addImportOptions(*command, options->model.read.backwardSplit,
                   options->model.read.onnx);
  addMachineOptions(*command, options->machine);
  addSplitOptions(*command, options->model.splits);
  command->add_flag("--pareto", options->pareto,
                    "A row for each schedule that no other beats or equals in "
                    "period, bytes sent, staleness and memory");
  command
      ->add_option("--jitter", options->jitterPercent,
                   "How much longer or shorter actions of microbatches may "
                   "take: adds how the spans of orders grow, followed as they "
                   "are, and where what is ready may run")
      ->type_name("PERCENT")
      ->transform(base::within(limits::jitter));
  command
      ->add_option("--jitter-runs", options->jitterRuns,
                   "With --jitter: runs with different times, from --seed on")
      ->transform(base::within(limits::jitterRuns))
      ->capture_default_str();
  addCostOptions(*command, options->model.costs, /*canMeasure=*/false);
  command
      ->add_option("--time-limit", options->timeLimit,
                   "Seconds for the searches of each row; 0 is no limit")
      ->transform(base::within(limits::seconds))
      ->capture_default_str();
  command
      ->add_option("--seed", options->seed, "Of the searches and of --jitter")
      ->transform(base::within(limits::seed))
      ->capture_default_str();
  command->add_option("--format", options->format, "table, json or csv")
      ->capture_default_str();
  command
      ->add_option("--emit-schedules", options->scheduleFolder,
                   "Write each row's schedule into this folder")
      ->type_name("DIR");
  command->footer("Examples:\n"
                  "  layerpipe compare examples/networks/vgg16.mlir -p 2-16\n"
                  "  layerpipe compare examples/networks/branches.txt -p 2,4 "
                  "--bandwidth 1 --format json");
  command->callback([options, command, &context] {
    options->model.read.given = base::givenOptions(*command);
    context.status = compareStrategies(*options);
  });
}
