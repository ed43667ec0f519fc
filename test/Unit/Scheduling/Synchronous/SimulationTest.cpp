//===- SimulationTest.cpp - Tests of the simulator of orders --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times, memory and transfers by hand; deadlocks by name; executors that follow
// what is ready; size.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"

#include "PipelineProblems.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

Simulation run(const PipelineProblem &problem, const PipelineOrder &order,
               const SimulationOptions &options = {}) {
  auto result = simulate(problem, order, options);
  EXPECT_TRUE(result) << result.message();
  return result ? *result : Simulation();
}

/// Returns the starts of a processor's actions.
std::vector<int64_t> startsOf(const Simulation &simulation, int64_t processor) {
  std::vector<int64_t> starts;
  for (const SimulatedAction &one : simulation.processors[processor].actions)
    starts.push_back(one.start);
  return starts;
}

PipelineOrder named(const PipelineProblem &problem, NamedSchedule schedule) {
  auto order = makeNamedOrder(problem, schedule);
  EXPECT_TRUE(order) << order.message();
  return order ? *order : PipelineOrder();
}

TEST(Simulation, TwoStagesByHand) {
  PipelineProblem problem = unitChain(2, 2);
  problem.stages[1].backwardTime = 3;
  problem.machine.links.others.latency = 10;
  Simulation result = run(problem, orderOf("0F0 0F1 0I0 0W0 0B1;"
                                           "1F0 1B0 1F1 1B1"));
  EXPECT_EQ(startsOf(result, 0), (std::vector<int64_t>{0, 1, 25, 26, 29}));
  EXPECT_EQ(startsOf(result, 1), (std::vector<int64_t>{11, 12, 15, 16}));
  EXPECT_EQ(result.makespan, 31);
  EXPECT_EQ(result.span, 31);
  EXPECT_EQ(result.processors[1].span, 8);
  EXPECT_EQ(result.processors[1].work, 8);
  EXPECT_DOUBLE_EQ(bubbleRate(result), (62.0 - 14) / 62);
}

TEST(Simulation, SpeedsAndSamplesAreRoundedUpOnce) {
  PipelineProblem problem = unitChain(2, 2);
  problem.stages[0].forwardTime = 10;
  problem.machine.speeds = {{3, 2}, {1, 1}};
  problem.samples = {4, 3};
  Simulation result = run(problem, orderOf("0F0 0F1 0B0 0B1; 1F0 1B0 1F1 1B1"));
  // ⌈10 · 2/3⌉ = 7 and ⌈10 · 3/4 · 2/3⌉ = 5.
  EXPECT_EQ(startsOf(result, 0), (std::vector<int64_t>{0, 7, 12, 15}));
}

TEST(Simulation, SkipConnectionsAreWaitedFor) {
  PipelineProblem problem = unitChain(3, 1);
  problem.machine.links.pairs = {{0, 2, {{0, 1}, 100}}};
  PipelineOrder order = orderOf("0F0 0B0; 1F0 1B0; 2F0 2B0");
  EXPECT_EQ(run(problem, order).makespan, 9);
  problem.edges.push_back({0, 2, 0});
  // F of stage 2 and B of stage 0 wait for 100 each.
  EXPECT_EQ(run(problem, order).makespan, 1 + 100 + 1 + 2 + 100 + 2);
}

TEST(Simulation, OverlappedActionsStartAndEndTogether) {
  PipelineProblem problem = unitChain(2, 2);
  Simulation result = run(problem, orderOf("0F0 0F1 0B0 0B1;"
                                           "1F0 1F1+ 1B0 1B1"));
  EXPECT_EQ(startsOf(result, 1), (std::vector<int64_t>{1, 2, 2, 5}));
  EXPECT_EQ(startsOf(result, 0), (std::vector<int64_t>{0, 1, 5, 7}));
  EXPECT_EQ(result.processors[1].work, 6);
  EXPECT_EQ(result.processors[1].peakBytes, 2);
}

TEST(Simulation, TransfersQueueWhereLinksDo) {
  PipelineProblem problem = unitChain(2, 3);
  problem.edges[0].bytes = 10;
  problem.machine.links.others = {{2, 1}, 3};
  PipelineOrder order =
      orderOf("0F0 0F1 0F2 0B0 0B1 0B2; 1F0 1F1 1F2 1B0 1B1 1B2");
  Simulation free = run(problem, order);
  Simulation queued = run(problem, order, {.linksQueue = true});
  ASSERT_EQ(free.transfers.size(), 6U);
  EXPECT_EQ(free.bytesSent, 60);
  std::vector<int64_t> arrivals, queuedArrivals;
  for (int64_t index = 0; index < 3; ++index) {
    arrivals.push_back(free.transfers[index].arrival);
    queuedArrivals.push_back(queued.transfers[index].arrival);
  }
  EXPECT_EQ(arrivals, (std::vector<int64_t>{9, 10, 11}));
  EXPECT_EQ(queuedArrivals, (std::vector<int64_t>{9, 14, 19}));
  EXPECT_FALSE(queued.transfers[2].backward);
  EXPECT_EQ(queued.transfers[2].start, 11);
  EXPECT_EQ(queued.transfers[2].end, 16);
  EXPECT_TRUE(queued.transfers[3].backward);
  EXPECT_EQ(queued.transfers[3].fromProcessor, 1);
}

