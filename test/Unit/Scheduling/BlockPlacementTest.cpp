//===- BlockPlacementTest.cpp - One forward, one backward -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stages of whole layers, and what their schedules promise of the staleness.
//
//===----------------------------------------------------------------------===//

#include "BlockPlacement.h"
#include "Activities.h"
#include "CyclicBruteForce.h"
#include "Graphs.h"
#include "LagsExact.h"

#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"

#include <gmock/gmock.h>

#include <algorithm>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

/// Layers in stages: stage s is processor `processors[s]`, and has the layers
/// up to `ends[s]`.
struct Stages {
  CyclicProblem problem;
  std::vector<int64_t> stageOfLayer;
  int64_t load = 1;
};

Stages makeStages(std::mt19937_64 &random, TaskGraph graph, int64_t count) {
  Stages stages;
  int64_t layers = 0;
  for (const Task &task : graph.tasks)
    layers = std::max(layers, task.layer);
  stages.stageOfLayer.assign(layers + 1, 0);
  for (int64_t layer = 1; layer <= layers; ++layer)
    stages.stageOfLayer[layer] = draw(random, 0, count - 1);
  std::sort(stages.stageOfLayer.begin() + 1, stages.stageOfLayer.end());
  stages.stageOfLayer[0] = count - 1;
  std::vector<int64_t> processors(count), load(count, 0);
  std::iota(processors.begin(), processors.end(), 0);
  std::shuffle(processors.begin(), processors.end(), random);
  stages.problem = {std::move(graph), {.processors = count}, {}, Delays::least};
  for (const Task &task : stages.problem.graph.tasks) {
    int64_t stage = stages.stageOfLayer[task.layer];
    load[stage] += task.time;
    stages.problem.assignment.push_back(
        task.kind == TaskKind::input ? -1 : processors[stage]);
  }
  stages.load =
      std::max<int64_t>(*std::max_element(load.begin(), load.end()), 1);
  return stages;
}

TEST(BlockPlacement, twoStagesOfOneLayer) {
  Stages stages;
  stages.problem = {makeChain({{1, 0, 2, 0}, {1, 1, 1, 0}}),
                    {.processors = 2},
                    {},
                    Delays::least};
  const TaskGraph &graph = stages.problem.graph;
  for (const Task &task : graph.tasks)
    stages.problem.assignment.push_back(
        task.kind == TaskKind::input ? -1 : task.layer != 1);
  ActivityGraph activities = makeActivities(stages.problem);
  BlockPlacement blocks(stages.problem, activities);
  EXPECT_TRUE(blocks.isPipeline());
  std::optional<Starts> starts = blocks.place(3);
  ASSERT_TRUE(starts);
  EXPECT_EQ((*starts)[findTask(graph, "F1")], 0);
  EXPECT_EQ((*starts)[findTask(graph, "G1")], 1);
  EXPECT_EQ((*starts)[findTask(graph, "F2")], 1);
  EXPECT_FALSE(blocks.place(2)) << "each processor has 3 units of work";
}

TEST(BlockPlacement, stagesThatDontWaitForEachOtherTakeTurnsByNumber) {
  CyclicProblem problem{makeChain({{1, 0, 2, 0}, {1, 1, 1, 0}, {1, 1, 1, 0}}),
                        {.processors = 3},
                        {},
                        Delays::least};
  TaskGraph &graph = problem.graph;
  // Layer 1 stands alone, and is the second stage.
  std::erase_if(graph.edges, [&](const Edge &edge) {
    int64_t from = graph.tasks[edge.from].layer,
            to = graph.tasks[edge.to].layer;
    return from > 0 && to > 0 && from != to && std::min(from, to) == 1;
  });
  for (const Task &task : graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1
                                 : task.layer == 1            ? 1
                                 : task.layer == 2            ? 0
                                                              : 2);
  ActivityGraph activities = makeActivities(problem);
  std::optional<Starts> starts = BlockPlacement(problem, activities).place(3);
  ASSERT_TRUE(starts);
  EXPECT_EQ((*starts)[findTask(graph, "F2")], 0);
  EXPECT_EQ((*starts)[findTask(graph, "F1")], 1);
  EXPECT_EQ((*starts)[findTask(graph, "F3")], 2);
}

