//===- ExportCommand.cpp - layerpipe export -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "ComparedModels.h"
#include "SharedOptions.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Interchange/Export.h"
#include "layerpipe/Strategies/SynchronousPlan.h"
#include "layerpipe/Transforms/OptionLimits.h"

#include <memory>
#include <nlohmann/json.hpp>

using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct ExportCommandOptions {
  std::string file;
  std::string format;
  std::string output = "-";
  std::string from{interchange::toString(interchange::newestTorch)};
  std::string to{interchange::toString(interchange::newestTorch)};
  /// With a strategy, the file is a network.
  std::string strategy;
  int64_t processors = 2;
  ComparedModelOptions model;
  /// The layers of each stage go here.
  std::string stages;
};

} // namespace

/// Returns the names of each stage's layers as a list of lists, in JSON.
static std::string namesOfStages(const strategies::SynchronousPlan &plan) {
  auto names = scheduling::layerNames(plan.graph);
  auto stages = nlohmann::ordered_json::array();
  for (auto [layer, stage] : plan.stageOfLayer) {
    while (int64_t(stages.size()) <= stage)
      stages.push_back(nlohmann::ordered_json::array());
    stages[stage].push_back(names[layer]);
  }
  return base::dumpJson(stages, {.indent = 2}) + "\n";
}

/// Plans a network's microbatches, and writes their order.
static scheduling::Result<std::string>
exportNetwork(const ExportCommandOptions &options,
              const interchange::ExportOptions &wanted) {
  std::optional<ComparedModel> model = readComparedModel(options.model);
  if (!model)
    return scheduling::Error{"can't be planned"};
  strategies::PlannerOptions planning;
  if (model->machine)
    static_cast<machine::MachineDescription &>(planning) = *model->machine;
  auto planner = strategies::Planner::create(model->forms, planning);
  if (!planner)
    return planner.error();
  auto plan =
      strategies::planActions(*planner, options.strategy, options.processors);
  if (!plan)
    return plan.error();
  if (!options.stages.empty() &&
      failed(writeTextFile(options.stages, namesOfStages(*plan))))
    return scheduling::Error{"the stages are not written"};
  return interchange::exportOrder(plan->pipeline, plan->order, wanted);
}

static scheduling::Result<std::string>
exportFile(const ExportCommandOptions &options) {
  interchange::ExportOptions wanted;
  wanted.format = *interchange::parseExportFormat(options.format);
  auto from = interchange::parseTorchVersion(options.from);
  if (!from)
    return scheduling::Error{"--from-pytorch: " + from.message()};
  auto to = interchange::parseTorchVersion(options.to);
  if (!to)
    return scheduling::Error{"--pytorch: " + to.message()};
  wanted.from = *from;
  wanted.to = *to;
  if (!options.strategy.empty())
    return exportNetwork(options, wanted);
  auto file = readInput(options.file);
  if (!file)
    return scheduling::Error{options.file +
                             ": can't read it: " + file.getError().message()};
  llvm::StringRef text = (*file)->getBuffer();
  auto written =
      interchange::exportSchedule({text.data(), text.size()}, wanted);
  if (!written)
    return scheduling::Error{options.file + ": " + written.message()};
  return written;
}

static int runExport(const ExportCommandOptions &options) {
  std::vector<NamedFile> outputs{{"-o", options.output}};
  if (!options.stages.empty())
    outputs.push_back({"--stages", options.stages});
  if (failed(checkFiles({{"the schedule", options.file}}, outputs)))
    return 1;
  auto written = exportFile(options);
  if (!written) {
    printError(options.strategy.empty()
                   ? written.message()
                   : options.file + ": " + written.message());
    return 1;
  }
  return succeeded(writeTextFile(options.output, *written)) ? 0 : 1;
}

static std::vector<std::string> namesOfFormats() {
  std::vector<std::string> names;
  for (interchange::ExportFormat format : interchange::allExportFormats)
    names.emplace_back(interchange::toString(format));
  return names;
}

void layerpipe::driver::addExportCommand(CLI::App &app, Context &context) {
  auto options = std::make_shared<ExportCommandOptions>();
  CLI::App *command = app.add_subcommand(
      "export", "Write a schedule in the format of another runtime");
  command
      ->add_option("SCHEDULE", options->file,
                   "PyTorch's rows, a schedule of layerpipe or, with "
                   "--strategy, a network; - is standard input")
      ->required();
  command->add_option("--strategy", options->strategy,
                      "Plan the microbatches of a network: 1f1b, zb-h1 or "
                      "another order, or synchronous for the fastest");
  command
      ->add_option("-p,--processors", options->processors,
                   "Of a network: how many processors there are")
      ->transform(base::within(limits::processors))
      ->capture_default_str();
  addMicrobatches(*command, options->model.microbatches);
  command
      ->add_option("--batch", options->model.read.batch,
                   "Of a network: samples per iteration")
      ->transform(base::within(limits::batch));
  addImportOptions(*command, options->model.read.backwardSplit,
                   options->model.read.onnx);
  addCostOptions(*command, options->model.costs, /*canMeasure=*/false);
  command
      ->add_option("--stages", options->stages,
                   "Write the names of each stage's layers, a list of lists")
      ->type_name("FILE.json");
  command->add_option("--format", options->format, "The format to write")
      ->required()
      ->check(CLI::IsMember(namesOfFormats()));
  command
      ->add_option("-o,--output", options->output,
                   "The file to write; - is standard output")
      ->capture_default_str();
  command
      ->add_option("--pytorch", options->to,
                   "The version of PyTorch that shall read the rows")
      ->capture_default_str();
  command
      ->add_option("--from-pytorch", options->from,
                   "The version of PyTorch that the given rows are for")
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  layerpipe export rows.csv --format pytorch-csv-comms -o safe.csv\n"
      "  layerpipe export mlp.json --format ssp\n"
      "  layerpipe export mixer.onnx --strategy zb-h1 -p 4 --microbatches 8 "
      "--loss mse --format pytorch-csv --stages stages.json -o rows.csv");
  command->callback([options, command, &context] {
    options->model.path = options->file;
    options->model.read.given = base::givenOptions(*command);
    context.status = runExport(*options);
  });
}
