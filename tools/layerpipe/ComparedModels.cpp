//===- ComparedModels.cpp - What is compared ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComparedModels.h"

#include "Command.h"
#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Driver/ModelFile.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Import/Format.h"
#include "layerpipe/Network/PipedreamProfile.h"
#include "layerpipe/Network/TrainingTasks.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "layerpipe/Transforms/NetworkForms.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;
using strategies::TaskForms;

static std::nullopt_t fail(const std::string &message) {
  printError(message);
  return std::nullopt;
}

static std::optional<TaskForms>
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
  PassManager passes(&file.context());
  buildTrainingPipeline(passes, pipeline);
  if (failed(passes.run(file.module())))
    return std::nullopt;
  FormOptions forms{{pipeline.costModel, pipeline.profile, pipeline.gigaflops,
                     pipeline.gigabytesPerSecond},
                    options.splits.kinds,
                    options.splits.quantum};
  auto made = NetworkForms::make(*graphs.begin(), forms);
  if (failed(made))
    return std::nullopt;
  return made->tasks();
}

static std::optional<TaskForms> readProfile(const ComparedModelOptions &options,
                                            llvm::StringRef text) {
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
  TaskForms model;
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

std::optional<TaskForms>
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
