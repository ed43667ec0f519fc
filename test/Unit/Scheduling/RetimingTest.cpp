//===- RetimingTest.cpp - Tests of retiming and the iteration bound -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goldens of the literature, and exhaustive search on small random graphs.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include "layerpipe/Scheduling/IterationBound.h"
#include "layerpipe/Scheduling/Retiming.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

/// Leiserson and Saxe's correlator.
TaskGraph makeCorrelator() {
  TaskGraph graph;
  int64_t h = addTask(graph, "h", TaskKind::other, 0, 0);
  std::vector<int64_t> c, a;
  for (int i = 1; i <= 4; ++i)
    c.push_back(addTask(graph, "c" + std::to_string(i), TaskKind::other, 0, 3));
  for (int i = 1; i <= 3; ++i)
    a.push_back(addTask(graph, "a" + std::to_string(i), TaskKind::other, 0, 7));
  addEdge(graph, h, c[0], EdgeKind::other, 1);
  for (int i = 0; i < 3; ++i)
    addEdge(graph, c[i], c[i + 1], EdgeKind::other, 1);
  addEdge(graph, c[3], a[0]);
  addEdge(graph, c[2], a[0]);
  addEdge(graph, a[0], a[1]);
  addEdge(graph, c[1], a[1]);
  addEdge(graph, a[1], a[2]);
  addEdge(graph, c[0], a[2]);
  addEdge(graph, a[2], h);
  return graph;
}

/// The greatest ratio over all simple cycles, by depth-first enumeration.
Fraction bruteForceBound(const TaskGraph &graph) {
  Fraction best{0, 1};
  int64_t count = graph.tasks.size();
  for (int64_t root = 0; root < count; ++root) {
    std::vector<bool> onPath(count, false);
    std::function<void(int64_t, int64_t, int64_t)> visit =
        [&](int64_t task, int64_t time, int64_t distance) {
          onPath[task] = true;
          for (const Edge &edge : graph.edges) {
            if (edge.from != task || edge.to < root)
              continue;
            int64_t length = time + graph.tasks[task].time;
            int64_t delays = distance + edge.distance;
            if (edge.to == root)
              best = std::max(best, Fraction{length, delays});
            else if (!onPath[edge.to])
              visit(edge.to, length, delays);
          }
          onPath[task] = false;
        };
    visit(root, 0, 0);
  }
  return best;
}

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

TEST(IterationBound, correlatorIs10) {
  Result<IterationBound> bound = computeIterationBound(makeCorrelator());
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{10, 1}));
}

TEST(IterationBound, findsTheGreaterOfTwoNearlyEqualCycles) {
  TaskGraph graph;
  int64_t a = addTask(graph, "a", TaskKind::other, 0, 100'000'000'000);
  int64_t b = addTask(graph, "b", TaskKind::other, 0, 100'000'000'001);
  addEdge(graph, a, a, EdgeKind::state, 1);
  addEdge(graph, b, b, EdgeKind::state, 1);
  Result<IterationBound> bound = computeIterationBound(graph);
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{100'000'000'001, 1}));
  EXPECT_THAT(bound->criticalCycle, testing::ElementsAre(1));
}

TEST(IterationBound, acyclicIsZeroAndADelayFreeCycleIsAnError) {
  TaskGraph graph;
  addTask(graph, "a", TaskKind::other, 0, 0);
  addTask(graph, "b", TaskKind::other, 0, 0);
  addEdge(graph, 0, 1);
  Result<IterationBound> bound = computeIterationBound(graph);
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{0, 1}));
  EXPECT_TRUE(bound->criticalCycle.empty());
  addEdge(graph, 1, 0);
  EXPECT_THAT(computeIterationBound(graph).message(),
              HasSubstr("a cycle has no delay: 'a' → 'b' → 'a'"));
}

TEST(IterationBound, agreesWithEnumeration) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomGraph(random, 6, 9);
    Result<IterationBound> bound = computeIterationBound(graph);
    ASSERT_TRUE(bound) << bound.message();
    EXPECT_EQ(bound->ratio, bruteForceBound(graph));
    Status verified = verify(graph, *bound);
    EXPECT_TRUE(verified) << verified.message();
    IterationBound wrong = *bound;
    wrong.ratio.numerator += 1;
    EXPECT_FALSE(verify(graph, wrong));
  }
}

TEST(IterationBound, chainsOfTheInteropTable) {
  struct Row {
    int64_t layers, staleness;
    Fraction ratio;
  };
  for (const Row &row :
       {Row{4, 0, {81, 1}}, Row{4, 1, {81, 2}}, Row{4, 3, {81, 4}},
        Row{4, 7, {81, 8}}, Row{8, 0, {161, 1}}, Row{16, 7, {321, 8}}}) {
    Result<IterationBound> bound =
        computeIterationBound(makeChain(row.layers, row.staleness));
    ASSERT_TRUE(bound) << bound.message();
    EXPECT_EQ(bound->ratio, row.ratio) << row.layers << " " << row.staleness;
  }
}

