//===- TorchOrderTest.cpp - Between PyTorch's rows and orders ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchOrder.h"
#include "Scheduling/Synchronous/PipelineProblems.h"
#include "Scheduling/Transport/Orders.h"
#include "layerpipe/Interchange/TorchCsv.h"
#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"

#include <gmock/gmock.h>

using namespace layerpipe::interchange;
using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

std::string rowsOf(const PipelineProblem &problem, const PipelineOrder &order,
                   const TorchRowsOptions &options = {}) {
  auto rows = toTorchRows(problem, order, options);
  if (!rows)
    return rows.message();
  auto text = writeTorchCsv(*rows, {newestTorch, "\n"});
  return text ? *text : text.message();
}

} // namespace

TEST(TorchOrder, RowsAreAligned) {
  PipelineProblem problem = unitChain(2, 2);
  PipelineOrder order = orderOf("0F0 0F1 0B0 0B1; 1F0 1B0 1F1 1I1 1W1");
  EXPECT_EQ(rowsOf(problem, order),
            "0F0,0F1,,0B0,,0B1\n,1F0,1B0,1F1,1I1,1W1\n");
  EXPECT_EQ(rowsOf(problem, order, {TorchLevel::compute_comms}),
            "0F0,0SEND_F0,0F1,0SEND_F1,0RECV_B0,0B0,0RECV_B1,0B1,"
            "0REDUCE_GRAD\n"
            "1RECV_F0,1F0,1B0,1RECV_F1,1SEND_B0,1F1,1I1,1SEND_B1,1W1,"
            "1REDUCE_GRAD\n");
  EXPECT_EQ(rowsOf(problem, order,
                   {TorchLevel::compute_comms, Lowering::naive, false}),
            "0F0,0SEND_F0,0F1,0SEND_F1,0RECV_B0,0B0,0RECV_B1,0B1\n"
            "1RECV_F0,1F0,1B0,1SEND_B0,1RECV_F1,1F1,1I1,1SEND_B1,1W1\n");
}

TEST(TorchOrder, OverlapsAreOneCell) {
  PipelineProblem problem = unitChain(2, 2);
  PipelineOrder order = orderOf("0F0 0F1 0B0 0B1; 1F0 1B0+ 1F1 1B1");
  EXPECT_EQ(rowsOf(problem, order),
            "0F0,0F1,,0B0,0B1\n,1F0,(1B0;1F1)OVERLAP_F_B,1B1\n");
}

/// All named orders that the format can say come back from it.
TEST(TorchOrder, NamedOrdersComeBack) {
  int said = 0;
  for (const NamedScheduleInfo &info : namedSchedules()) {
    bool twice =
        info.placement == Placement::loop || info.placement == Placement::v;
    PipelineProblem chain = unitChain(twice ? 8 : 4, 12);
    chain.machine.processors = 4;
    auto problem = place(chain, info.placement);
    ASSERT_TRUE(problem) << info.name;
    auto order = makeNamedOrder(*problem, info.schedule);
    ASSERT_TRUE(order) << info.name;
    for (TorchLevel level :
         {TorchLevel::compute_only, TorchLevel::compute_comms}) {
      auto rows = toTorchRows(*problem, *order, {level});
      if (info.placement == Placement::bidirectional) {
        EXPECT_THAT(rows.message(), HasSubstr("has one pipeline"));
        continue;
      }
      ASSERT_TRUE(rows) << info.name << ": " << rows.message();
      auto facts = checkTorchRows(*rows);
      ASSERT_TRUE(facts) << info.name << ": " << facts.message();
      EXPECT_EQ(facts->level, level);
      EXPECT_EQ(facts->microbatches, 12);
      EXPECT_EQ(facts->placement, info.placement == Placement::v
                                      ? TorchPlacement::v
                                      : TorchPlacement::loop);
      EXPECT_EQ(layerpipe::interchange::orderOf(*rows), *order) << info.name;
      ++said;
    }
  }
  EXPECT_GE(said, 16);
}

