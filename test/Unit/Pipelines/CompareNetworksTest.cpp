//===- CompareNetworksTest.cpp - random networks in a comparison ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Networks.h"
#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "layerpipe/Transforms/Passes.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

/// The tasks of the network in one form, and how they can be cut.
static FailureOr<scheduling::TaskGraph>
makeTasks(ModuleOp network, TaskForm form,
          std::vector<scheduling::SplitRule> &rules) {
  OwningOpRef<ModuleOp> copy = network.clone();
  PassManager passes(copy->getContext());
  buildTaskPipeline(passes, PipelineOptions(), form);
  if (failed(passes.run(*copy)))
    return failure();
  FailureOr<TrainingGraph> training = extractTrainingGraph(onlyGraph(*copy));
  if (failed(training))
    return failure();
  rules = extractSplitRules(*training);
  return std::move(training->graph);
}

static FailureOr<compare::ComparedModel> makeModel(ModuleOp network) {
  compare::ComparedModel model;
  model.name = "net";
  for (auto [form, graph] :
       {std::pair(TaskForm::coupled, &model.coupled),
        std::pair(TaskForm::decoupled, &model.decoupled),
        std::pair(TaskForm::divisible, &model.divisible)}) {
    auto tasks = makeTasks(network, form, model.rules);
    if (failed(tasks))
      return failure();
    *graph = std::move(*tasks);
  }
  return model;
}

TEST(CompareNetworks, EveryStrategyHasAPeriodOnAnyNumberOfProcessors) {
  auto context = makeContext();
  compare::CompareOptions options;
  options.strategies = compare::knownStrategies();
  options.processors = {1, 3, 9};
  for (uint64_t seed = 0; seed < 15; ++seed) {
    OwningOpRef<ModuleOp> network =
        makeNetwork(*context, seed, /*anyLabels=*/true);
    auto model = makeModel(*network);
    ASSERT_TRUE(succeeded(model)) << "seed " << seed;
    auto rows = compare::compareAll(*model, options);
    ASSERT_TRUE(rows) << "seed " << seed << ": " << rows.message();
    EXPECT_EQ(rows->size(),
              options.strategies.size() * options.processors.size());
    for (const compare::Row &row : *rows)
      EXPECT_TRUE(row.period && row.error.empty())
          << "seed " << seed << ", " << row.strategy << " on " << row.processors
          << ": " << row.error;
  }
}
