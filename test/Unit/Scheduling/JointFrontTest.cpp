//===- JointFrontTest.cpp - Tests of Pareto fronts of the joint problem ---===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"
#include "JointProblems.h"

#include "layerpipe/Scheduling/Splitting/CommunicationBound.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include <gmock/gmock.h>

#include <algorithm>

namespace layerpipe::scheduling::test {
namespace {

std::string toText(const std::set<FourFigures> &front) {
  std::string text;
  for (const auto &[period, bytes, staleness, largest] : front)
    text += testing::PrintToString(std::tuple(
                period, bytes, static_cast<int64_t>(staleness), largest)) +
            " ";
  return text;
}

std::set<FourFigures> bestOf(const std::vector<JointSchedule> &schedules) {
  std::set<FourFigures> all;
  for (const JointSchedule &schedule : schedules)
    all.insert(fourOf(schedule.figures));
  std::set<FourFigures> kept;
  for (const FourFigures &mine : all) {
    bool covered =
        std::any_of(all.begin(), all.end(), [&](const FourFigures &other) {
          return other != mine && covers(other, mine);
        });
    if (!covered)
      kept.insert(mine);
  }
  return kept;
}

void expectFrontsOfBruteForce(bool pinned) {
  uint64_t split = 0, several = 0, bounded = 0;
  // Few tiny problems with pins are split, and they take little time.
  const uint64_t rounds =
      pinned ? std::max<uint64_t>(seeds(60), 60) : seeds(60);
  for (uint64_t seed = 0; seed < rounds; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeTinyProblem(random);
    if (pinned)
      drawPins(random, problem);
    JointOptions options;
    options.exhaustive = 1 << 20;
    Result<ParetoFront> front = findParetoFront(problem, options);
    ASSERT_TRUE(front) << front.message();
    EXPECT_EQ(front->proof, Proof::optimal);
    ASSERT_EQ(verify(problem, *front).message(), "");
    for (const JointSchedule &schedule : front->schedules)
      split += !schedule.splits.empty();
    EXPECT_EQ(toText(bestOf(front->schedules)), toText(frontByForce(problem)));
    several += front->schedules.size() > 1;
    // All schedules of a period are covered: the bound is true of each.
    for (const JointSchedule &schedule : front->schedules) {
      int64_t bound = boundCommunication(problem, schedule.figures.period);
      EXPECT_LE(bound, schedule.figures.communication);
      bounded += bound > 0 && !problem.rules.empty();
    }
  }
  EXPECT_GT(split, 0u);
  EXPECT_GT(several, 0u);
  EXPECT_GT(bounded, 0u);
}

TEST(SplitFront, isThatOfBruteForceOnTinyGraphs) {
  expectFrontsOfBruteForce(/*pinned=*/false);
}

TEST(SplitFront, isThatOfBruteForceOnTinyGraphsWithPins) {
  expectFrontsOfBruteForce(/*pinned=*/true);
}

} // namespace
} // namespace layerpipe::scheduling::test
