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

/// Lists all rows of a processor: all ways to interleave the actions of its
/// stages and microbatches, with gradients apart or joined.
class AllRows {
public:
  AllRows(const PipelineProblem &problem, int64_t processor) {
    int64_t stages = problem.stages.size();
    for (int64_t stage = 0; stage < stages; ++stage)
      for (int64_t m = 0; m < problem.microbatches; ++m)
        if (problem.stages[stage].processor == processor &&
            runsThrough(problem, m, stage))
          cells.push_back({stage, forward, m});
    ran.assign(cells.size(), 0);
    extend();
  }

  std::vector<std::vector<PipelineAction>> rows;

private:
  void extend() {
    bool complete = true;
    for (size_t cell = 0; cell < cells.size(); ++cell) {
      if (ran[cell] == 0)
        add(cell, forward, 1);
      if (ran[cell] == 1) {
        add(cell, input_gradient, 2);
        add(cell, backward, 3);
      }
      if (ran[cell] == 2)
        add(cell, weight_gradient, 3);
      complete &= ran[cell] == 3;
    }
    if (complete)
      rows.push_back(row);
  }
  void add(size_t cell, ActionKind kind, int after) {
    int before = ran[cell];
    row.push_back({cells[cell].stage, kind, cells[cell].microbatch});
    ran[cell] = after;
    extend();
    ran[cell] = before;
    row.pop_back();
  }

  std::vector<PipelineAction> cells;
  std::vector<int> ran;
  std::vector<PipelineAction> row;
};

/// Finds the shortest of all orders that fit the memory.
int64_t shortest(const PipelineProblem &problem,
                 SynchronousObjective objective) {
  GreedyContext context(problem);
  OrderEvaluator evaluator(context, objective);
  int64_t processors = problem.machine.processors;
  std::vector<std::vector<std::vector<PipelineAction>>> choices;
  for (int64_t id = 0; id < processors; ++id) {
    choices.push_back(AllRows(problem, id).rows);
    std::erase_if(choices.back(),
                  [&](const auto &row) { return !evaluator.fits(row, id); });
    if (choices.back().empty())
      return std::numeric_limits<int64_t>::max();
  }
  int64_t best = std::numeric_limits<int64_t>::max();
  PipelineOrder order;
  order.processors.resize(processors);
  std::vector<size_t> index(processors, 0);
  while (true) {
    for (int64_t id = 0; id < processors; ++id)
      order.processors[id] = choices[id][index[id]];
    if (auto value = evaluator.evaluate(order))
      best = std::min(best, *value);
    int64_t id = 0;
    while (id < processors && ++index[id] == choices[id].size())
      index[id++] = 0;
    if (id == processors)
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

/// Compares the search and its bound with all orders; returns whether the bound
/// was met.
bool compare(const PipelineProblem &problem, SynchronousObjective objective,
             int64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed) + ", objective " +
               std::to_string(static_cast<int>(objective)));
  auto answer =
      searchOrder(problem, {.objective = objective, .effort = 300'000});
  int64_t best = shortest(problem, objective);
  if (!answer) {
    EXPECT_EQ(answer.error().failure, Failure::infeasible) << answer.message();
    EXPECT_EQ(best, std::numeric_limits<int64_t>::max());
    return true;
  }
  EXPECT_LE(answer->bound.value, best);
  EXPECT_EQ(answer->value, best);
  return answer->proof == Proof::optimal;
}

void compareChains(int64_t stages, int64_t microbatches, int64_t count) {
  int64_t met = 0;
  for (int64_t seed = 1; seed <= count; ++seed) {
    std::mt19937_64 random(seed);
    PipelineProblem problem = randomProblem(random, stages, microbatches);
    for (SynchronousObjective objective :
         {SynchronousObjective::span, SynchronousObjective::makespan})
      met += compare(problem, objective, seed) ? 1 : 0;
  }
  EXPECT_GT(met, count / 2);
}

TEST(AllOrders, TwoStagesTwoMicrobatches) {
  compareChains(2, 2, 100 / slowness);
}
TEST(AllOrders, ThreeStagesTwoMicrobatches) {
  compareChains(3, 2, 10 / slowness);
}
TEST(AllOrders, OneStageThreeMicrobatches) {
  compareChains(1, 3, 20 / slowness);
}

PipelineProblem onTwoProcessors(std::mt19937_64 &random) {
  PipelineProblem problem = randomProblem(random, 4, 1);
  problem.machine.processors = 2;
  problem.machine.memory.resize(2);
  for (int64_t &memory : problem.machine.memory)
    memory = 1 + static_cast<int64_t>(random() % 8);
  // One of the three ways to give each processor two stages.
  size_t partner = 1 + random() % 3;
  for (size_t stage = 0; stage < 4; ++stage)
    problem.stages[stage].processor = stage == 0 || stage == partner ? 0 : 1;
  return problem;
}

TEST(AllOrders, SeveralStagesOfAProcessor) {
  for (int64_t seed = 1; seed <= 60 / slowness; ++seed) {
    std::mt19937_64 random(seed);
    PipelineProblem problem = onTwoProcessors(random);
    for (SynchronousObjective objective :
         {SynchronousObjective::span, SynchronousObjective::makespan})
      compare(problem, objective, seed);
  }
}

TEST(AllOrders, NoneBeatsTheBoundOfNetworksWithSeveralEnds) {
  for (int64_t seed = 1; seed <= 60 / slowness; ++seed) {
    std::mt19937_64 random(seed);
    PipelineProblem problem = onTwoProcessors(random);
    int64_t left = static_cast<int64_t>(1 + random() % 3);
    std::erase_if(problem.edges,
                  [&](const StageEdge &edge) { return edge.to == left; });
    for (SynchronousObjective objective :
         {SynchronousObjective::span, SynchronousObjective::makespan}) {
      int64_t best = shortest(problem, objective);
      auto bound = boundOf(problem, objective);
      if (bound)
        EXPECT_LE(bound->value, best) << "seed " << seed;
      else
        EXPECT_EQ(best, std::numeric_limits<int64_t>::max()) << "seed " << seed;
    }
  }
}

TEST(AllOrders, TwoPipelines) {
  for (int64_t seed = 1; seed <= 30 / slowness; ++seed) {
    std::mt19937_64 random(seed);
    PipelineProblem chain = randomProblem(random, 2, 2);
    chain.machine.memory.clear();
    auto problem = place(chain, Placement::bidirectional);
    ASSERT_TRUE(problem) << problem.message();
    for (int64_t id = 0; id < 2; ++id)
      problem->machine.memory.push_back(3 + static_cast<int64_t>(random() % 4));
    for (SynchronousObjective objective :
         {SynchronousObjective::span, SynchronousObjective::makespan})
      compare(*problem, objective, seed);
  }
}

TEST(OrderEvaluator, AgreesWithTheSimulator) {
  for (int64_t seed = 1; seed <= 200 / slowness; ++seed) {
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