TEST(Simulation, MemoryFollowsActivations) {
  PipelineProblem problem = unitChain(1, 2);
  problem.stages[0].activationBytes = 10;
  problem.stages[0].weightGradientBytes = 4;
  problem.stages[0].residentBytes = 100;
  Simulation result = run(problem, orderOf("0F0 0I0 0F1 0W0 0B1"));
  EXPECT_EQ(result.processors[0].peakBytes, 114);
  EXPECT_EQ(result.processors[0].peakTime, 2);
  EXPECT_EQ(memoryOverTime(problem, result, 0),
            (std::vector<MemoryPoint>{{0, 110}, {2, 114}, {4, 110}, {6, 100}}));
  EXPECT_TRUE(checkMemory(problem, result));
  problem.machine.memory = {113};
  EXPECT_EQ(checkMemory(problem, result).message(),
            "processor 0 holds 114 bytes at 2 ns; its memory has 113");
}

TEST(Simulation, DeadlocksNameTheirWaits) {
  PipelineProblem problem = unitChain(2, 2);
  auto result = simulate(problem, orderOf("0F0 0B0 0F1 0B1; 1F1 1B1 1F0 1B0"));
  EXPECT_EQ(result.message(),
            "actions wait for each other forever: 0B0 on processor 0 reads "
            "what 1B0 makes, which processor 1 runs after 1F1; 1F1 on "
            "processor 1 reads what 0F1 makes, which processor 0 runs after "
            "0B0");
  problem.machine.processors = 1;
  problem.stages[1].processor = 0;
  result = simulate(problem, orderOf("0F0+ 1F0 0F1 1F1 1B0 0B0 1B1 0B1"));
  EXPECT_EQ(result.message(),
            "actions wait for each other forever: 1F0 on processor 0 reads "
            "what 0F0 makes, which processor 0 runs together with 0F0");
}

TEST(Simulation, OptionsHaveLimits) {
  PipelineProblem problem = unitChain(1, 1);
  PipelineOrder order = orderOf("0F0 0B0");
  EXPECT_THAT(simulate(problem, order, {.jitterPercent = 101}).message(),
              testing::HasSubstr("between 0 and 100"));
  EXPECT_THAT(simulate(problem, order, {.lookahead = 0}).message(),
              testing::HasSubstr("at least 1"));
  EXPECT_THAT(simulate(problem, orderOf("0B0 0F0")).message(),
              testing::HasSubstr("must come after 0F0"));
}

TEST(Simulation, JitterDependsOnTheSeedAndTheActionAlone) {
  PipelineProblem problem = unitChain(4, 8);
  for (PipelineStage &stage : problem.stages)
    stage.forwardTime = stage.inputGradientTime = stage.weightGradientTime =
        1000;
  PipelineOrder order = named(problem, NamedSchedule::zb_h1);
  auto timesAt = [&](int64_t percent, uint64_t seed) {
    Simulation result =
        run(problem, order, {.jitterPercent = percent, .seed = seed});
    std::vector<int64_t> times;
    for (const SimulatedProcessor &processor : result.processors)
      for (const SimulatedAction &one : processor.actions)
        times.push_back(one.end - one.start);
    return times;
  };
  EXPECT_EQ(timesAt(30, 1), timesAt(30, 1));
  EXPECT_NE(timesAt(30, 1), timesAt(30, 2));
  std::vector<int64_t> times = timesAt(30, 1);
  EXPECT_THAT(times, testing::Each(
                         testing::AllOf(testing::Ge(700), testing::Le(1300))));
  EXPECT_LT(*std::min_element(times.begin(), times.end()), 800);
  EXPECT_GT(*std::max_element(times.begin(), times.end()), 1200);
}

TEST(Simulation, LookaheadRunsWhatIsReadyAndKeepsTheMemory) {
  PipelineProblem problem = unitChain(4, 16);
  for (PipelineStage &stage : problem.stages)
    stage.forwardTime = stage.inputGradientTime = stage.weightGradientTime =
        1000;
  PipelineOrder order = named(problem, NamedSchedule::zb_h1);
  int64_t gained = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    problem.machine.memory.clear();
    SimulationOptions options{.jitterPercent = 30, .seed = seed};
    Simulation fixed = run(problem, order, options);
    options.lookahead = 16;
    int64_t free = run(problem, order, options).span;
    for (const SimulatedProcessor &processor : fixed.processors)
      problem.machine.memory.push_back(processor.peakBytes);
    Simulation limited = run(problem, order, options);
    EXPECT_TRUE(checkMemory(problem, limited)) << "seed " << seed;
    gained += fixed.span - free;
  }
  EXPECT_GT(gained, 0);
}

TEST(Simulation, AnOrderThatWaitsForeverMayRunWithLookahead) {
  PipelineProblem problem = unitChain(2, 2);
  PipelineOrder order = orderOf("0F0 0B0 0F1 0B1; 1F1 1B1 1F0 1B0");
  EXPECT_FALSE(simulate(problem, order));
  EXPECT_TRUE(simulate(problem, order, {.lookahead = 3}));
}

TEST(Simulation, AMillionActionsAreSimulated) {
  int64_t microbatches = 10'000 / slowness;
  PipelineProblem problem = unitChain(32, microbatches);
  for (StageEdge &edge : problem.edges)
    edge.bytes = 1;
  problem.machine.links.others = {{1, 1}, 0};
  Simulation result =
      run(problem, named(problem, NamedSchedule::zb_h1), {.linksQueue = true});
  EXPECT_EQ(static_cast<int64_t>(result.transfers.size()),
            int64_t(31) * 2 * microbatches);
  EXPECT_GE(result.span, 3 * microbatches);
}

} // namespace
