//===- SynchronousSearchTest.cpp - Tests of the search of orders ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Against all orders of small problems; published rates and spans; the judge
// against broken answers.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/SynchronousSearch.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"

#include "GoldenTable.h"
#include "PipelineProblems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

SynchronousAnswer search(const PipelineProblem &problem,
                         const SynchronousLimits &limits = {}) {
  auto answer = searchOrder(problem, limits);
  EXPECT_TRUE(answer) << answer.message();
  return answer ? *answer : SynchronousAnswer();
}

int64_t rateOf(const PipelineProblem &problem, const PipelineOrder &order) {
  auto result = simulate(problem, order);
  EXPECT_TRUE(result) << result.message();
  return std::llround(bubbleRate(*result) * 1e4);
}

//===----------------------------------------------------------------------===//
// Unit times
//===----------------------------------------------------------------------===//

TEST(SynchronousSearch, SpansOfTheZeroBubbleScheduler) {
  // With memory for p microbatches and for 2p, as their ILP proves for p = 4.
  struct Row {
    int64_t p, m, once, twice;
  };
  for (Row row : {Row{4, 8, 27, 24}, Row{4, 12, 39, 36}, Row{8, 16, 55, 48},
                  Row{8, 32, 103, 96}, Row{16, 64, 207, 192}}) {
    PipelineProblem problem = unitChain(row.p, row.m);
    problem.machine.memory.assign(row.p, row.p);
    SynchronousAnswer once = search(problem);
    EXPECT_EQ(once.value, row.once) << row.p;
    EXPECT_EQ(once.proof, Proof::optimal) << row.p;
    problem.machine.memory.assign(row.p, 2 * row.p);
    SynchronousAnswer twice = search(problem);
    EXPECT_EQ(twice.value, row.twice) << row.p;
    EXPECT_EQ(twice.proof, Proof::optimal) << row.p;
    SynchronousAnswer makespan =
        search(problem, {.objective = SynchronousObjective::makespan});
    EXPECT_EQ(makespan.value, row.once) << row.p;
    EXPECT_EQ(makespan.proof, Proof::optimal) << row.p;
  }
}

TEST(SynchronousSearch, TwoStagesInAVWithLittleMemory) {
  auto problem = place(
      [] {
        PipelineProblem chain = unitChain(8, 8);
        chain.machine.processors = 4;
        return chain;
      }(),
      Placement::v);
  ASSERT_TRUE(problem);
  // Memory is counted in chunks; the work is 48. The zero-bubble authors'
  // scheduler finds 48, 53 and 59.
  for (auto [memory, most] :
       {std::pair{8, 48}, std::pair{6, 50}, std::pair{4, 56}}) {
    problem->machine.memory.assign(4, memory);
    SynchronousAnswer answer = search(*problem, {.effort = 20'000'000});
    EXPECT_LE(answer.value, most);
    ASSERT_TRUE(answer.bestNamed);
    EXPECT_LE(answer.value, answer.bestNamedValue);
  }
}

//===----------------------------------------------------------------------===//
// Measured times
//===----------------------------------------------------------------------===//

/// With memory for p microbatches that are held to the end of their weight
/// gradients, ZB-1p's rate is the least of all orders. Where they are freed
/// before, orders are shorter.
void checkOnce(const GoldenRow &row) {
  SCOPED_TRACE(row.model + " " + std::to_string(row.microbatches));
  PipelineProblem problem = problemOf(row);
  problem.machine.memory.assign(row.stages, 1000 * row.stages);
  SynchronousAnswer answer = search(problem);
  EXPECT_EQ(rateOf(problem, answer.order), row.zb1p);
  EXPECT_EQ(answer.proof, Proof::optimal);
  problem = problemOf(row, false);
  problem.machine.memory.assign(row.stages, 1000 * row.stages);
  answer = search(problem);
  EXPECT_LT(rateOf(problem, answer.order), row.zb1p);
  EXPECT_EQ(answer.proof, Proof::optimal);
}

/// With memory for 2p, no order is as short as ZB-2p if activations are held
/// so long. They are held to the end of the input gradient instead.
void checkTwice(const GoldenRow &row) {
  SCOPED_TRACE(row.model + " " + std::to_string(row.microbatches));
  PipelineProblem problem = problemOf(row);
  problem.machine.memory.assign(row.stages, 2000 * row.stages);
  SynchronousAnswer answer = search(problem);
  EXPECT_GT(rateOf(problem, answer.order), row.zb2p);
  EXPECT_EQ(answer.proof, Proof::optimal);
  problem = problemOf(row, false);
  problem.machine.memory.assign(row.stages, 2000 * row.stages);
  answer = search(problem, {.effort = 2'000'000});
  EXPECT_LE(rateOf(problem, answer.order), row.zb2p);
}

