//===- TorchFilesTest.cpp - Files of PyTorch and torchtitan --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchCsv.h"
#include "layerpipe/Interchange/TorchOrder.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace layerpipe::interchange;
using namespace layerpipe::scheduling;

namespace {

/// What is known of a file from elsewhere.
struct KnownFile {
  const char *name;
  int64_t ranks, stages, microbatches;
  TorchPlacement placement;
  /// Sends and receives together, when lowered.
  size_t operations;
  /// With F = I = W = 1 and B = 2, and what overlaps one after the other.
  int64_t makespan;
  std::vector<int64_t> spans;
  /// Says whether naive sends and receives of one direction have two orders.
  bool naiveEdgesHang;
};

const KnownFile knownFiles[] = {{"zb1p_2rank_2stagep_compute.csv",
                                 2,
                                 4,
                                 8,
                                 TorchPlacement::loop,
                                 96,
                                 49,
                                 {49, 48},
                                 true},
                                {"dualpipev_4rank_10mb.csv",
                                 4,
                                 8,
                                 10,
                                 TorchPlacement::v,
                                 240,
                                 66,
                                 {66, 65, 64, 63},
                                 true},
                                {"torchtitan_custom_schedule.csv",
                                 2,
                                 4,
                                 8,
                                 TorchPlacement::loop,
                                 96,
                                 50,
                                 {50, 48},
                                 false}};

class TorchFiles : public testing::Test {
protected:
  void SetUp() override {
    const char *data = std::getenv("LAYERPIPE_TEST_DATA");
    if (!data)
      GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of schedules";
    folder = std::string(data) + "/pytorch-csv/";
  }

  std::string read(const std::string &name) const {
    std::ifstream file(folder + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::string folder;
};

} // namespace

TEST_F(TorchFiles, AreWrittenBackByteByByte) {
  for (const char *name :
       {"zb1p_2rank_2stagep_compute.csv", "zb1p_2rank_2stagep_comms.csv",
        "dualpipev_4rank_10mb.csv", "torchtitan_custom_schedule.csv"}) {
    std::string text = read(name);
    auto rows = readTorchCsv(text);
    ASSERT_TRUE(rows) << name << ": " << rows.message();
    auto written = writeTorchCsv(*rows, {newestTorch, "\n"});
    ASSERT_TRUE(written) << name << ": " << written.message();
    EXPECT_EQ(*written, text) << name;
  }
}

TEST_F(TorchFiles, HaveTheKnownFigures) {
  for (const KnownFile &known : knownFiles) {
    auto rows = readTorchCsv(read(known.name));
    ASSERT_TRUE(rows) << known.name << ": " << rows.message();
    auto facts = checkTorchRows(*rows);
    ASSERT_TRUE(facts) << known.name << ": " << facts.message();
    EXPECT_EQ(facts->ranks, known.ranks) << known.name;
    EXPECT_EQ(facts->stages, known.stages) << known.name;
    EXPECT_EQ(facts->microbatches, known.microbatches) << known.name;
    EXPECT_EQ(facts->placement, known.placement) << known.name;
    auto run = simulate(unitProblemOf(*facts), orderOf(*rows));
    ASSERT_TRUE(run) << known.name << ": " << run.message();
    EXPECT_EQ(run->makespan, known.makespan) << known.name;
    for (size_t rank = 0; rank < run->processors.size(); ++rank)
      EXPECT_EQ(run->processors[rank].span, known.spans[rank]) << known.name;
  }
}

/// Where the parts of an overlap may start one by one, they end sooner.
TEST_F(TorchFiles, PartsOfOverlapsMayRunApart) {
  auto rows = readTorchCsv(read("dualpipev_4rank_10mb.csv"));
  ASSERT_TRUE(rows) << rows.message();
  auto facts = checkTorchRows(*rows);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_TRUE(facts->overlaps);
  PipelineOrder order = orderOf(*rows);
  for (std::vector<PipelineAction> &row : order.processors)
    for (PipelineAction &action : row)
      action.overlapsNext = false;
  auto run = simulate(unitProblemOf(*facts), order);
  ASSERT_TRUE(run) << run.message();
  EXPECT_EQ(run->makespan, 63);
  for (int64_t rank = 0; rank < 4; ++rank)
    EXPECT_EQ(run->processors[rank].span, 63 - rank);
}

/// The table of transports: rows with naive sends and receives hang wherever
/// senders wait, and matched ones nowhere.
TEST_F(TorchFiles, HangWhenLoweredNaively) {
  for (const KnownFile &known : knownFiles) {
    auto rows = readTorchCsv(read(known.name));
    ASSERT_TRUE(rows) << known.name;
    auto facts = checkTorchRows(*rows);
    ASSERT_TRUE(facts) << known.name << ": " << facts.message();
    PipelineProblem problem = unitProblemOf(*facts);
    for (Lowering lowering :
         {Lowering::naive, Lowering::matched, Lowering::matched_late}) {
      auto sent = addMessages(problem, orderOf(*rows), lowering);
      ASSERT_TRUE(sent) << known.name << ": " << sent.message();
      EXPECT_EQ(2 * sent->messages.size(), known.operations) << known.name;
      for (Transport transport :
           {Transport::pair, Transport::processor, Transport::host})
        EXPECT_EQ(checkTransport(*sent, transport).ok(),
                  lowering != Lowering::naive)
            << known.name << " " << toString(transport);
      EXPECT_TRUE(checkTransport(*sent, Transport::eager)) << known.name;
      EXPECT_EQ(checkTransport(*sent, Transport::edge).ok(),
                lowering != Lowering::naive || !known.naiveEdgesHang)
          << known.name;
    }
  }
}

/// PyTorch's own lowering runs under all transports, and has as many sends and
/// receives as ours.
TEST_F(TorchFiles, SendsAndReceivesOfPyTorchRun) {
  auto rows = readTorchCsv(read("zb1p_2rank_2stagep_comms.csv"));
  ASSERT_TRUE(rows) << rows.message();
  auto facts = checkTorchRows(*rows);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->level, TorchLevel::compute_comms);
  CommunicationRows sent = messagesOf(*rows, *facts);
  EXPECT_EQ(2 * sent.messages.size(), 96u);
  for (Transport transport : allTransports)
    EXPECT_EQ(checkTransport(sent, transport).message(), "")
        << toString(transport);
}

/// Aligned rows are no longer than those of PyTorch's test.
TEST_F(TorchFiles, AlignedRowsRunInLockStep) {
  auto rows = readTorchCsv(read("zb1p_2rank_2stagep_compute.csv"));
  ASSERT_TRUE(rows) << rows.message();
  auto facts = checkTorchRows(*rows);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(checkLockStep(*rows, *facts).message(), "");
  TorchRows aligned = alignColumns(*rows, *facts);
  EXPECT_EQ(checkLockStep(aligned, *facts).message(), "");
  EXPECT_EQ(orderOf(aligned), orderOf(*rows));
  for (size_t rank = 0; rank < aligned.ranks.size(); ++rank)
    EXPECT_LE(aligned.ranks[rank].size(), rows->ranks[rank].size());
}
