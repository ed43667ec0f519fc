//===- Pipelines.cpp - the passes in their order --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Transforms/Passes.h"

using namespace mlir;
using namespace layerpipe;

TaskForm layerpipe::taskFormOf(llvm::StringRef strategy) {
  // PipeDream schedules a layer's backward as one task. All other strategies
  // gain from two; with one processor the order is the same.
  if (strategy == "pipedream")
    return TaskForm::coupled;
  return strategy == "layerpipe" ? TaskForm::divisible : TaskForm::decoupled;
}

void layerpipe::addCostPass(OpPassManager &graphs,
                            const PipelineOptions &options) {
  graphs.addPass(
      createEstimateCosts({options.costModel, options.profile,
                           options.gigaflops, options.gigabytesPerSecond}));
}

void layerpipe::buildTaskPipeline(OpPassManager &manager,
                                  const PipelineOptions &options,
                                  TaskForm form) {
  OpPassManager &graphs = manager.nest<GraphOp>();
  // The batch changes every type, so it comes before gradients are made.
  if (options.batch != 0)
    graphs.addPass(createSetBatch({options.batch}));
  graphs.addPass(createDifferentiate({options.optimizer, options.learningRate,
                                      options.momentum, options.weightDecay}));
  if (form != TaskForm::coupled)
    graphs.addPass(createDecoupleGradients());
  std::string activations = options.activationGradients;
  if (activations.empty())
    activations = form == TaskForm::divisible ? "apart" : "joined";
  graphs.addPass(createFormTasks({activations}));
  addCostPass(graphs, options);
}

void layerpipe::buildAssignmentPipeline(OpPassManager &manager,
                                        const PipelineOptions &options) {
  buildTaskPipeline(manager, options, taskFormOf(options.strategy));
  OpPassManager &graphs = manager.nest<GraphOp>();
  if (options.strategy == "layerpipe") {
    SplitGradientsOptions splits;
    splits.split = options.split;
    splits.processors = options.processors;
    splits.quantum = options.splitQuantum;
    splits.objectives = options.objectives;
    splits.tolerance = options.tolerance;
    splits.maxStaleness = options.maxStaleness;
    graphs.addPass(createSplitGradients(splits));
    // Parts take more than their share of the whole, since slices are cut and
    // joined, too.
    addCostPass(graphs, options);
  }
  graphs.addPass(
      createAssignProcessors({options.processors, options.strategy}));
}

void layerpipe::buildSchedulePipeline(OpPassManager &manager,
                                      const PipelineOptions &options) {
  OpPassManager &graphs = manager.nest<GraphOp>();
  // The scheduler knows its lags, and with them the least delays, only once it
  // has a schedule. Gradients are therefore delayed here, not by a rule before.
  graphs.addPass(createSchedule({options.delays, 0, options.maxStaleness}));
  graphs.addPass(createVerifySchedule());
}

void layerpipe::buildLayerpipePipeline(OpPassManager &manager,
                                       const PipelineOptions &options) {
  buildAssignmentPipeline(manager, options);
  buildSchedulePipeline(manager, options);
}

void layerpipe::registerLayerpipePipelines() {
  PassPipelineRegistration<PipelineOptions>(
      "layerpipe-pipeline", "From a forward graph to a verified schedule",
      buildLayerpipePipeline);
}