TEST(SynchronousSearch, SomeRowsOfTheZeroBubbleTable) {
  for (const GoldenRow &row : someGoldenRows()) {
    checkOnce(row);
    checkTwice(row);
  }
}

TEST(SynchronousSearch, AllRowsOfTheZeroBubbleTable) {
  std::vector<GoldenRow> rows = allGoldenRows();
  if (rows.empty())
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder with the table";
  for (const GoldenRow &row : rows)
    if (slowness == 1 || row.stages == 8) {
      checkOnce(row);
      checkTwice(row);
    }
}

/// Each action takes a third of the stage's time, which is given in
/// microseconds; the problem's time unit is a third of one.
PipelineProblem unevenChain(const std::vector<int64_t> &times) {
  PipelineProblem problem = unitChain(4, 8);
  for (size_t stage = 0; stage < times.size(); ++stage) {
    PipelineStage &one = problem.stages[stage];
    one.forwardTime = one.inputGradientTime = one.weightGradientTime =
        times[stage];
    one.weightGradientBytes = 1;
  }
  problem.machine.memory.assign(4, 4);
  return problem;
}

TEST(SynchronousSearch, UnevenStages) {
  PipelineProblem first = unevenChain({216450, 193762, 166830, 95493});
  SynchronousAnswer answer = search(first, {.effort = 5'000'000});
  EXPECT_LE(answer.value, 3 * 1827700);
  EXPECT_GE(answer.bound.value, 3 * 1819200);
  EXPECT_EQ(answer.proof, Proof::optimal);
  PipelineProblem second = unevenChain({111260, 110670, 111500, 109990});
  answer = search(second, {.effort = 5'000'000});
  EXPECT_LT(answer.value, 3 * 1075400);
  EXPECT_GE(answer.bound.value, 3 * 1000260);
  EXPECT_EQ(answer.bound.reason, SynchronousBound::Reason::idle_ends);
  // In what 1F1B holds, if activations are freed after the input gradient.
  for (PipelineProblem problem : {first, second}) {
    problem.machine.memory = {4, 3, 2, 1};
    for (PipelineStage &stage : problem.stages)
      stage.weightGradientBytes = 0;
    EXPECT_EQ(search(problem, {.effort = 5'000'000}).proof, Proof::optimal);
  }
  for (PipelineProblem problem : {first, second}) {
    problem.machine.memory.assign(4, 8);
    answer = search(problem, {.effort = 5'000'000});
    EXPECT_EQ(answer.bound.reason, SynchronousBound::Reason::work);
    EXPECT_EQ(answer.proof, Proof::optimal);
  }
}

//===----------------------------------------------------------------------===//
// Random problems
//===----------------------------------------------------------------------===//

/// Makes problems with everything that a problem may have.
PipelineProblem randomProblem(std::mt19937_64 &random) {
  auto between = [&](int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random() % (most - least + 1));
  };
  int64_t stages = between(1, 8), processors = between(1, 5);
  PipelineProblem problem = unitChain(stages, between(1, 9));
  problem.machine.processors = processors;
  problem.machine.links.others = {{between(0, 2), 1}, between(0, 5)};
  for (int64_t id = 0; id < processors; ++id) {
    problem.machine.speeds.push_back({between(1, 3), 2});
    problem.machine.memory.push_back(between(20, 80));
  }
  for (PipelineStage &stage : problem.stages) {
    stage.processor = between(0, processors - 1);
    stage.forwardTime = between(0, 20);
    stage.inputGradientTime = between(0, 20);
    stage.weightGradientTime = between(0, 20);
    if (random() % 3 == 0)
      stage.backwardTime = between(0, 30);
    stage.activationBytes = between(0, 10);
    stage.weightGradientBytes = between(0, stage.activationBytes);
    stage.residentBytes = between(0, 5);
    stage.pipeline = 0;
  }
  for (StageEdge &edge : problem.edges)
    edge.bytes = between(0, 20);
  for (int64_t skip = between(0, 2); skip > 0 && stages > 2; --skip) {
    int64_t from = between(0, stages - 3);
    problem.edges.push_back({from, between(from + 2, stages - 1), 3});
  }
  if (random() % 4 == 0)
    std::erase_if(problem.edges,
                  [&](const StageEdge &) { return random() % 4 == 0; });
  if (random() % 3 == 0)
    for (int64_t m = 0; m < problem.microbatches; ++m)
      problem.samples.push_back(between(1, 4));
  return problem;
}

