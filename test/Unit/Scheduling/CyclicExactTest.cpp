//===- CyclicExactTest.cpp - Tests of proven cyclic schedules -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Periods and stalenesses that are known, brute force, and what an answer says
// of its proof.
//
//===----------------------------------------------------------------------===//

#include "CyclicBruteForce.h"
#include "Graphs.h"

#include "layerpipe/Scheduling/Bounds.h"
#include "layerpipe/Scheduling/Capacity.h"
#include "layerpipe/Scheduling/CyclicSchedule.h"

#include <gmock/gmock.h>

#include <cstdlib>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Fewer rounds under sanitizers, more where LAYERPIPE_LONG_TESTS asks for it.
uint64_t rounds(uint64_t usual) {
#ifdef LAYERPIPE_SANITIZED
  usual = usual / 20 + 1;
#endif
  const char *factor = std::getenv("LAYERPIPE_LONG_TESTS");
  return factor ? usual * std::strtoull(factor, nullptr, 10) : usual;
}

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

/// A tiny random problem on random processors with or without speeds, links
/// and latency.
CyclicProblem makeTiny(std::mt19937_64 &random, TaskGraph graph) {
  CyclicProblem problem;
  problem.graph = std::move(graph);
  problem.machine.processors = draw(random, 1, 3);
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(
        task.kind == TaskKind::input
            ? -1
            : draw(random, 0, problem.machine.processors - 1));
  if (draw(random, 0, 3) == 0)
    problem.machine.communication.bandwidth = {draw(random, 4, 9), 1};
  if (draw(random, 0, 2) == 0)
    problem.machine.communication.latency = draw(random, 0, 3);
  if (draw(random, 0, 2) == 0)
    for (int64_t i = 0; i < problem.machine.processors; ++i)
      problem.machine.speeds.push_back(
          {draw(random, 1, 3), draw(random, 1, 2)});
  return problem;
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
      problem.machine.communication.latency = latency;
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

TEST(CyclicExact, theLeastPeriodIsThatOfBruteForce) {
  uint64_t above = 0;
  for (uint64_t seed = 0; seed < rounds(3000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomGraph(random, 5, 3));
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
    ASSERT_TRUE(schedule) << schedule.message();
    Status valid = verify(problem, schedule->solution);
    ASSERT_TRUE(valid) << valid.message();
    EXPECT_EQ(schedule->proof, Proof::optimal);
    int64_t period = schedule->solution.period;
    EXPECT_EQ(schedule->lowerBound, period);
    Result<Bounds> bounds = computeBounds(problem);
    ASSERT_TRUE(bounds) << bounds.message();
    EXPECT_LE(bounds->lower, period);
    above += bounds->lower < period;
    int64_t activities =
        problem.graph.tasks.size() + schedule->solution.transfers.size();
    if (activities > 7 || period > 9)
      continue; // Too many starts.
    EXPECT_EQ(leastPeriodByForce(problem, period), period);
    if (period > 1) {
      Result<CyclicSchedule> shorter =
          solveCyclicSchedule(problem, {period - 1});
      ASSERT_FALSE(shorter);
      EXPECT_EQ(shorter.error().failure, Failure::infeasible);
    }
  }
  EXPECT_GT(above, 0u) << "exhaustion was never needed";
}

TEST(CyclicExact, theLeastStalenessIsThatOfBruteForce) {
  for (uint64_t seed = 0; seed < rounds(300); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<LayerTimes> layers(draw(random, 1, 2));
    for (LayerTimes &times : layers)
      times = {draw(random, 0, 2), draw(random, 0, 2), draw(random, 0, 2),
               draw(random, 0, 1)};
    CyclicProblem problem =
        makeTiny(random, makeChain(layers, 0, draw(random, 0, 1) == 0));
    problem.machine.communication.bandwidth = {0, 1};
    problem.delays = Delays::least;
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
    ASSERT_TRUE(schedule) << schedule.message();
    int64_t period = schedule->solution.period + draw(random, 0, 1);
    schedule = solveCyclicSchedule(problem, {period});
    ASSERT_TRUE(schedule) << schedule.message();
    EXPECT_EQ(schedule->staleness,
              weightedStaleness(problem.graph, schedule->solution.distance));
    EXPECT_LE(schedule->stalenessBound, schedule->staleness);
    EXPECT_EQ(schedule->stalenessProof, Proof::optimal);
    if (period <= 5)
      EXPECT_EQ(leastStalenessByForce(problem, period), schedule->staleness);
  }
}

/// The heuristics alone: never better than what is proven, and their bounds
/// never above it.
TEST(CyclicExact, theHeuristicsAgreeWithTheProof) {
  uint64_t found = 0, all = 0;
  for (uint64_t seed = 0; seed < rounds(400); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomTraining(random, 4));
    problem.machine.communication.bandwidth = {0, 1};
    problem.delays = draw(random, 0, 1) == 0 ? Delays::given : Delays::least;
    Result<CyclicSchedule> exact = solveCyclicSchedule(problem);
    ScheduleOptions plain;
    plain.exactEffort = 0;
    Result<CyclicSchedule> heuristic = solveCyclicSchedule(problem, plain);
    ASSERT_TRUE(exact && heuristic);
    if (exact->proof != Proof::optimal)
      continue;
    EXPECT_LE(exact->solution.period, heuristic->solution.period);
    EXPECT_GE(exact->lowerBound, heuristic->lowerBound);
    if (problem.delays == Delays::given ||
        exact->stalenessProof != Proof::optimal)
      continue;
    EXPECT_LE(exact->staleness, heuristic->staleness);
    EXPECT_GE(exact->staleness, heuristic->stalenessBound);
    ++all;
    found += exact->staleness == heuristic->staleness;
  }
  EXPECT_GT(found * 10, all * 5) << found << " of " << all;
}

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
  problem.machine.communication.bandwidth = {1, 50};
  Result<CyclicSchedule> link = solveCyclicSchedule(problem, {99});
  ASSERT_FALSE(link);
  EXPECT_EQ(link.error().obstacle.kind, Obstacle::Kind::link);
  EXPECT_THAT(link.message(), HasSubstr("link 0–1 is busy for 100"));

  problem.machine.communication.bandwidth = {0, 1};
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
TEST(CyclicExact, freeAssignmentIsTheBestOfAll) {
  for (uint64_t seed = 0; seed < rounds(150); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem;
    if (seed % 2 == 0) {
      problem.graph = makeRandomGraph(random, 5, 4);
    } else {
      problem.graph = makeChain(
          {{draw(random, 1, 4), 1, draw(random, 1, 4), draw(random, 0, 1)}});
      problem.delays = Delays::least;
    }
    problem.machine.processors = draw(random, 1, 3);
    if (draw(random, 0, 1) == 0)
      for (int64_t i = 0; i < problem.machine.processors; ++i)
        problem.machine.speeds.push_back({draw(random, 1, 2), 1});
    problem.machine.communication.latency = draw(random, 0, 2);
    Result<FreeSchedule> free = solveCyclicScheduleFreely(
        problem.graph, problem.machine, problem.delays);
    ASSERT_TRUE(free) << free.message();
    EXPECT_EQ(free->proof, Proof::optimal);
    problem.assignment = free->assignment;
    Status valid = verify(problem, free->schedule.solution);
    EXPECT_TRUE(valid) << valid.message();

    std::vector<int64_t> tasks;
    for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
      if (problem.graph.tasks[task].kind != TaskKind::input)
        tasks.push_back(static_cast<int64_t>(task));
    int64_t all = 1;
    for (size_t i = 0; i < tasks.size(); ++i)
      all *= problem.machine.processors;
    std::pair<int64_t, Wide> best(free->schedule.solution.period + 1, 0);
    for (int64_t number = 0; number < all; ++number) {
      int64_t rest = number;
      for (int64_t task : tasks) {
        problem.assignment[task] = rest % problem.machine.processors;
        rest /= problem.machine.processors;
      }
      Result<CyclicSchedule> each = solveCyclicSchedule(problem);
      ASSERT_TRUE(each) << each.message();
      best = std::min(best, {each->solution.period, each->staleness});
    }
    EXPECT_EQ(best.first, free->schedule.solution.period);
    EXPECT_EQ(best.second, free->schedule.staleness);
  }
}

