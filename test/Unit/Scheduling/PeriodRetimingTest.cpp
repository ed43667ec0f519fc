//===- PeriodRetimingTest.cpp - Tests of the shortest clock period --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The correlator, exhaustive search on small graphs, long chains with proofs,
// and obstacles broken on purpose.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

/// The shortest clock period over all lags 0 … n − 1.
int64_t bruteForcePeriod(const TaskGraph &graph) {
  int64_t count = graph.tasks.size();
  Retiming retiming(count, 0);
  int64_t best = clockPeriod(graph, distancesOf(graph));
  while (true) {
    int64_t digit = 0;
    while (digit < count && ++retiming[digit] == count)
      retiming[digit++] = 0;
    if (digit == count)
      return best;
    std::vector<int64_t> distances = retimedDistances(graph, retiming);
    bool legal = std::all_of(distances.begin(), distances.end(),
                             [](int64_t d) { return d >= 0; });
    if (legal)
      best = std::min(best, clockPeriod(graph, distances));
  }
}

} // namespace

TEST(PeriodRetiming, correlatorGoesFrom24To13) {
  TaskGraph graph = makeCorrelator();
  EXPECT_EQ(clockPeriod(graph, distancesOf(graph)), 24);
  Result<PeriodRetiming> best = minimumPeriodRetiming(graph);
  ASSERT_TRUE(best) << best.message();
  EXPECT_EQ(best->period, 13);
  EXPECT_EQ(best->lowerBound, 13);
  EXPECT_TRUE(verify(graph, best->retiming));
}

TEST(PeriodRetiming, minimumPeriodAgreesWithExhaustiveSearch) {
  for (uint64_t seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomGraph(random, 5, 9);
    Result<PeriodRetiming> best = minimumPeriodRetiming(graph);
    ASSERT_TRUE(best) << best.message();
    ASSERT_TRUE(verify(graph, best->retiming));
    EXPECT_EQ(best->period,
              clockPeriod(graph, retimedDistances(graph, best->retiming)));
    EXPECT_EQ(best->period, bruteForcePeriod(graph));
    EXPECT_EQ(best->lowerBound, best->period);
  }
}

TEST(PeriodRetiming, asksForEveryPeriodAndGetsLagsOrAnObstacle) {
  for (uint64_t seed = 0; seed < seeds(1000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomGraph(random, 40, 9);
    Result<PeriodRetiming> best = minimumPeriodRetiming(graph);
    ASSERT_TRUE(best) << best.message();
    Status verified = verify(graph, *best);
    EXPECT_TRUE(verified) << verified.message();
    EXPECT_EQ(best->proof, Proof::optimal);
    for (int64_t period = std::max<int64_t>(best->period - 6, 0);
         period < best->period + 6; ++period) {
      Result<Retiming> retiming = retimeToPeriod(graph, period);
      EXPECT_EQ(retiming.ok(), period >= best->period);
      if (retiming) {
        EXPECT_TRUE(verify(graph, *retiming));
        EXPECT_LE(clockPeriod(graph, retimedDistances(graph, *retiming)),
                  period);
        continue;
      }
      EXPECT_EQ(retiming.error().failure, Failure::infeasible);
      Status ruledOut =
          verifyObstacle(graph, period, retiming.error().obstacle);
      EXPECT_TRUE(ruledOut) << ruledOut.message();
      EXPECT_FALSE(
          verifyObstacle(graph, best->period, retiming.error().obstacle));
    }
  }
}

TEST(PeriodRetiming, trainingGraphsWithUnevenTimes) {
  for (uint64_t seed = 0; seed < seeds(300); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomTraining(random, 30);
    for (Edge &edge : graph.edges)
      if (edge.parameter >= 0)
        edge.distance = draw(random, 0, 9);
    Result<PeriodRetiming> best = minimumPeriodRetiming(graph);
    ASSERT_TRUE(best) << best.message();
    Status verified = verify(graph, *best);
    EXPECT_TRUE(verified) << verified.message();
    EXPECT_EQ(best->proof, Proof::optimal);
  }
}

/// Long rings that miss their iteration bound by little are the hard case.
TEST(PeriodRetiming, tenThousandLayersEndWithAProof) {
#ifdef LAYERPIPE_SANITIZED
  constexpr int64_t count = 300;
#else
  constexpr int64_t count = 10'000;
#endif
  for (int64_t staleness : {0, 3, 7}) {
    std::mt19937_64 random(1);
    std::vector<LayerTimes> layers(count);
    for (LayerTimes &times : layers)
      times.forward = times.gradInput = times.gradWeight =
          draw(random, 1, 1'000'000);
    TaskGraph graph = makeChain(layers, staleness);
    Result<PeriodRetiming> best = minimumPeriodRetiming(graph);
    ASSERT_TRUE(best) << best.message();
    EXPECT_EQ(best->proof, Proof::optimal);
    Status verified = verify(graph, *best);
    EXPECT_TRUE(verified) << verified.message();
  }
}

TEST(PeriodRetiming, theClockEndsTheSearchWithABound) {
  std::vector<LayerTimes> layers(400);
  std::mt19937_64 random(1);
  for (LayerTimes &times : layers)
    times.forward = draw(random, 1, 1000);
  TaskGraph graph = makeChain(layers, 7);
  Limits limits;
  limits.seconds = 1e-9;
  Result<PeriodRetiming> best = minimumPeriodRetiming(graph, limits);
  ASSERT_TRUE(best) << best.message();
  EXPECT_EQ(best->proof, Proof::out_of_time);
  Status verified = verify(graph, *best);
  EXPECT_TRUE(verified) << verified.message();
  Result<Retiming> asked = retimeToPeriod(graph, best->lowerBound, limits);
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().failure, Failure::out_of_time);
}

