//===- BlockSearchTest.cpp - Searches of blocks, and brute force ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/BlockSearch.h"
#include "BlockBruteForce.h"
#include "BlockProblems.h"

#include <gtest/gtest.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

TEST(RepetendSearch, ThePeriodIsTheWorkOfADevice) {
  auto answer = searchRepetend(threeBlocks(1));
  ASSERT_TRUE(answer) << answer.message();
  EXPECT_EQ(answer->repetend.period, 2);
  EXPECT_EQ(answer->proof, Proof::optimal);
  EXPECT_TRUE(verify(threeBlocks(1), *answer));
}

TEST(RepetendSearch, TurnsOfThreePairsAreTriedOut) {
  // Each two of the blocks share a device, so that none runs beside another,
  // though no device has more than two of them.
  BlockProblem problem{3, {{"A", {0, 1}}, {"B", {1, 2}}, {"C", {2, 0}}}, {}, 1};
  auto answer = searchRepetend(problem);
  ASSERT_TRUE(answer) << answer.message();
  EXPECT_EQ(answer->repetend.period, 3);
  EXPECT_EQ(answer->bound.reason, BlockBound::Reason::exhausted);
  EXPECT_EQ(answer->proof, Proof::optimal);
  EXPECT_TRUE(verify(problem, *answer));
}

TEST(RepetendSearch, TooLittleMemoryIsNamed) {
  BlockProblem problem = trainingChain(2, 1, /*shared=*/false);
  problem.memory = {1, 0};
  auto answer = searchRepetend(problem);
  EXPECT_EQ(answer.error().failure, Failure::infeasible);
  EXPECT_EQ(answer.message(), "one microbatch at a time: device 1 holds more "
                              "than its memory, 0, when f1 starts");
  EXPECT_EQ(searchBlocks(problem).error().failure, Failure::out_of_time);
}

TEST(RepetendSearch, EffortIsACount) {
  BlockProblem problem = trainingChain(4, 6, /*shared=*/true);
  auto answer = searchRepetend(problem, 0);
  ASSERT_TRUE(answer) << answer.message();
  EXPECT_EQ(answer->proof, Proof::out_of_time);
  EXPECT_TRUE(verify(problem, *answer));
  auto once = searchBlocks(problem), again = searchBlocks(problem);
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->schedule, again->schedule);
  EXPECT_EQ(searchRepetend(problem, -1).message(),
            "the effort must not be negative");
}

TEST(BlockSearch, ManyBlocksTakeNoLongerThanTheirEffort) {
  BlockProblem problem = trainingChain(500, 10, /*shared=*/true);
  auto answer = searchBlocks(problem, {.effort = 1'000'000});
  ASSERT_TRUE(answer) << answer.message();
  Status valid = verify(problem, *answer);
  EXPECT_TRUE(valid) << valid.message();
}

/// Small problems of every kind, by the number of the test.
static BlockProblem smallProblem(int64_t seed) {
  std::mt19937_64 random(seed);
  RandomBlocks shape;
  shape.devices = 1 + seed % 3;
  shape.blocks = 2 + seed % 3;
  shape.microbatches = shape.blocks == 4 ? 1 + seed % 2 : 1 + seed % 3;
  shape.chain = seed % 2 == 0;
  shape.memory = seed % 4 < 2;
  return randomBlocks(random, shape);
}

TEST(RepetendSearch, NoRepetendOfBruteForceIsShorter) {
  int64_t optimal = 0;
  for (int64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    BlockProblem problem = smallProblem(seed);
    auto answer = searchRepetend(problem);
    auto brute = leastPeriod(problem, 12, 16);
    if (!answer) {
      // Blocks in topological order may need more memory than others.
      EXPECT_FALSE(problem.memory.empty());
      EXPECT_TRUE(!brute ||
                  problem.dependences.size() + 1 != problem.blocks.size());
      continue;
    }
    Status valid = verify(problem, *answer);
    ASSERT_TRUE(valid) << valid.message();
    ASSERT_TRUE(brute);
    EXPECT_GE(*brute, answer->bound.value);
    if (answer->proof == Proof::optimal) {
      ++optimal;
      EXPECT_EQ(*brute, answer->repetend.period);
    }
    if (problem.memory.empty())
      EXPECT_EQ(answer->proof, Proof::optimal);
  }
  EXPECT_GT(optimal, 150);
}

TEST(BlockSearch, NoScheduleOfBruteForceEndsEarlier) {
  int64_t optimal = 0;
  for (int64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    BlockProblem problem = smallProblem(seed);
    auto answer = searchBlocks(problem, {.effort = 20'000});
    auto brute = leastEnd(problem);
    if (!answer) {
      EXPECT_FALSE(problem.memory.empty());
      continue;
    }
    Status valid = verify(problem, *answer);
    ASSERT_TRUE(valid) << valid.message();
    ASSERT_TRUE(brute);
    EXPECT_EQ(answer->end, *brute);
    EXPECT_LE(answer->bound.value, *brute);
    optimal += answer->proof == Proof::optimal;
  }
  EXPECT_GT(optimal, 150);
}
