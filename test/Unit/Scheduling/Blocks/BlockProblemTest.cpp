//===- BlockProblemTest.cpp - Blocks, their judge and their bounds --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockProblems.h"
#include "layerpipe/Scheduling/Blocks/BlockBound.h"
#include "layerpipe/Scheduling/Blocks/BlockSearch.h"

#include <gmock/gmock.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

template <typename Change> std::string problemError(Change change) {
  BlockProblem problem = threeBlocks(2);
  change(problem);
  return check(problem).message();
}

} // namespace

TEST(BlockProblem, BrokenProblemsAreSeen) {
  EXPECT_TRUE(check(threeBlocks(2)));
  EXPECT_EQ(problemError([](BlockProblem &p) { p.devices = 1; }),
            "B is on device 1; there are 0 to 0");
  EXPECT_EQ(problemError([](BlockProblem &p) { p.blocks.clear(); }),
            "there are no blocks");
  EXPECT_EQ(problemError([](BlockProblem &p) { p.microbatches = 0; }),
            "0 microbatches of 3 blocks; there must be between 1 and 5592405");
  EXPECT_EQ(problemError([](BlockProblem &p) { p.blocks[0].devices = {}; }),
            "A is on no device");
  EXPECT_EQ(problemError([](BlockProblem &p) { p.blocks[2].devices = {1, 1}; }),
            "C names device 1 twice");
  EXPECT_EQ(problemError([](BlockProblem &p) { p.blocks[2].duration = 0; }),
            "C takes 0 steps; it must take at least one");
  EXPECT_EQ(problemError([](BlockProblem &p) { p.memory = {1}; }),
            "memories of 1 devices; there are 2");
  EXPECT_EQ(
      problemError([](BlockProblem &p) { p.dependences.push_back({2, 0}); }),
      "the dependences of blocks form a cycle");
  EXPECT_EQ(
      problemError([](BlockProblem &p) { p.dependences.push_back({2, 3}); }),
      "a dependence names block 3; there are 0 to 2");
  EXPECT_THAT(problemError(
                  [](BlockProblem &p) { p.blocks[0].duration = maxTotalTime; }),
              HasSubstr("take more than"));
  EXPECT_THAT(
      problemError([](BlockProblem &p) { p.blocks[0].memory = -maxBytes; }),
      HasSubstr("of memory"));
}

TEST(BlockProblem, BrokenSchedulesAreSeen) {
  BlockProblem problem = threeBlocks(2);
  auto errorOf = [&](std::vector<int64_t> starts) {
    return verify(problem, BlockSchedule{std::move(starts)}).message();
  };
  BlockSchedule good{{0, 1, 2, 1, 3, 4}};
  ASSERT_TRUE(verify(problem, good)) << verify(problem, good).message();
  EXPECT_EQ(endOf(problem, good), 5);
  EXPECT_EQ(errorOf({0, 1, 2}), "there are 3 starts of 6 blocks");
  EXPECT_EQ(errorOf({-1, 1, 2, 1, 3, 4}),
            "a block starts at step -1; it must start between 0 and "
            "1125899906842624");
  EXPECT_EQ(errorOf({0, 1, 2, 3, 3, 4}),
            "B of microbatch 1 starts at step 3, before A of microbatch 1 has "
            "ended");
  EXPECT_EQ(errorOf({0, 1, 3, 1, 3, 4}),
            "device 1 starts B of microbatch 1 at step 3, before C of "
            "microbatch 0 has ended");
  problem.memory = {1, 1};
  problem.blocks[0].memory = 1;
  problem.blocks[2].memory = -1;
  EXPECT_EQ(errorOf({0, 1, 2, 1, 3, 4}),
            "device 0 holds 2 from step 1 on, when A of microbatch 1 starts; "
            "its memory is 1");
  EXPECT_EQ(peakMemory(problem, good), (std::vector<int64_t>{2, 0}));
}

