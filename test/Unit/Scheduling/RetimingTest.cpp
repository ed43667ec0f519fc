//===- RetimingTest.cpp - Tests of retiming to demands --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Legality, and the lags of stages.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include <gmock/gmock.h>

#include <algorithm>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

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