TEST(SynchronousSearch, RandomAnswersAreRight) {
  int64_t found = 0, count = 1000 / slowness;
  for (int64_t seed = 1; seed <= count; ++seed) {
    std::mt19937_64 random(seed);
    PipelineProblem problem = randomProblem(random);
    ASSERT_TRUE(check(problem)) << check(problem).message();
    SynchronousLimits limits{.effort = 20'000};
    if (random() % 2 == 0)
      limits.objective = SynchronousObjective::makespan;
    // The search verifies its answers, and calls a wrong one a defect.
    auto answer = searchOrder(problem, limits);
    if (!answer)
      EXPECT_TRUE(answer.error().failure == Failure::infeasible ||
                  answer.error().failure == Failure::out_of_time)
          << answer.message() << ", seed " << seed;
    found += answer ? 1 : 0;
  }
  EXPECT_GT(found, count * 3 / 4);
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

TEST(SynchronousSearch, TheFirstStageJoinsItsGradients) {
  PipelineProblem problem = unitChain(3, 4);
  problem.stages[0].inputGradientTime = 0;
  problem.stages[0].weightGradientTime = 1;
  problem.machine.memory.assign(3, 4);
  SynchronousAnswer answer = search(problem);
  for (const PipelineAction &action : answer.order.processors[0])
    EXPECT_TRUE(action.kind == ActionKind::forward ||
                action.kind == ActionKind::backward);
  EXPECT_EQ(answer.proof, Proof::optimal);
}

TEST(SynchronousSearch, AFasterBackwardActionIsUsed) {
  PipelineProblem problem = unitChain(1, 4);
  problem.stages[0].inputGradientTime = 10;
  problem.stages[0].weightGradientTime = 10;
  problem.stages[0].backwardTime = 12;
  SynchronousAnswer answer = search(problem);
  EXPECT_EQ(answer.value, 4 * 13);
  EXPECT_EQ(answer.proof, Proof::optimal);
}

TEST(SynchronousSearch, MemoryThatHoldsNoMicrobatchIsAnObstacle) {
  PipelineProblem problem = unitChain(3, 4);
  problem.machine.memory = {1, 1, 1};
  EXPECT_TRUE(searchOrder(problem));
  problem.stages[1].residentBytes = 1;
  auto answer = searchOrder(problem);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.message(), "a microbatch takes 1 bytes of processor 1's "
                              "memory, of which 0 are left for activations");
  EXPECT_EQ(answer.error().failure, Failure::infeasible);
  EXPECT_EQ(answer.error().obstacle.kind, Obstacle::Kind::memory);
  EXPECT_EQ(answer.error().obstacle.processor, 1);
  EXPECT_THAT(searchOrder(unitChain(1, 1), {.effort = -1}).message(),
              testing::HasSubstr("it must be at least 0"));
}

TEST(SynchronousSearch, EqualEffortsGiveEqualAnswers) {
  PipelineProblem problem = unevenChain({111260, 110670, 111500, 109990});
  SynchronousLimits limits{.effort = 1'000'000};
  EXPECT_EQ(search(problem, limits).order, search(problem, limits).order);
}

TEST(SynchronousSearch, BrokenAnswersAreRefused) {
  PipelineProblem problem = unitChain(2, 4);
  problem.machine.memory.assign(2, 2);
  SynchronousLimits limits;
  SynchronousAnswer answer = search(problem, limits);
  ASSERT_TRUE(verify(problem, limits, answer));
  auto messageOf = [&](auto breakIt) {
    SynchronousAnswer broken = answer;
    breakIt(broken);
    return verify(problem, limits, broken).message();
  };
  EXPECT_THAT(messageOf([](auto &a) { a.order.processors[1].pop_back(); }),
              testing::HasSubstr("processor 1 lacks"));
  EXPECT_THAT(messageOf([](auto &a) { ++a.value; }), testing::HasSubstr("not"));
  EXPECT_THAT(messageOf([](auto &a) { --a.bound.value; }),
              testing::HasSubstr("the bound is"));
  EXPECT_THAT(messageOf([](auto &a) { a.proof = Proof::feasible; }),
              testing::HasSubstr("and it is called"));
  auto gpipe = makeNamedOrder(problem, NamedSchedule::gpipe);
  ASSERT_TRUE(gpipe);
  EXPECT_THAT(messageOf([&](auto &a) {
                a.order = *gpipe;
                a.value = 15;
              }),
              testing::HasSubstr("its memory has 2"));
  problem.machine.memory.clear();
  auto bound = boundOf(problem, limits.objective);
  ASSERT_TRUE(bound);
  SynchronousAnswer longer{*gpipe, 15, *bound};
  EXPECT_THAT(verify(problem, limits, longer).message(),
              testing::HasSubstr("longer than the"));
}

} // namespace
