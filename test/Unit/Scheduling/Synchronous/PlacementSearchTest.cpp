//===- PlacementSearchTest.cpp - Tests of the search of placements --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/PlacementSearch.h"

#include "PipelineProblems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

constexpr SynchronousLimits limits{.effort = 1'000'000};

TEST(PlacementSearch, TakesTheBestPlacement) {
  // In the memory of 1F1B, a V has no bubble and a loop has some.
  PipelineProblem chain = unitChain(8, 8);
  chain.machine.processors = 4;
  chain.machine.memory.assign(4, 8);
  auto placed = searchPlacement(chain, limits);
  ASSERT_TRUE(placed) << placed.message();
  EXPECT_EQ(placed->placement, Placement::v);
  EXPECT_EQ(placed->answer.value, 48);
  EXPECT_TRUE(verify(placed->problem, limits, placed->answer));
  auto loop = place(chain, Placement::loop);
  ASSERT_TRUE(loop);
  auto bound = boundOf(*loop, limits.objective);
  ASSERT_TRUE(bound);
  EXPECT_GT(bound->value, 48);
}

TEST(PlacementSearch, TheFastProcessorGetsTheLongStage) {
  PipelineProblem chain = unitChain(3, 6);
  for (PipelineStage &stage : chain.stages)
    stage.forwardTime = stage.inputGradientTime = stage.weightGradientTime =
        100;
  chain.stages[0].forwardTime = 400;
  chain.machine.speeds = {{1, 1}, {1, 1}, {2, 1}};
  auto placed = searchPlacement(chain, limits);
  ASSERT_TRUE(placed) << placed.message();
  EXPECT_EQ(placed->problem.stages[0].processor, 2);
  auto plain = place(chain, Placement::linear);
  ASSERT_TRUE(plain);
  auto answer = searchOrder(*plain, limits);
  ASSERT_TRUE(answer);
  EXPECT_LT(placed->answer.value, answer->value);
}

TEST(PlacementSearch, FailuresSayWhy) {
  PipelineProblem chain = unitChain(3, 2);
  chain.machine.processors = 2;
  EXPECT_THAT(searchPlacement(chain, limits).message(),
              testing::HasSubstr("3 stages on 2 processors; the placement "
                                 "'loop' takes equally many stages"));
  chain.machine.processors = 3;
  chain.machine.memory.assign(3, 1);
  chain.stages[2].activationBytes = 2;
  auto placed = searchPlacement(chain, limits);
  ASSERT_FALSE(placed);
  EXPECT_EQ(placed.error().failure, Failure::infeasible);
  chain.microbatches = 0;
  EXPECT_THAT(searchPlacement(chain, limits).message(),
              testing::HasSubstr("0 microbatches"));
}

} // namespace

TEST(Placements, RanksFollowTheShape) {
  EXPECT_EQ(rankOf(Placement::linear, 2, 3), 2);
  EXPECT_EQ(rankOf(Placement::loop, 4, 3), 1);
  EXPECT_EQ(rankOf(Placement::v, 2, 3), 2);
  EXPECT_EQ(rankOf(Placement::v, 3, 3), 2);
  EXPECT_EQ(rankOf(Placement::v, 5, 3), 0);
}
