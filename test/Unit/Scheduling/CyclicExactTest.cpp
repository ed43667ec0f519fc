//===- CyclicExactTest.cpp - Tests of proven cyclic schedules -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Periods and stalenesses that are known, brute force, and what an answer says
// of its proof.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include "FreeAssignment.h"
#include "Simulation.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <gmock/gmock.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Layers one after the other on as many processors; the loss on the last.
void assignLayers(CyclicProblem &problem, int64_t processors) {
  problem.machine.processors = processors;
  int64_t layers = problem.graph.parameters.size();
  problem.assignment.clear();
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1
                                 : task.layer == 0
                                     ? processors - 1
                                     : (task.layer - 1) * processors / layers);
}

/// The graph of layers F, δ, G, U whose delays all stand on U → F.
TaskGraph makeDelayedLoops(int64_t layers, int64_t delays) {
  TaskGraph graph;
  std::vector<int64_t> f(layers), d(layers), g(layers), u(layers);
  for (int64_t l = 0; l < layers; ++l) {
    std::string number = std::to_string(l + 1);
    f[l] = addTask(graph, "F" + number, TaskKind::forward, l + 1, 10);
    d[l] = addTask(graph, "D" + number, TaskKind::grad_input, l + 1, 10);
    g[l] = addTask(graph, "G" + number, TaskKind::grad_weight, l + 1, 10);
    u[l] = addTask(graph, "U" + number, TaskKind::update, l + 1, 1);
    graph.parameters.push_back({"W" + number, 1, l + 1});
  }
  for (int64_t l = 0; l < layers; ++l) {
    bool last = l + 1 == layers;
    if (!last)
      addEdge(graph, f[l], f[l + 1]);
    int64_t error = last ? f[l] : d[l + 1];
    addEdge(graph, error, d[l], EdgeKind::gradient);
    addEdge(graph, error, g[l], EdgeKind::gradient);
    if (l > 0)
      addEdge(graph, f[l - 1], g[l]);
    addEdge(graph, g[l], u[l], EdgeKind::gradient);
    addEdge(graph, u[l], f[l], EdgeKind::weight, delays);
  }
  return graph;
}

} // namespace

TEST(CyclicExact, theCycleRatiosBoundTheDelayedLoops) {
  auto bound = [](int64_t layers, int64_t delays) {
    return computeBounds(makeDelayedLoops(layers, delays), 1000)
        ->iteration.ratio;
  };
  EXPECT_EQ(bound(4, 1), (Fraction{81, 1}));
  EXPECT_EQ(bound(4, 2), (Fraction{81, 2}));
  EXPECT_EQ(bound(4, 4), (Fraction{81, 4}));
  EXPECT_EQ(bound(4, 8), (Fraction{81, 8}));
  EXPECT_EQ(bound(8, 1), (Fraction{161, 1}));
  EXPECT_EQ(bound(16, 8), (Fraction{321, 8}));
}

TEST(CyclicExact, fourDelaysAreEnoughForPeriod31AndThreeAreNot) {
  CyclicProblem problem;
  problem.graph = makeDelayedLoops(4, 4);
  assignLayers(problem, 4);
  Result<CyclicSchedule> four = solveCyclicSchedule(problem);
  ASSERT_TRUE(four) << four.message();
  EXPECT_EQ(four->solution.period, 31);
  EXPECT_EQ(four->proof, Proof::optimal);

  problem.graph = makeDelayedLoops(4, 3);
  Result<CyclicSchedule> refused = solveCyclicSchedule(problem, {31});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::infeasible);
  EXPECT_THAT(refused.message(), HasSubstr("every order was tried"));
  Result<CyclicSchedule> three = solveCyclicSchedule(problem);
  ASSERT_TRUE(three) << three.message();
  EXPECT_GT(three->solution.period, 31);
  EXPECT_EQ(three->proof, Proof::optimal);
}

TEST(CyclicExact, delaysFourToOneAreEnoughForPeriod31) {
  CyclicProblem problem;
  problem.graph = makeDelayedLoops(4, 1);
  for (Edge &edge : problem.graph.edges)
    if (edge.kind == EdgeKind::weight)
      edge.distance = 5 - problem.graph.tasks[edge.from].layer;
  assignLayers(problem, 4);
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->solution.period, 31);
}

/// One layer per stage, F and B of one unit. Without waiting between stages
/// this is 1F1B, S delays; with a period per stage it is LayerPipe2's
/// clocking, 2·S delays.
TEST(CyclicExact, theTwoClockings) {
  for (int64_t stages : {4, 8}) {
    for (int64_t latency : {0, 1}) {
      CyclicProblem problem;
      problem.graph =
          makeChain(std::vector<LayerTimes>(stages, {1, 0, 1, 0}), 0, true);
      problem.delays = Delays::least;
      problem.machine.links.others.latency = latency;
      assignLayers(problem, stages);
      Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
      ASSERT_TRUE(schedule) << schedule.message();
      EXPECT_EQ(schedule->solution.period, 2);
      std::vector<int64_t> staleness =
          stalenessOf(problem.graph, schedule->solution.distance);
      for (int64_t stage = 0; stage < stages; ++stage)
        EXPECT_EQ(staleness[stage], (latency + 1) * (stages - 1 - stage));
      EXPECT_EQ(schedule->stalenessProof, Proof::optimal);
    }
  }
}

