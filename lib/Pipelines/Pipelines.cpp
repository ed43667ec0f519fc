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

void layerpipe::addCostPass(OpPassManager &graphs,
                            const PipelineOptions &options) {
  graphs.addPass(
      createEstimateCosts({options.costModel, options.profile,
                           options.gigaflops, options.gigabytesPerSecond}));
}

void layerpipe::buildTrainingPipeline(OpPassManager &manager,
                                      const PipelineOptions &options) {
  OpPassManager &graphs = manager.nest<GraphOp>();
  // The batch changes every type, so it comes before gradients are made.
  if (options.batch != 0 || options.microbatches != 1)
    graphs.addPass(createSetBatch({options.batch, options.microbatches}));
  DifferentiateOptions training;
  training.optimizer = options.optimizer;
  training.learningRate = options.learningRate;
  training.coefficients.assign(options.coefficients.begin(),
                               options.coefficients.end());
  training.noDecay.assign(options.noDecay.begin(), options.noDecay.end());
  training.clipNorm = options.clipNorm;
  graphs.addPass(createDifferentiate(training));
  if (options.microbatches != 1)
    graphs.addPass(createUnfold({options.microbatches}));
}

/// Appends the passes that run tasks of the given form one after the other.
/// Profiles are made so, of smaller tasks than a strategy would choose.
static void addTasksInOrder(OpPassManager &graphs,
                            const PipelineOptions &options) {
  graphs.addPass(createDecoupleGradients());
  graphs.addPass(createFormTasks({options.activationGradients}));
  addCostPass(graphs, options);
  graphs.addPass(createAssignProcessors({1, "sequential"}));
  graphs.addPass(createSchedule());
}

/// Appends the pass that schedules by a strategy, or as a file says.
static void addPlan(OpPassManager &graphs, const PipelineOptions &options) {
  PlanOptions plan;
  plan.processors = options.processors;
  plan.strategy = options.strategy;
  plan.schedule = options.schedule;
  plan.costModel = options.costModel;
  plan.profile = options.profile;
  plan.gigaflops = options.gigaflops;
  plan.gigabytesPerSecond = options.gigabytesPerSecond;
  plan.split = options.split;
  plan.splitQuantum = options.splitQuantum;
  plan.objectives = options.objectives;
  plan.tolerance = options.tolerance;
  plan.maxStaleness = options.maxStaleness;
  plan.bandwidth = options.bandwidth;
  plan.latency = options.latency;
  plan.speeds.assign(options.speeds.begin(), options.speeds.end());
  plan.memoryLimit = options.memoryLimit;
  plan.place.assign(options.place.begin(), options.place.end());
  graphs.addPass(createPlan(plan));
}

void layerpipe::buildLayerpipePipeline(OpPassManager &manager,
                                       const PipelineOptions &options) {
  buildTrainingPipeline(manager, options);
  OpPassManager &graphs = manager.nest<GraphOp>();
  if (options.activationGradients.empty())
    addPlan(graphs, options);
  else
    addTasksInOrder(graphs, options);
  graphs.addPass(createVerifySchedule());
}

void layerpipe::registerLayerpipePipelines() {
  PassPipelineRegistration<PipelineOptions>(
      "layerpipe-pipeline", "From a forward graph to a verified schedule",
      buildLayerpipePipeline);
}