TEST(PeriodRetiming, messagesNameTheTaskOrTheCycle) {
  TaskGraph graph = makeCorrelator();
  EXPECT_THAT(retimeToPeriod(graph, 6).message(),
              HasSubstr("no retiming has a clock period of 6 or less: "));
  EXPECT_THAT(retimeToPeriod(graph, -1).message(),
              HasSubstr("can't be negative"));
  graph.tasks[0].time = 30;
  EXPECT_THAT(retimeToPeriod(graph, 20).message(), HasSubstr("'h'"));
}

TEST(PeriodRetiming, verifyObstacleSeesBrokenOnes) {
  TaskGraph graph = makeCorrelator();
  Obstacle good = minimumPeriodRetiming(graph)->obstacle;
  ASSERT_EQ(good.kind, Obstacle::Kind::cycle);
  ASSERT_TRUE(verifyObstacle(graph, 12, good));
  EXPECT_THAT(verifyObstacle(graph, 13, good).message(),
              HasSubstr("fit under its"));
  EXPECT_THAT(verifyObstacle(graph, 12, {}).message(),
              HasSubstr("neither a task nor a cycle"));
  Obstacle broken = good;
  broken.edges.clear();
  EXPECT_THAT(verifyObstacle(graph, 12, broken).message(),
              HasSubstr("no edges"));
  broken = good;
  broken.edges.pop_back();
  EXPECT_THAT(verifyObstacle(graph, 12, broken).message(),
              HasSubstr("no closed walk"));
  broken = good;
  broken.edges.front() = 99;
  EXPECT_THAT(verifyObstacle(graph, 12, broken).message(),
              HasSubstr("edge 99 of 11"));
  broken.kind = Obstacle::Kind::task;
  EXPECT_THAT(verifyObstacle(graph, 12, broken).message(),
              HasSubstr("task -1 of 8"));
  broken.task = 1;
  EXPECT_THAT(verifyObstacle(graph, 12, broken).message(),
              HasSubstr("fits into a period"));
  EXPECT_TRUE(verifyObstacle(graph, 2, broken));
}

TEST(PeriodRetiming, verifySeesBrokenAnswers) {
  TaskGraph graph = makeCorrelator();
  PeriodRetiming good = *minimumPeriodRetiming(graph);
  ASSERT_TRUE(verify(graph, good));
  PeriodRetiming broken = good;
  broken.period = 12;
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("the period 13"));
  broken = good;
  broken.lowerBound = 14;
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("does not lie"));
  broken = good;
  broken.proof = Proof::feasible;
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("is said to be"));
  broken = good;
  broken.obstacle = {};
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("neither"));
  broken = good;
  broken.retiming.front() += 5;
  EXPECT_FALSE(verify(graph, broken));
  broken.retiming.front() = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("out of range"));
}