/// Section 4 of docs/concepts.md: one delay on layer 1 is enough, by hand.
TEST(CyclicExact, theChainOfTheConceptsNeedsOneDelay) {
  CyclicProblem problem;
  problem.graph = makeChain(std::vector<LayerTimes>(3, {1, 1, 1, 0}));
  problem.delays = Delays::least;
  problem.machine.processors = 2;
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1
                                 : task.kind == TaskKind::forward ||
                                         task.name == "loss" ||
                                         task.name == "D3"
                                     ? 0
                                     : 1);
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->solution.period, 4);
  EXPECT_THAT(stalenessOf(problem.graph, schedule->solution.distance),
              ElementsAre(1, 0, 0));
  EXPECT_EQ(schedule->stalenessProof, Proof::optimal);
}

/// The heuristics alone: never better than what is proven, and their bounds
/// never above it.
TEST(CyclicExact, theObstacleIsNamed) {
  CyclicProblem problem;
  problem.graph = makeDelayedLoops(4, 1);
  assignLayers(problem, 4);
  Result<CyclicSchedule> loop = solveCyclicSchedule(problem, {80});
  ASSERT_FALSE(loop);
  EXPECT_EQ(loop.error().failure, Failure::infeasible);
  EXPECT_EQ(loop.error().obstacle.kind, Obstacle::Kind::cycle);
  EXPECT_EQ(loop.error().obstacle.edges.size(), 9u);
  EXPECT_THAT(loop.message(), HasSubstr("'F4'"));

  problem.graph = makeDelayedLoops(4, 8);
  problem.machine.links.others.bandwidth = {1, 50};
  Result<CyclicSchedule> link = solveCyclicSchedule(problem, {99});
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().obstacle.kind, Obstacle::Kind::link);
  EXPECT_THAT(link.message(), HasSubstr("link 0–1 is busy for 100"));

  problem.machine.links.others.bandwidth = {0, 1};
  Result<CyclicSchedule> busy = solveCyclicSchedule(problem, {30});
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().obstacle.kind, Obstacle::Kind::processor);
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->obstacle.kind, Obstacle::Kind::processor);
}

TEST(CyclicExact, speedsCountEverywhere) {
  CyclicProblem problem;
  problem.graph = makeChain(2);
  problem.delays = Delays::least;
  assignLayers(problem, 2);
  problem.machine.speeds = {{1, 2}, {3, 1}};
  // Layer 1: F, G and U take 20, 20 and 2; layer 2: four tasks of 4, 4, 4, 1.
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->solution.period, 42);
  Result<Bounds> bounds = computeBounds(problem);
  ASSERT_TRUE(bounds);
  EXPECT_EQ(bounds->work, 15); // ⌈52 / (7/2)⌉
  EXPECT_EQ(bounds->longestTask, 20);
  Result<Simulation> run =
      simulate(problem, schedule->solution,
               channelCapacities(problem, schedule->solution), 50);
  ASSERT_TRUE(run) << run.message();
  EXPECT_LE(run->makespan, 55 * 42);
  EXPECT_GE(run->makespan, 50 * 42);
  // The same schedule is wrong on a slower machine.
  problem.machine.speeds = {{1, 2}, {1, 1}};
  Status slower = verify(problem, schedule->solution);
  EXPECT_FALSE(slower);
  EXPECT_THAT(slower.message(), HasSubstr("rule"));
}

TEST(CyclicExact, memoryIsALimit) {
  CyclicProblem problem;
  problem.graph = makeChain(3);
  for (Value &value : problem.graph.values)
    value.bytes = 10;
  problem.delays = Delays::least;
  assignLayers(problem, 3);
  Result<CyclicSchedule> fast = solveCyclicSchedule(problem);
  ASSERT_TRUE(fast) << fast.message();
  std::vector<int64_t> held = memoryBytes(problem, fast->solution);
  std::vector<int64_t> least = leastMemoryBytes(problem);
  ASSERT_GT(held[0], least[0]);

  problem.machine.memory = held;
  EXPECT_TRUE(verify(problem, fast->solution));
  --problem.machine.memory[0];
  EXPECT_THAT(verify(problem, fast->solution).message(),
              HasSubstr("processor 0 holds"));
  Result<CyclicSchedule> tighter = solveCyclicSchedule(problem);
  ASSERT_TRUE(tighter) << tighter.message();
  EXPECT_LE(memoryBytes(problem, tighter->solution)[0],
            problem.machine.memory[0]);
  EXPECT_GE(tighter->solution.period, fast->solution.period);

  problem.machine.memory = least;
  --problem.machine.memory[1];
  Result<CyclicSchedule> none = solveCyclicSchedule(problem);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().failure, Failure::infeasible);
  EXPECT_EQ(none.error().obstacle.kind, Obstacle::Kind::memory);
  EXPECT_EQ(none.error().obstacle.processor, 1);
}

/// Every assignment of a tiny graph, naively.
/// The lags for the starts found, against all vectors of staleness below.
TEST(CyclicExact, tooManyTasksForAllAssignmentsAreRefused) {
  Machine machine;
  machine.processors = 2;
  Result<FreeAssignment> refused =
      solveFreeAssignment(makeChain(4), machine, Delays::least);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::input);
  EXPECT_THAT(refused.message(), HasSubstr("16 tasks are too many"));
}

/// Weights and biases with updates of their own share one staleness per layer.