TEST(BlockProblem, BrokenRepetendsAreSeen) {
  BlockProblem problem = threeBlocks(1);
  auto errorOf = [&](const Repetend &repetend) {
    return verify(problem, repetend).message();
  };
  EXPECT_EQ(errorOf({2, {0, 2, 3}}), "");
  EXPECT_EQ(errorOf({2, {0, 1, 3}}),
            "device 1 starts C before B has ended, where each microbatch "
            "follows after 2 steps");
  EXPECT_EQ(errorOf({2, {0, 2, 2}}),
            "C of microbatch 0 starts at step 2, before B of microbatch 0 has "
            "ended");
  EXPECT_EQ(errorOf({0, {0, 2, 3}}),
            "the period is 0; it must be between 1 and 1125899906842624");
  problem.blocks[2].duration = 2;
  EXPECT_EQ(errorOf({2, {0, 2, 3}}),
            "device 0 starts A before C has ended, where each microbatch "
            "follows after 2 steps");
  problem = threeBlocks(1);
  problem.memory = {1, 1};
  problem.blocks[0].memory = 1;
  EXPECT_EQ(errorOf({2, {0, 2, 3}}),
            "on device 0, the blocks of a microbatch leave 1 of memory behind");
  problem.dependences = {};
  problem.blocks[0].devices = {0, 1};
  problem.blocks[2].memory = -1;
  // A takes memory at 0, 3, 6 …, which C frees at 5, 8, 11 ….
  EXPECT_EQ(errorOf({3, {0, 1, 5}}),
            "device 0 holds more than its memory, 1, when A starts");
  EXPECT_EQ(errorOf({3, {0, 1, 2}}), "");
}

TEST(BlockBound, IdleTimeAtBothEndsCounts) {
  // Three microbatches of embed, f0, f1, b1, b0, unembed on two devices, each
  // busy for 5 steps. Device 1 runs nothing but embeddings before its first f1,
  // and none of them beside f0; and nothing but the last blocks behind its last
  // b1, none beside b0, which takes 2 steps.
  BlockProblem problem = trainingChain(2, 3, /*shared=*/true);
  EXPECT_EQ(boundPeriod(problem).value, 5);
  BlockBound bound = boundEnd(problem);
  EXPECT_EQ(bound.value, 3 * 5 + 1 + 2);
  EXPECT_EQ(bound.reason, BlockBound::Reason::idle_ends);
  EXPECT_EQ(bound.device, 1);
  EXPECT_EQ(describe(bound),
            "the work of device 1, and its idle time at both ends");
}

TEST(BlockBound, MemoryLetsFewMicrobatchesIn) {
  BlockProblem problem = trainingChain(4, 8, /*shared=*/false);
  EXPECT_EQ(boundPeriod(problem).value, 3);
  problem.memory = {1, 1, 1, 1};
  // Device 0 holds a microbatch from its f0 to its b0: 4 + 6 steps.
  EXPECT_EQ(boundPeriod(problem).value, 10);
  EXPECT_EQ(describe(boundPeriod(problem)), "the memory of device 0");
  EXPECT_EQ(boundEnd(problem).value, 80);
}

TEST(BlockBound, OneMicrobatchTakesItsPath) {
  BlockBound bound = boundEnd(trainingChain(4, 1, /*shared=*/false));
  EXPECT_EQ(bound.value, 12);
}

TEST(BlockAnswer, BrokenAnswersAreSeen) {
  BlockProblem problem = trainingChain(2, 3, /*shared=*/true);
  auto answer = searchBlocks(problem);
  ASSERT_TRUE(answer) << answer.message();
  ASSERT_TRUE(verify(problem, *answer)) << verify(problem, *answer).message();
  auto errorOf = [&](auto change) {
    BlockAnswer broken = *answer;
    change(broken);
    return verify(problem, broken).message();
  };
  EXPECT_EQ(errorOf([](BlockAnswer &one) { ++one.end; }),
            "the schedule ends at 18, not 19");
  EXPECT_EQ(errorOf([](BlockAnswer &one) { --one.bound.value; }),
            "the bound of the end is 18, not 17");
  EXPECT_EQ(errorOf([](BlockAnswer &one) { one.proof = Proof::feasible; }),
            "the end is 18, its bound is 18, and it is called feasible");
  EXPECT_THAT(errorOf([](BlockAnswer &one) { one.schedule.start[1] = 0; }),
              HasSubstr("f0 of microbatch 0 starts at step 0"));
  EXPECT_EQ(errorOf([](BlockAnswer &one) {
              one.repetend->bound = {6, BlockBound::Reason::exhausted, 0};
            }),
            "the period is 5, less than its bound 6");
}
