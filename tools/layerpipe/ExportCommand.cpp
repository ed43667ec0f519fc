//===- ExportCommand.cpp - layerpipe export -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChosenMachine.h"
#include "Command.h"
#include "PlanSearchOptions.h"
#include "SharedOptions.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Interchange/NetworkExport.h"
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
  MachineChoice machine;
  ComparedModelOptions model;
  /// The layers of each stage go here.
  std::string stages;
  /// PyTorch's rows go here, beside torchtitan's settings, which name them.
  std::string rows;
  PlanSearchOptions planSearch;
};

} // namespace

/// Returns the names of each stage's layers.
static interchange::StageModules
layersOf(const strategies::SynchronousPlan &plan) {
  auto names = scheduling::layerNames(plan.graph);
  interchange::StageModules layers(plan.pipeline.stages.size());
  for (auto [layer, stage] : plan.stageOfLayer)
    layers[stage].push_back(names[layer]);
  return layers;
}

/// Writes the files beside the one that was asked for: the layers of each
/// stage, and the rows that torchtitan's settings name.
static scheduling::Status writeSideFiles(const ExportCommandOptions &options,
                                         const interchange::NetworkPlan &plan,
                                         interchange::ExportOptions wanted) {
  if (!options.stages.empty() &&
      failed(writeTextFile(
          options.stages,
          base::dumpJson(nlohmann::ordered_json(plan.layers), {.indent = 2}) +
              "\n")))
    return scheduling::Error{"the stages are not written"};
  if (options.rows.empty())
    return scheduling::Status::success();
  wanted.format = interchange::ExportFormat::torch_csv;
  auto rows = interchange::exportNetworkPlan(plan, wanted);
  if (!rows)
    return rows.error();
  if (failed(writeTextFile(options.rows, *rows)))
    return scheduling::Error{"the rows are not written"};
  return scheduling::Status::success();
}

/// Plans a network's microbatches, and writes their order.
static scheduling::Result<std::string>
exportNetwork(const ExportCommandOptions &options, const ComparedModel &model,
              const interchange::ExportOptions &wanted) {
  auto machine = readMachine(options.machine);
  if (!machine)
    return machine.error();
  if (auto fits =
          checkProcessors(options.processors, options.machine, machine->file);
      !fits)
    return fits.error();
  if (auto added = addMachineOf(model, options.machine, *machine); !added)
    return added.error();
  strategies::PlannerOptions planning;
  static_cast<machine::MachineDescription &>(planning) = machine->description;
  planning.pins = std::move(machine->pins);
  auto planner = strategies::Planner::create(model.forms, planning);
  if (!planner)
    return planner.error();
  auto plan =
      strategies::planActions(*planner, options.strategy, options.processors);
  if (!plan)
    return plan.error();
  interchange::NetworkPlan made{plan->pipeline, plan->order, layersOf(*plan),
                                options.strategy};
  auto written = interchange::exportNetworkPlan(made, wanted, options.rows);
  if (!written)
    return written;
  if (auto beside = writeSideFiles(options, made, wanted); !beside)
    return beside.error();
  return written;
}

static scheduling::Result<interchange::ExportOptions>
readOptions(const ExportCommandOptions &options) {
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
  wanted.search = options.planSearch.search();
  std::vector<base::OptionRule> rules{
      {"--stages", options.strategy.empty(), "without --strategy"},
      {"--rows", wanted.format != interchange::ExportFormat::torchtitan,
       "without --format torchtitan"},
      {"--improve", !options.strategy.empty(), "with --strategy"}};
  for (const char *option : machineOptions)
    rules.push_back({option, options.strategy.empty(), "without --strategy"});
  for (const base::OptionRule &rule : rulesOfMachine(options.machine))
    rules.push_back(rule);
  std::string useless =
      base::findUselessOption(options.model.read.given, rules);
  if (!useless.empty())
    return scheduling::Error{useless};
  return wanted;
}

static scheduling::Result<std::string>
exportFile(const ExportCommandOptions &options,
           const interchange::ExportOptions &wanted) {
  auto file = readInput(options.file);
  if (!file)
    return scheduling::Error{"can't read it: " + file.getError().message()};
  llvm::StringRef text = (*file)->getBuffer();
  return interchange::exportSchedule({text.data(), text.size()}, wanted);
}

static int runExport(const ExportCommandOptions &options) {
  auto wanted = readOptions(options);
  if (!wanted) {
    printError(wanted.message());
    return 1;
  }
  std::vector<NamedFile> outputs{{"-o", options.output}};
  if (!options.stages.empty())
    outputs.push_back({"--stages", options.stages});
  if (!options.rows.empty())
    outputs.push_back({"--rows", options.rows});
  if (failed(checkFiles(
          {{"the schedule", options.file},
           {"--machine", options.machine.file},
           {"the profile of --cost-model", profileFileOf(options.model.costs)}},
          outputs)))
    return 1;
  std::optional<ComparedModel> model;
  // What is wrong with the network is printed where it is read.
  if (!options.strategy.empty()) {
    model = readComparedModel(options.model);
    if (!model)
      return 1;
  }
  auto written = model ? exportNetwork(options, *model, *wanted)
                       : exportFile(options, *wanted);
  if (!written) {
    printError(options.file + ": " + written.message());
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
      ->add_option(
          "SCHEDULE", options->file,
          "PyTorch's rows, a plan of Tessel, a schedule of layerpipe or, "
          "with --strategy, a network; - is standard input")
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
  addMachineOptions(*command, options->machine);
  addCostOptions(*command, options->model.costs, /*canMeasure=*/false);
  command
      ->add_option("--stages", options->stages,
                   "Write the names of each stage's layers, a list of lists")
      ->type_name("FILE.json");
  command
      ->add_option("--rows", options->rows,
                   "With --format torchtitan: write PyTorch's rows to this "
                   "file, which the settings name")
      ->type_name("FILE.csv");
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
  options->planSearch.addTo(*command);
  command->footer(
      "Examples:\n"
      "  layerpipe export plan.json --improve --format tessel -o better.json\n"
      "  layerpipe export rows.csv --format pytorch-csv-comms -o safe.csv\n"
      "  layerpipe export mlp.json --format ssp\n"
      "  layerpipe export gpt.txt --strategy 1f1b -p 4 --microbatches 8 "
      "--format megatron\n"
      "  layerpipe export mixer.onnx --strategy zb-h1 -p 4 --microbatches 8 "
      "--loss mse --format pytorch-csv --stages stages.json -o rows.csv");
  command->callback([options, command, &context] {
    options->model.path = options->file;
    options->model.read.given = base::givenOptions(*command);
    context.status = runExport(*options);
  });
}
