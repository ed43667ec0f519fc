//===- FractionalStagesTest.cpp - Stages of fractions of layers -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FractionalStages.h"

#include "Activities.h"
#include "BlockPlacement.h"
#include "Graphs.h"
#include "LagsExact.h"
#include "RandomSplitRules.h"

#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

namespace layerpipe::scheduling::test {
namespace {

/// Whether each task's parts end where they must, one behind the other.
void expectWhole(const SplitModel &model,
                 const std::vector<TaskPlacement> &stages) {
  ASSERT_EQ(stages.size(), model.graph.tasks.size());
  for (const TaskPlacement &placement : stages) {
    ASSERT_FALSE(placement.parts.empty());
    int64_t end = 0;
    for (const Part &part : placement.parts) {
      EXPECT_GT(part.end, end);
      end = part.end;
    }
    EXPECT_EQ(end, placement.rule < 0 ? 1 : model.rules[placement.rule].length);
  }
}

SplitState stateOf(const SplitModel &model,
                   const std::vector<TaskPlacement> &stages) {
  std::vector<int64_t> first;
  for (const TaskPlacement &placement : stages)
    first.push_back(placement.parts.front().processor);
  SplitState state(model, first);
  for (size_t task = 0; task < stages.size(); ++task)
    if (stages[task].rule >= 0)
      state.change(task, stages[task]);
  return state;
}

TEST(FractionalStages, theBorderCutsALayerAtOneSample) {
  TaskGraph graph =
      makeChain({{100, 0, 200, 0}, {50, 50, 100, 0}, {100, 100, 100, 0}});
  std::vector<SplitRule> rules = makeSplitRules(graph, 64, 1);
  Machine machine{.processors = 2};
  SplitModel model(graph, rules, machine);
  auto stages = FractionalStages(model).make(400, {100, false});
  ASSERT_TRUE(stages);
  expectWhole(model, *stages);
  for (const char *name : {"F2", "D2", "G2"}) {
    const TaskPlacement &placement = (*stages)[findTask(graph, name)];
    EXPECT_THAT(placement.parts, testing::ElementsAre(Part{32, 0}, Part{64, 1}))
        << name;
  }
  for (const char *name : {"F1", "G1", "U1", "U2"})
    EXPECT_THAT((*stages)[findTask(graph, name)].parts,
                testing::ElementsAre(Part{1, 0}))
        << name;
  for (const char *name : {"F3", "D3", "G3", "U3"})
    EXPECT_THAT((*stages)[findTask(graph, name)].parts,
                testing::ElementsAre(Part{1, 1}))
        << name;
  EXPECT_FALSE(FractionalStages(model).make(399, {100, false}));
}

TEST(FractionalStages, sparingStagesLeaveALayerWhole) {
  TaskGraph graph =
      makeChain({{100, 0, 200, 0}, {50, 50, 0, 0}, {100, 100, 100, 0}});
  std::vector<SplitRule> rules = makeSplitRules(graph, 64, 1);
  Machine machine{.processors = 2};
  SplitModel model(graph, rules, machine);
  auto stages = FractionalStages(model).make(400, {100, true});
  ASSERT_TRUE(stages);
  for (const TaskPlacement &placement : *stages)
    EXPECT_EQ(placement.rule, -1);
}

/// By the two blocks of each stage, no gradient is later than there are stages
/// behind the first that has any of its layer.
void expectPipeline(const SplitModel &model,
                    const std::vector<TaskPlacement> &stages, int64_t period) {
  SplitState state = stateOf(model, stages);
  CyclicProblem problem{
      splitTasks(model.graph, model.rules, state.splits()).graph, model.machine,
      state.assignment(), Delays::least};
  ActivityGraph activities = makeActivities(problem);
  BlockPlacement blocks(problem, activities);
  EXPECT_TRUE(blocks.isPipeline());
  std::optional<Starts> starts = blocks.place(period);
  ASSERT_TRUE(starts);
  std::optional<Placement> placement =
      findBestLags(problem, activities, period, *starts);
  ASSERT_TRUE(placement);
  CyclicSolution solution = makeSolution(problem, activities, *placement);
  ASSERT_TRUE(verify(problem, solution));
  std::map<int64_t, int64_t> first;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    if (int64_t id = problem.assignment[task]; id >= 0) {
      int64_t &stage =
          first.emplace(problem.graph.tasks[task].layer, id).first->second;
      stage = std::min(stage, id);
    }
  std::vector<int64_t> late = stalenessOf(problem.graph, solution.distance);
  for (size_t index = 0; index < late.size(); ++index)
    EXPECT_LE(late[index], model.processors - 1 -
                               first[problem.graph.parameters[index].layer]);
}

TEST(FractionalStages, withoutCutsALayerInFrontIsDivided) {
  // Layer 1 leaves 20 units that no task of layer 2 fits into.
  TaskGraph graph = makeChain({{50, 0, 30, 0}, {50, 40, 30, 0}});
  std::vector<SplitRule> none;
  Machine machine{.processors = 2};
  SplitModel model(graph, none, machine);
  auto stages = FractionalStages(model).make(100, {100, false});
  ASSERT_TRUE(stages);
  EXPECT_EQ(stateOf(model, *stages).period(), 100);
  expectPipeline(model, *stages, 100);
}

TEST(FractionalStages, loadsAreWithinTheLimitAndGradientsAsLateAsPromised) {
  uint64_t cut = 0;
  for (uint64_t seed = 0; seed < seeds(200); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomTraining(random, 9);
    for (Task &task : graph.tasks)
      task.time *= 100;
    std::vector<SplitRule> rules =
        makeSplitRules(graph, draw(random, 1, 40), draw(random, 1, 40));
    std::erase_if(rules,
                  [&](const SplitRule &) { return draw(random, 0, 3) == 0; });
    Machine machine{.processors = draw(random, 1, 5)};
    if (draw(random, 0, 2) == 0)
      for (int64_t id = 0; id < machine.processors; ++id)
        machine.speeds.push_back({draw(random, 1, 3), 1});
    SplitModel model(graph, rules, machine);
    auto low = std::max<int64_t>(
        static_cast<int64_t>(timeOnAll(machine, totalTime(graph))), 1);
    FractionalStages fractional(model);
    StageFill fill{draw(random, 0, 300), draw(random, 0, 1) == 0,
                   draw(random, 0, 1) == 0};
    std::optional<int64_t> limit =
        fractional.leastLimit(low, totalTime(graph) + 1, fill);
    ASSERT_TRUE(limit);
    auto stages = fractional.make(*limit, fill);
    ASSERT_TRUE(stages);
    expectWhole(model, *stages);
    SplitState state = stateOf(model, *stages);
    EXPECT_LE(state.period(), *limit);
    cut += !state.splits().empty();
    expectPipeline(model, *stages, *limit);
  }
  EXPECT_GT(cut, 0u);
}

} // namespace
} // namespace layerpipe::scheduling::test