TEST(Retiming, correlatorGoesFrom24To13) {
  TaskGraph graph = makeCorrelator();
  EXPECT_EQ(clockPeriod(graph, distancesOf(graph)), 24);
  Result<PeriodRetiming> best = minimumPeriodRetiming(graph);
  ASSERT_TRUE(best) << best.message();
  EXPECT_EQ(best->period, 13);
  EXPECT_EQ(best->lowerBound, 13);
  EXPECT_TRUE(verify(graph, best->retiming));
}

TEST(Retiming, minimumPeriodAgreesWithExhaustiveSearch) {
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

TEST(Retiming, verifyNamesTheEdge) {
  TaskGraph graph = makeCorrelator();
  Retiming retiming(graph.tasks.size(), 0);
  retiming[findTask(graph, "a1")] = 1;
  EXPECT_THAT(verify(graph, retiming).message(), HasSubstr("'a1' → 'a2'"));
}

/// LayerPipe2's rule: 2·S(l) is the least staleness when updates stay in their
/// forward's period, 2·S(l) − 1 when they may move.
TEST(Retiming, stageDemandsAskForTwiceTheStagesBehind) {
  for (int64_t layers = 2; layers <= 8; ++layers) {
    for (bool freeUpdates : {false, true}) {
      TaskGraph graph = makeChain(layers);
      auto gradientOf = [&](int64_t l) -> Edge & {
        return graph.edges[findEdge(graph, "G" + std::to_string(l),
                                    "U" + std::to_string(l))];
      };
      auto least = [&](int64_t l) {
        int64_t twice = 2 * (layers - l);
        return freeUpdates ? std::max<int64_t>(twice - 1, 0) : twice;
      };
      for (int64_t l = 1; l <= layers; ++l)
        gradientOf(l).distance = least(l);
      Result<LagDemands> demands = stageDemands(graph, layers, freeUpdates);
      ASSERT_TRUE(demands) << demands.message();
      Result<Retiming> retiming = retimeToDemands(graph, *demands);
      ASSERT_TRUE(retiming) << retiming.message();
      EXPECT_TRUE(verify(graph, *retiming));
      for (int64_t l = 1; l <= layers; ++l) {
        if (least(l) == 0)
          continue;
        --gradientOf(l).distance;
        Result<Retiming> refused = retimeToDemands(graph, *demands);
        EXPECT_FALSE(refused);
        EXPECT_THAT(refused.message(),
                    HasSubstr("edge 'G" + std::to_string(l) + "' → 'U" +
                              std::to_string(l) + "' has " +
                              std::to_string(least(l) - 1) +
                              " delays and needs at least " +
                              std::to_string(least(l))));
        ++gradientOf(l).distance;
      }
    }
  }
}

TEST(Retiming, stashesOfStages) {
  // One layer per stage, four layers: the table of the retimed graph.
  TaskGraph graph = makeChain(4);
  for (Edge &edge : graph.edges)
    if (edge.parameter >= 0)
      edge.distance = 2 * (3 - edge.parameter);
  Result<LagDemands> demands = stageDemands(graph, 4, false);
  ASSERT_TRUE(demands);
  Result<Retiming> retiming = retimeToDemands(graph, *demands);
  ASSERT_TRUE(retiming) << retiming.message();
  std::vector<int64_t> delays = retimedDistances(graph, *retiming);
  for (int64_t l = 2; l <= 4; ++l) {
    std::string number = std::to_string(l), before = std::to_string(l - 1);
    int64_t behind = 4 - l;
    EXPECT_EQ(delays[findEdge(graph, "F" + before, "G" + number)],
              2 * behind + 1);
    EXPECT_EQ(delays[findEdge(graph, "F" + before, "F" + number)], 1);
    EXPECT_EQ(delays[findEdge(graph, "G" + number, "U" + number)], 0);
    EXPECT_EQ(delays[findEdge(graph, "U" + number, "F" + number)], 1);
    EXPECT_EQ(delays[findEdge(graph, "U" + number, "D" + number)],
              1 + 2 * behind);
  }
  EXPECT_EQ((*retiming)[findTask(graph, "x")], 0);
  EXPECT_EQ((*retiming)[findTask(graph, "y")], 3);
}

TEST(Retiming, stagesOutOfRangeAreRefused) {
  TaskGraph graph = makeChain(3);
  EXPECT_FALSE(stageDemands(graph, 0, false));
  EXPECT_THAT(stageDemands(graph, 4, false).message(),
              HasSubstr("with 3 layers there can be 1 to 3"));
}