/// The lags for the starts found, against all vectors of staleness below.
TEST(CyclicExact, noLagsHaveLessStalenessForTheStarts) {
  uint64_t checked = 0;
  for (uint64_t seed = 0; seed < rounds(400); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomTraining(random, 4));
    problem.delays = Delays::least;
    ScheduleOptions plain;
    plain.exactEffort = 0;
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem, plain);
    ASSERT_TRUE(schedule) << schedule.message();
    EXPECT_TRUE(schedule->leastForStarts);
    EXPECT_EQ(leastStalenessOfStarts(problem, schedule->solution),
              schedule->staleness);
    checked += schedule->staleness > 0;
  }
  EXPECT_GT(checked, 0u);
}

TEST(CyclicExact, tooManyTasksForAllAssignmentsAreRefused) {
  Machine machine;
  machine.processors = 2;
  Result<FreeSchedule> refused =
      solveCyclicScheduleFreely(makeChain(4), machine, Delays::least);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::input);
  EXPECT_THAT(refused.message(), HasSubstr("16 tasks are too many"));
}

/// Weights and biases with updates of their own share one staleness per layer.
TEST(CyclicExact, severalUpdatesOfALayer) {
  uint64_t proven = 0, all = 0;
  for (uint64_t seed = 0; seed < rounds(400); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomTraining(random, 3);
    int64_t layers = graph.parameters.size();
    for (int64_t l = 1; l <= layers; ++l) {
      std::string number = std::to_string(l);
      int64_t gradient = findTask(graph, "G" + number);
      gradient = gradient < 0 ? findTask(graph, "B" + number) : gradient;
      int64_t update =
          addTask(graph, "V" + number, TaskKind::update, l, draw(random, 0, 2));
      int64_t edge = addEdge(graph, gradient, update, EdgeKind::gradient);
      graph.edges[edge].parameter = graph.parameters.size();
      graph.parameters.push_back({"b" + number, draw(random, 0, 90), l});
      addEdge(graph, update, findTask(graph, "F" + number), EdgeKind::weight,
              1);
    }
    CyclicProblem problem = makeTiny(random, std::move(graph));
    problem.delays = Delays::least;
    ScheduleOptions plain;
    plain.exactEffort = 0;
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem, plain);
    ASSERT_TRUE(schedule) << schedule.message();
    std::optional<Wide> least =
        leastStalenessOfStarts(problem, schedule->solution);
    ASSERT_TRUE(least);
    EXPECT_LE(*least, schedule->staleness);
    if (schedule->leastForStarts)
      EXPECT_EQ(*least, schedule->staleness);
    ++all;
    proven += schedule->leastForStarts;
  }
  EXPECT_GT(proven * 10, all * 8) << proven << " of " << all;
}
