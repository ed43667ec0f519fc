//===- ComparedModels.cpp - What is compared ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComparedModels.h"

#include "Command.h"
#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Driver/ModelFile.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Import/Format.h"
#include "layerpipe/Network/PipedreamProfile.h"
#include "layerpipe/Network/TrainingTasks.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;
using compare::ComparedModel;

static std::nullopt_t fail(const std::string &message) {
  printError(message);
  return std::nullopt;
}

/// Returns the tasks that the passes make of the module's only graph.
static std::optional<scheduling::TaskGraph>
makeTasks(ModuleOp module, const PipelineOptions &options, TaskForm form,
          ComparedModel &model, std::vector<scheduling::SplitRule> &rules) {
  OwningOpRef<ModuleOp> copy(module.clone());
  PassManager passes(copy->getContext());
  buildTaskPipeline(passes, options, form);
  if (failed(passes.run(*copy)))
    return std::nullopt;
  GraphOp graph = *copy->getOps<GraphOp>().begin();
  model.name = graph.getSymName().str();
  model.timeUnit = graph.getTimeUnit().value_or("cycles").str();
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  if (failed(training))
    return std::nullopt;
  rules = extractSplitRules(*training);
  return std::move(training->graph);
}

static std::optional<ComparedModel>
readGraph(const ComparedModelOptions &options,
          std::unique_ptr<llvm::MemoryBuffer> text) {
  ModelFile file;
  if (failed(file.parse(options.path, std::move(text))))
    return std::nullopt;
  auto graphs = file.module().getOps<GraphOp>();
  auto count = std::distance(graphs.begin(), graphs.end());
  if (count != 1)
    return fail(fmt::format("'{}' holds {} networks; it must hold one "
                            "layerpipe.graph",
                            options.path, count));
  PipelineOptions pipeline;
  pipeline.batch = options.batch;
  setCosts(options.costs, pipeline);
  ComparedModel model;
  std::vector<scheduling::SplitRule> rules;
  for (auto [form, graph] :
       {std::pair(TaskForm::coupled, &model.coupled),
        std::pair(TaskForm::decoupled, &model.decoupled),
        std::pair(TaskForm::divisible, &model.divisible)}) {
    auto tasks = makeTasks(file.module(), pipeline, form, model, rules);
    if (!tasks)
      return std::nullopt;
    *graph = std::move(*tasks);
  }
  // Kernels block channels, not samples.
  for (scheduling::SplitRule &rule : rules)
    if (rule.axis != scheduling::SplitAxis::batch)
      rule.quantum = options.splits.quantum;
  model.rules = scheduling::selectRules(
      model.divisible, std::move(rules),
      *scheduling::parseSplitKinds(options.splits.kinds));
  return model;
}

static std::optional<ComparedModel>
readProfile(const ComparedModelOptions &options, llvm::StringRef text) {
  if (!options.costs.model.empty() && options.costs.model != "profile")
    return fail(fmt::format("--cost-model {}: a profile has times of its own, "
                            "and nothing else to count",
                            options.costs.model));
  auto split = network::parseBackwardSplit(options.backwardSplit);
  if (!split)
    return fail("--backward-split: " + split.message());
  if (network::namesStages(text))
    printNote(options.path +
              ": the stages that its stage_id= name are ignored; "
              "the strategies find their own");
  auto layers = network::readPipedreamProfile(text, *split, options.batch);
  if (!layers)
    return fail(options.path + ": " + layers.message());
  ComparedModel model;
  model.name = options.path == "-" ? "profile"
                                   : llvm::sys::path::stem(options.path).str();
  model.timeUnit = "ns";
  model.coupled = network::makeTrainingTasks(*layers, true);
  model.decoupled = network::makeTrainingTasks(*layers, false);
  model.divisible = model.decoupled;
  model.rules = scheduling::selectRules(
      model.divisible,
      network::makeTrainingSplitRules(*layers, model.divisible,
                                      options.splits.quantum),
      *scheduling::parseSplitKinds(options.splits.kinds));
  return model;
}

std::optional<ComparedModel>
layerpipe::driver::readComparedModel(const ComparedModelOptions &options) {
  auto file = readInput(options.path);
  if (!file)
    return fail(options.path + ": can't read it: " + file.getError().message());
  const Format &format = formatOf(options.path, (*file)->getBuffer());
  bool profile = &format == &pipedreamProfileFormat;
  std::string useless = base::findUselessOption(
      options.given, {{"--backward-split", !profile,
                       "on a network in MLIR: the costs of its ops tell what "
                       "each gradient takes"}});
  if (!useless.empty())
    return fail(useless);
  return profile ? readProfile(options, (*file)->getBuffer())
                 : readGraph(options, std::move(*file));
}