/// Aligned rows run in lock step, and no sooner.
TEST(TorchOrder, RandomRowsAreAligned) {
  std::mt19937_64 random(31);
  int aligned = 0;
  for (int round = 0; round < 800; ++round) {
    PipelineProblem problem = randomProblem(random);
    PipelineOrder order = randomOrder(problem, random);
    auto rows = toTorchRows(problem, order);
    if (!rows) {
      EXPECT_FALSE(checkTorchCanSay(problem)) << rows.message();
      continue;
    }
    auto facts = checkTorchRows(*rows);
    ASSERT_TRUE(facts) << facts.message();
    EXPECT_EQ(layerpipe::interchange::orderOf(*rows), order);
    EXPECT_EQ(alignColumns(*rows, *facts), *rows);
    // A unit of time for each action makes columns of starts.
    PipelineProblem unit = unitProblemOf(*facts);
    for (PipelineStage &stage : unit.stages)
      stage.backwardTime = 1;
    auto run = simulate(unit, order);
    ASSERT_TRUE(run);
    for (size_t rank = 0; rank < rows->ranks.size(); ++rank) {
      size_t at = 0;
      for (size_t column = 0; column < rows->ranks[rank].size(); ++column)
        if (!rows->ranks[rank][column].actions.empty())
          EXPECT_EQ(run->processors[rank].actions[at++].start, int64_t(column));
    }
    if (facts->placement == TorchPlacement::loop && facts->ranks > 1) {
      EXPECT_EQ(checkLockStep(*rows, *facts).message(), "");
      ++aligned;
    }
    auto comms = toTorchRows(problem, order, {TorchLevel::compute_comms});
    ASSERT_TRUE(comms) << comms.message();
    ASSERT_TRUE(checkTorchRows(*comms)) << checkTorchRows(*comms).message();
    for (Transport transport : allTransports)
      EXPECT_TRUE(checkTransport(messagesOf(*comms, *facts), transport));
  }
  EXPECT_GT(aligned, 8);
}

TEST(TorchOrder, LockStepWantsColumns) {
  auto rows = readTorchCsv("0F0,0B0\n1F0,1B0\n");
  auto facts = checkTorchRows(*rows);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(checkLockStep(*rows, *facts).message(),
            "row 1, cell 2: '0B0' is not to the right of what it reads");
  auto aligned =
      writeTorchCsv(alignColumns(*rows, *facts), {newestTorch, "\n"});
  EXPECT_EQ(*aligned, "0F0,,,0B0\n,1F0,1B0\n");
}

TEST(TorchOrder, MemoryIsCheckedWhereSizesAreKnown) {
  auto rows = readTorchCsv("0F0,0F1,,0B0,,0B1\n,1F0,1B0,1F1,1B1\n");
  auto facts = checkTorchRows(*rows);
  ASSERT_TRUE(facts) << facts.message();
  std::vector<PipelineStage> stages(2);
  EXPECT_EQ(problemOf(*facts, {}).message(),
            "there are costs of 0 stages; the rows have 2");
  stages[0].activationBytes = stages[1].activationBytes = 100;
  auto problem = problemOf(*facts, stages);
  ASSERT_TRUE(problem) << problem.message();
  problem->machine.memory = {200, 100};
  auto run = simulate(*problem, layerpipe::interchange::orderOf(*rows));
  ASSERT_TRUE(run) << run.message();
  EXPECT_EQ(checkMemory(*problem, *run).message(), "");
  problem->machine.memory = {199, 100};
  EXPECT_FALSE(checkMemory(*problem, *run));
}

/// Sixty thousand sends and receives are no work to speak of.
TEST(TorchOrder, LargeFilesAreRead) {
  PipelineProblem problem = unitChain(16, 1000);
  auto made =
      toTorchRows(problem, *makeNamedOrder(problem, NamedSchedule::one_f_one_b),
                  {TorchLevel::compute_comms});
  ASSERT_TRUE(made) << made.message();
  auto text = writeTorchCsv(*made);
  ASSERT_TRUE(text) << text.message();
  auto read = readTorchCsv(*text);
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(*read, *made);
  auto facts = checkTorchRows(*read);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(2 * messagesOf(*read, *facts).messages.size(), 60000u);
}

TEST(TorchOrder, WhatTheFormatCannotSay) {
  PipelineProblem problem = unitChain(3, 2);
  EXPECT_TRUE(checkTorchCanSay(problem));
  PipelineProblem other = problem;
  other.edges.push_back({0, 2, 8});
  EXPECT_THAT(checkTorchCanSay(other).message(),
              HasSubstr("PyTorch's format has no messages from stage 0 to "
                        "stage 2"));
  other = problem;
  other.edges.pop_back();
  EXPECT_THAT(checkTorchCanSay(other).message(),
              HasSubstr("stage 2 does not read what stage 1 makes"));
  other = problem;
  other.samples = {8, 7};
  EXPECT_EQ(checkTorchCanSay(other).message(),
            "PyTorch's format has equal microbatches, and microbatch 1 has 7 "
            "samples where the one before it has 8");
  other = problem;
  other.machine.processors = 4;
  EXPECT_EQ(checkTorchCanSay(other).message(),
            "rank 3 has no stage, and PyTorch refuses rows without actions");
  StaticSchedule schedule;
  schedule.parameters.push_back({"w0", 4, 1, 0, 1});
  EXPECT_TRUE(checkTorchCanSay(schedule));
  schedule.parameters.push_back({"w1", 4, 1, 2, 3});
  EXPECT_THAT(checkTorchCanSay(schedule).message(),
              HasSubstr("the gradient of 'w1' is 2 iterations late"));
}
