//===- CyclicRandomTest.cpp - Cyclic schedules against brute force --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiny random problems: what the solvers prove is what enumeration finds, and
// one method agrees with the other.
//
//===----------------------------------------------------------------------===//

#include "CyclicBruteForce.h"
#include "Graphs.h"

#include "FreeAssignment.h"
#include "Support/RandomLinks.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"

#include <gmock/gmock.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

TEST(CyclicRandom, theLeastPeriodIsThatOfBruteForce) {
  uint64_t above = 0;
  for (uint64_t seed = 0; seed < rounds(3000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomGraph(random, 5, 3));
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
    ASSERT_TRUE(schedule) << schedule.message();
    Status valid = verify(problem, *schedule);
    ASSERT_TRUE(valid) << valid.message();
    EXPECT_EQ(schedule->proof, Proof::optimal);
    int64_t period = schedule->solution.period;
    EXPECT_EQ(schedule->lowerBound, period);
    Result<Bounds> bounds = computeBounds(problem);
    ASSERT_TRUE(bounds) << bounds.message();
    EXPECT_EQ(verify(problem, *bounds).message(), "");
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

TEST(CyclicRandom, theLeastStalenessIsThatOfBruteForce) {
  for (uint64_t seed = 0; seed < rounds(300); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<LayerTimes> layers(draw(random, 1, 2));
    for (LayerTimes &times : layers)
      times = {draw(random, 0, 2), draw(random, 0, 2), draw(random, 0, 2),
               draw(random, 0, 1)};
    CyclicProblem problem =
        makeTiny(random, makeChain(layers, 0, draw(random, 0, 1) == 0));
    problem.machine.links = withoutBandwidths(problem.machine.links);
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

/// Periods by the largest staleness that is allowed: no schedule that keeps it
/// is shorter.
TEST(CyclicRandom, noScheduleWithinAStalenessIsShorter) {
  uint64_t bound = 0;
  for (uint64_t seed = 0; seed < rounds(150); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomTraining(random, 2));
    problem.delays = Delays::least;
    int64_t most = draw(random, 0, 2);
    Result<CyclicSolution> limited = solveWithDelays(problem, most);
    ASSERT_TRUE(limited) << limited.message();
    Status valid = verify(problem, *limited);
    ASSERT_TRUE(valid) << valid.message();
    EXPECT_LE(maxStaleness(problem.graph, limited->distance), most);
    for (int64_t period = 1; period < limited->period; ++period) {
      Result<CyclicSchedule> shorter = solveCyclicSchedule(problem, {period});
      if (!shorter)
        continue;
      ++bound;
      EXPECT_GT(maxStaleness(problem.graph, shorter->solution.distance), most);
    }
  }
  EXPECT_GT(bound, 0u);
}

TEST(CyclicRandom, theHeuristicsAgreeWithTheProof) {
  uint64_t found = 0, all = 0;
  for (uint64_t seed = 0; seed < rounds(1000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomTraining(random, 4));
    problem.machine.links = withoutBandwidths(problem.machine.links);
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

TEST(CyclicRandom, freeAssignmentIsTheBestOfAll) {
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
    problem.machine.links =
        randomLinks(random, problem.machine.processors,
                    [&]() -> Link { return {{0, 1}, draw(random, 0, 2)}; });
    Result<FreeAssignment> free =
        solveFreeAssignment(problem.graph, problem.machine, problem.delays);
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

TEST(CyclicRandom, noLagsHaveLessStalenessForTheStarts) {
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

TEST(CyclicRandom, severalUpdatesOfALayer) {
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
