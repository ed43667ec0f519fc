//===- ComparedModels.cpp - What is compared ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ComparedModels.h"

#include "Command.h"
#include "layerpipe/Analysis/GraphMachine.h"
#include "layerpipe/Analysis/GraphPins.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Transforms/NetworkForms.h"
#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

static std::nullopt_t fail(const std::string &message) {
  printError(message);
  return std::nullopt;
}

std::optional<ComparedModel>
layerpipe::driver::readComparedModel(const ComparedModelOptions &options) {
  auto owned = std::make_unique<ModelFile>();
  ModelFile &file = *owned;
  if (failed(file.read(options.path, options.read)))
    return std::nullopt;
  if (file.isProfile())
    if (std::string wrong = findWrongOnProfile(options.costs); !wrong.empty())
      return fail(wrong);
  auto graphs = file.module().getOps<GraphOp>();
  auto count = std::distance(graphs.begin(), graphs.end());
  if (count != 1)
    return fail(fmt::format("'{}' holds {} networks; it must hold one "
                            "layerpipe.graph",
                            options.path, count));
  PipelineOptions pipeline;
  pipeline.batch = file.isMlir() ? options.read.batch : 0;
  pipeline.microbatches = options.microbatches;
  pipeline.clipNorm = options.clipNorm;
  setCosts(options.costs, file.isProfile(), pipeline);
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
  ComparedModel model{std::move(owned), made->tasks()};
  GraphOp graph = *graphs.begin();
  if (graph.getMachine())
    model.machine = describeMachine(graph.getMachine());
  model.pins = pinsOf(graph);
  return model;
}
