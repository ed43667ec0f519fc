//===- SplitFrontTest.cpp - Tests of Pareto fronts of the joint problem ---===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"
#include "SplitProblems.h"

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

std::set<FourFigures> bestOf(const std::vector<SplitSchedule> &schedules) {
  std::set<FourFigures> all;
  for (const SplitSchedule &schedule : schedules)
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

TEST(SplitFront, isThatOfBruteForceOnTinyGraphs) {
  uint64_t split = 0, several = 0;
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    SplitScheduleProblem problem = makeTinyProblem(random);
    SplitScheduleOptions options;
    options.exhaustive = 1 << 20;
    Result<ParetoFront> front = findParetoFront(problem, options);
    ASSERT_TRUE(front) << front.message();
    EXPECT_EQ(front->proof, Proof::optimal);
    for (const SplitSchedule &schedule : front->schedules) {
      Status valid = verify(problem, schedule);
      ASSERT_TRUE(valid) << valid.message();
      split += !schedule.splits.empty();
    }
    EXPECT_EQ(toText(bestOf(front->schedules)), toText(frontByForce(problem)));
    several += front->schedules.size() > 1;
  }
  EXPECT_GT(split, 0u);
  EXPECT_GT(several, 0u);
}

} // namespace
} // namespace layerpipe::scheduling::test