TEST(BlockPlacement, aStageTwiceIsNoPipeline) {
  CyclicProblem problem{makeChain(3), {.processors = 2}, {}, Delays::least};
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(
        task.kind == TaskKind::input ? -1 : task.layer == 2);
  ActivityGraph activities = makeActivities(problem);
  BlockPlacement blocks(problem, activities);
  EXPECT_FALSE(blocks.isPipeline());
  EXPECT_TRUE(blocks.place(100)) << "it is an attempt all the same";
}

TEST(BlockPlacement, gradientsAreAsLateAsThereAreStagesBehind) {
  for (uint64_t seed = 0; seed < seeds(500); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    int64_t count = draw(random, 1, 5);
    Stages stages = makeStages(random, makeRandomTraining(random, 9), count);
    ActivityGraph activities = makeActivities(stages.problem);
    BlockPlacement blocks(stages.problem, activities);
    EXPECT_TRUE(blocks.isPipeline());
    int64_t period = stages.load + draw(random, 0, 3);
    std::optional<Starts> starts = blocks.place(period);
    ASSERT_TRUE(starts);
    std::optional<Placement> placement =
        findBestLags(stages.problem, activities, period, *starts);
    ASSERT_TRUE(placement);
    CyclicSolution solution =
        makeSolution(stages.problem, activities, *placement);
    Status valid = verify(stages.problem, solution);
    ASSERT_TRUE(valid) << valid.message();
    std::vector<int64_t> late =
        stalenessOf(stages.problem.graph, solution.distance);
    for (size_t index = 0; index < late.size(); ++index) {
      int64_t layer = stages.problem.graph.parameters[index].layer;
      EXPECT_LE(late[index], count - 1 - stages.stageOfLayer[layer]);
    }
  }
}

TEST(BlockPlacement, theSolverIsNotStalerThanThat) {
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    int64_t count = draw(random, 2, 6);
    Stages stages = makeStages(random, makeRandomTraining(random, 60), count);
    Wide most = 0;
    for (const Parameter &parameter : stages.problem.graph.parameters)
      most += Wide(parameter.bytes) *
              (count - 1 - stages.stageOfLayer[parameter.layer]);
    Result<CyclicSchedule> schedule = solveCyclicSchedule(stages.problem);
    ASSERT_TRUE(schedule) << schedule.message();
    EXPECT_EQ(schedule->solution.period, stages.load);
    EXPECT_LE(schedule->staleness, most);
    EXPECT_EQ(verify(stages.problem, *schedule).message(), "");
  }
}

TEST(BlockPlacement, soManyDelaysMakeThePeriodThatOfTheBusiestStage) {
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    int64_t count = draw(random, 2, 4);
    Stages stages = makeStages(random, makeRandomTraining(random, 12), count);
    Result<CyclicSolution> solution =
        solveWithDelays(stages.problem, count - 1);
    ASSERT_TRUE(solution) << solution.message();
    EXPECT_EQ(solution->period, stages.load);
    EXPECT_LE(maxStaleness(stages.problem.graph, solution->distance),
              count - 1);
  }
}

TEST(BlockPlacement, linksAreUsedOnlyAsLongAsTheyHaveTime) {
  for (uint64_t seed = 0; seed < seeds(200); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    int64_t count = draw(random, 2, 4);
    Stages stages = makeStages(random, makeRandomTraining(random, 6), count);
    stages.problem.machine.links.others = {{draw(random, 1, 50), 1},
                                           draw(random, 0, 3)};
    ActivityGraph activities = makeActivities(stages.problem);
    int64_t period =
        *std::max_element(activities.load.begin(), activities.load.end()) + 1;
    std::optional<Starts> starts =
        BlockPlacement(stages.problem, activities).place(period);
    ASSERT_TRUE(starts);
    std::optional<Placement> placement =
        findBestLags(stages.problem, activities, period, *starts);
    ASSERT_TRUE(placement);
    Status valid = verify(stages.problem,
                          makeSolution(stages.problem, activities, *placement));
    EXPECT_TRUE(valid) << valid.message();
  }
}

} // namespace
