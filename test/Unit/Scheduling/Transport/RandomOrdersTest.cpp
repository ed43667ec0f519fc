//===- RandomOrdersTest.cpp - Random placements under all transports ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The second judge is a machine that runs rows step by step: it knows queues
// and what stands in front of them, and no graph.
//
//===----------------------------------------------------------------------===//

#include "Orders.h"
#include "Scheduling/Synchronous/PipelineProblems.h"
#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"
#include "layerpipe/Scheduling/Transport/Lowering.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

using Kind = RowStep::Kind;

/// Runs rows until nothing moves any more.
class RowRunner {
public:
  RowRunner(const CommunicationRows &rows, Transport transport)
      : rows(rows), transport(transport), place(rows.processors.size(), 0),
        sent(rows.messages.size(), false), there(rows.messages.size(), false) {}

  bool runsToItsEnd() {
    for (bool moved = true; moved;) {
      moved = false;
      for (size_t p = 0; p < rows.processors.size(); ++p)
        while (step(int64_t(p)))
          moved = true;
      moved |= matchFronts();
    }
    for (size_t p = 0; p < rows.processors.size(); ++p)
      if (place[p] < int64_t(rows.processors[p].size()))
        return false;
    return std::find(there.begin(), there.end(), false) == there.end();
  }

private:
  using Queue = std::tuple<int64_t, int64_t, bool>;

  Queue queueOf(int64_t p, bool send, const Message &message) const {
    int64_t partner = send ? message.toProcessor : message.fromProcessor;
    if (transport == Transport::pair)
      return {p, partner, false};
    if (transport == Transport::edge)
      return {p, partner, send};
    return {p, -1, false};
  }

  bool mayPass(int64_t p) const {
    int64_t at = place[p];
    const std::vector<RowStep> &row = rows.processors[p];
    if (transport == Transport::host && at > 0 &&
        row[at - 1].kind != Kind::compute && !there[row[at - 1].message])
      return false;
    if (row[at].kind != Kind::compute)
      return true;
    for (size_t m = 0; m < rows.messages.size(); ++m)
      if (rows.messages[m].consumer == row[at].action &&
          rows.messages[m].toProcessor == p && !there[m])
        return false;
    return true;
  }

  bool step(int64_t p) {
    const std::vector<RowStep> &row = rows.processors[p];
    if (place[p] == int64_t(row.size()) || !mayPass(p))
      return false;
    const RowStep &now = row[place[p]++];
    if (now.kind != Kind::compute)
      post(p, now);
    return true;
  }

  void post(int64_t p, const RowStep &now) {
    bool send = now.kind == Kind::send;
    if (transport != Transport::eager) {
      queues[queueOf(p, send, rows.messages[now.message])].push_back(
          now.message);
      return;
    }
    if (send)
      sent[now.message] = true;
    else
      posted.push_back(now.message);
  }

  /// Completes what both ends have in front.
  bool matchFronts() {
    bool moved = false;
    for (int64_t m : posted)
      if (sent[m] && !there[m])
        there[m] = moved = true;
    for (size_t m = 0; m < rows.messages.size(); ++m) {
      const Message &message = rows.messages[m];
      auto &from = queues[queueOf(message.fromProcessor, true, message)];
      auto &to = queues[queueOf(message.toProcessor, false, message)];
      if (from.empty() || to.empty() || from.front() != int64_t(m) ||
          to.front() != int64_t(m))
        continue;
      from.pop_front();
      to.pop_front();
      there[m] = moved = true;
    }
    return moved;
  }

  const CommunicationRows &rows;
  Transport transport;
  std::vector<int64_t> place;
  std::vector<bool> sent, there;
  std::vector<int64_t> posted;
  std::map<Queue, std::deque<int64_t>> queues;
};

/// Swaps two neighbours of a row as long as the rows stay legal.
void shuffle(CommunicationRows &rows, std::mt19937_64 &random) {
  for (int round = 0; round < 12; ++round) {
    auto &row = rows.processors[random() % rows.processors.size()];
    if (row.size() < 2)
      continue;
    size_t at = random() % (row.size() - 1);
    std::swap(row[at], row[at + 1]);
    if (!check(rows))
      std::swap(row[at], row[at + 1]);
  }
}

} // namespace

/// Matched rows run under every transport, whatever the placement.
TEST(RandomOrders, MatchedMessagesNeverHang) {
  std::mt19937_64 random(20);
  for (int round = 0; round < 4000; ++round) {
    PipelineProblem problem = randomProblem(random);
    PipelineOrder order = randomOrder(problem, random);
    for (Lowering lowering : {Lowering::matched, Lowering::matched_late}) {
      auto rows = addMessages(problem, order, lowering);
      ASSERT_TRUE(rows) << round << ": " << rows.message();
      ASSERT_EQ(check(*rows).message(), "") << round;
      ASSERT_EQ(withoutMessages(*rows), order) << round;
      for (Transport transport : allTransports)
        ASSERT_EQ(checkTransport(*rows, transport).message(), "")
            << round << ": " << textOf(*rows);
    }
  }
}

/// The graph of waits and the machine agree on rows that hang and on others.
TEST(RandomOrders, TheMachineAgrees) {
  std::mt19937_64 random(21);
  int hangs = 0, runs = 0;
  for (int round = 0; round < 1500; ++round) {
    PipelineProblem problem = randomProblem(random);
    PipelineOrder order = randomOrder(problem, random);
    auto rows = addMessages(problem, order,
                            round % 2 ? Lowering::naive : Lowering::matched);
    ASSERT_TRUE(rows);
    shuffle(*rows, random);
    for (Transport transport : allTransports) {
      bool good = checkTransport(*rows, transport).ok();
      ASSERT_EQ(good, RowRunner(*rows, transport).runsToItsEnd())
          << round << " " << toString(transport) << ": " << textOf(*rows);
      ++(good ? runs : hangs);
    }
    EXPECT_EQ(checkTransport(*rows, Transport::processor).ok(),
              checkTransport(*rows, Transport::host).ok());
  }
  EXPECT_GT(hangs, 500);
  EXPECT_GT(runs, 500);
}

/// Ten thousand actions take no time that one would notice.
TEST(RandomOrders, LongRowsAreLowered) {
  PipelineProblem problem = unitChain(16, 1000);
  auto rows =
      addMessages(problem, *makeNamedOrder(problem, NamedSchedule::one_f_one_b),
                  Lowering::matched_late);
  ASSERT_TRUE(rows) << rows.message();
  EXPECT_EQ(rows->messages.size(), 15u * 1000 * 2);
  for (Transport transport : allTransports)
    EXPECT_TRUE(checkTransport(*rows, transport).ok());
}
