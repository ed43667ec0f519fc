//===- AllOrdersTest.cpp - The search against all orders ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Synchronous/SynchronousSearch.h"

#include "OrderEvaluator.h"
#include "PipelineProblems.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

using enum ActionKind;

/// Lists all rows of a stage: all ways to interleave the actions of its
/// microbatches, with gradients apart or joined.
class AllRows {
public:
  AllRows(int64_t stage, int64_t microbatches)
      : stage(stage), ran(microbatches, 0) {
    extend();
  }

  std::vector<std::vector<PipelineAction>> rows;

private:
  void extend() {
    bool complete = true;
    for (size_t m = 0; m < ran.size(); ++m) {
      if (ran[m] == 0)
        add(m, forward, 1);
      if (ran[m] == 1) {
        add(m, input_gradient, 2);
        add(m, backward, 3);
      }
      if (ran[m] == 2)
        add(m, weight_gradient, 3);
      complete &= ran[m] == 3;
    }
    if (complete)
      rows.push_back(row);
  }
  void add(int64_t microbatch, ActionKind kind, int after) {
    int before = ran[microbatch];
    row.push_back({stage, kind, microbatch});
    ran[microbatch] = after;
    extend();
    ran[microbatch] = before;
    row.pop_back();
  }

  int64_t stage;
  std::vector<int> ran;
  std::vector<PipelineAction> row;
};

/// Finds the shortest of all orders of a chain that fit the memory.
int64_t shortest(const PipelineProblem &problem,
                 SynchronousObjective objective) {
  GreedyContext context(problem);
  OrderEvaluator evaluator(context, objective);
  int64_t stages = problem.stages.size();
  std::vector<std::vector<std::vector<PipelineAction>>> choices;
  for (int64_t stage = 0; stage < stages; ++stage) {
    choices.push_back(AllRows(stage, problem.microbatches).rows);
    std::erase_if(choices.back(),
                  [&](const auto &row) { return !evaluator.fits(row, stage); });
  }
  int64_t best = std::numeric_limits<int64_t>::max();
  PipelineOrder order;
  order.processors.resize(stages);
  std::vector<size_t> index(stages, 0);
  while (true) {
    for (int64_t stage = 0; stage < stages; ++stage)
      order.processors[stage] = choices[stage][index[stage]];
    if (auto value = evaluator.evaluate(order))
      best = std::min(best, *value);
    int64_t stage = 0;
    while (stage < stages && ++index[stage] == choices[stage].size())
      index[stage++] = 0;
    if (stage == stages)
      return best;
  }
}

PipelineProblem randomProblem(std::mt19937_64 &random, int64_t stages,
                              int64_t microbatches) {
  auto between = [&](int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % (most - least + 1));
  };
  PipelineProblem problem = unitChain(stages, microbatches);
  for (PipelineStage &stage : problem.stages) {
    stage.forwardTime = between(1, 6);
    stage.inputGradientTime = between(1, 6);
    stage.weightGradientTime = between(0, 6);
    if (random() % 3 == 0)
      stage.backwardTime =
          between(1, stage.inputGradientTime + stage.weightGradientTime);
    stage.activationBytes = between(1, 3);
    stage.weightGradientBytes = between(0, stage.activationBytes);
    problem.machine.memory.push_back(stage.activationBytes *
                                     between(1, microbatches));
  }
  if (random() % 2 == 0)
    problem.stages[0].inputGradientTime = 0;
  problem.machine.links.others.latency = between(0, 3);
  if (stages > 2 && random() % 2 == 0)
    problem.edges.push_back({0, 2, 0});
  return problem;
}

void compare(int64_t stages, int64_t microbatches, int64_t count) {
  int64_t met = 0;
  for (int64_t seed = 1; seed <= count; ++seed) {
    std::mt19937_64 random(seed);
    PipelineProblem problem = randomProblem(random, stages, microbatches);
    for (SynchronousObjective objective :
         {SynchronousObjective::span, SynchronousObjective::makespan}) {
      SynchronousLimits limits{.objective = objective, .effort = 1'000'000};
      auto answer = searchOrder(problem, limits);
      ASSERT_TRUE(answer) << answer.message() << ", seed " << seed;
      int64_t best = shortest(problem, objective);
      EXPECT_LE(answer->bound.value, best) << "seed " << seed;
      EXPECT_EQ(answer->value, best)
          << "seed " << seed << ", objective " << static_cast<int>(objective);
      met += answer->proof == Proof::optimal ? 1 : 0;
    }
  }
  EXPECT_GT(met, count / 2);
}

TEST(AllOrders, TwoStagesTwoMicrobatches) { compare(2, 2, 100); }
TEST(AllOrders, ThreeStagesTwoMicrobatches) { compare(3, 2, 8); }
TEST(AllOrders, OneStageThreeMicrobatches) { compare(1, 3, 20); }

TEST(OrderEvaluator, AgreesWithTheSimulator) {
  for (int64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    PipelineProblem problem = randomProblem(random, 3, 4);
    problem.edges[0].bytes = 7;
    problem.machine.links.others.bandwidth = {2, 1};
    problem.samples = {3, 1, 2, 3};
    GreedyContext context(problem);
    PipelineOrder order;
    for (int64_t stage = 0; stage < 3; ++stage) {
      std::vector<PipelineAction> row;
      for (int64_t m = 0; m < 4; ++m)
        for (ActionKind kind : {forward, input_gradient, weight_gradient})
          row.insert(row.begin() + random() % (row.size() + 1),
                     {stage, kind, m});
      // Of each microbatch, places stay and kinds are put in order.
      std::vector<int> ran(4, 0);
      for (PipelineAction &action : row)
        action.kind = static_cast<ActionKind>(ran[action.microbatch]++);
      order.processors.push_back(row);
    }
    auto simulation = simulate(problem, order);
    for (SynchronousObjective objective :
         {SynchronousObjective::span, SynchronousObjective::makespan}) {
      OrderEvaluator evaluator(context, objective);
      auto value = evaluator.evaluate(order);
      ASSERT_EQ(bool(value), bool(simulation)) << "seed " << seed;
      if (!simulation)
        continue;
      EXPECT_EQ(*value, objective == SynchronousObjective::span
                            ? simulation->span
                            : simulation->makespan)
          << "seed " << seed;
      EXPECT_EQ(evaluator.fits(order), bool(checkMemory(problem, *simulation)))
          << "seed " << seed;
    }
  }
}

} // namespace
