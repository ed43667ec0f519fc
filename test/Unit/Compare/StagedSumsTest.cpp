//===- StagedSumsTest.cpp - What the order of sums costs ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gradients that are added up in the order of the stages are no later than
// there are stages after their layer's, and no more bytes are sent for that.
//
//===----------------------------------------------------------------------===//

#include "Support/RandomLayers.h"
#include "Support/TrainingTasks.h"
#include "layerpipe/Strategies/Planner.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace layerpipe;
using namespace layerpipe::strategies;
using namespace layerpipe::testing;

namespace {

/// This is what a plan costs.
struct Cost {
  int64_t period = 0;
  int64_t bytes = 0;
  /// This is the most by which a gradient is later than there are stages after
  /// its layer's.
  int64_t tooLate = 0;
};

TaskForms formsOf(const scheduling::LayerGraph &layers) {
  return {"net", "ns", makeTrainingTasks(layers, true),
          makeTrainingTasks(layers, false)};
}

Cost costOf(const TaskForms &forms, int64_t processors) {
  PlannerOptions options;
  auto planner = Planner::create(forms, options);
  EXPECT_TRUE(planner) << planner.message();
  const auto &outcome = planner->plan("pipedream", processors);
  EXPECT_TRUE(outcome) << outcome.message();
  auto schedule = planner->describe("pipedream", processors, *outcome);
  EXPECT_TRUE(schedule) << schedule.message();
  const Plan &plan = *outcome->plan;
  const std::vector<int64_t> &stages = plan.problem.assignment;
  Cost cost{schedule->period, schedule->bytesPerIteration};
  for (size_t index = 0; index < plan.problem.graph.edges.size(); ++index)
    if (const scheduling::Edge &edge = plan.problem.graph.edges[index];
        edge.parameter >= 0)
      cost.tooLate = std::max(
          cost.tooLate, plan.solution.distance[index] + stages[edge.to] -
                            *std::max_element(stages.begin(), stages.end()));
  return cost;
}

} // namespace

TEST(StagedSums, AreInTimeForNoMoreBytes) {
  int64_t late = 0;
  for (uint64_t seed = 0; seed < 100; ++seed)
    for (int64_t processors = 2; processors <= 6; ++processors) {
      SCOPED_TRACE(::testing::Message()
                   << "seed " << seed << " on " << processors);
      scheduling::LayerGraph layers = randomLayers(seed);
      TaskForms forms = formsOf(layers);
      Cost numbered = costOf(forms, processors);
      forms.coupledInStages = [&](const auto &stages) {
        return makeTrainingTasks(layers, true, stages);
      };
      Cost staged = costOf(forms, processors);
      late += numbered.tooLate > 0;
      EXPECT_EQ(staged.tooLate, 0);
      EXPECT_EQ(staged.period, numbered.period);
      EXPECT_LE(staged.bytes, numbered.bytes);
    }
  EXPECT_GT(late, 50) << "too few cases";
}
