//===- DeadlockTest.cpp - Rows that wait for each other -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/Deadlock.h"
#include "Orders.h"

#include <gmock/gmock.h>

#include <fmt/format.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

/// The transports under which the rows hang, as "pair rank host".
static std::string hangsUnder(const std::string &text) {
  CommunicationRows rows = rowsOf(text);
  EXPECT_EQ(check(rows).message(), "");
  std::string names;
  for (Transport transport : allTransports)
    if (!checkTransport(rows, transport))
      names += (names.empty() ? "" : " ") + std::string(toString(transport));
  return names;
}

TEST(Deadlock, NamesOfTransportsAreRead) {
  for (Transport transport : allTransports)
    EXPECT_EQ(parseTransport(toString(transport)), transport);
  EXPECT_FALSE(parseTransport("nccl"));
}

/// Both processors send before they receive.
TEST(Deadlock, TwoSendsThatFaceEachOther) {
  const std::string text = "0F0 0SEND_F0 0F1 0SEND_F1 0RECV_B0 0B0 / "
                           "1RECV_F0 1F0 1B0 1SEND_B0 1RECV_F1 1F1";
  EXPECT_EQ(hangsUnder(text), "pair rank host");
  Status pair = checkTransport(rowsOf(text), Transport::pair);
  EXPECT_EQ(pair.message(),
            "processor 0 never completes '0SEND_F1': '1RECV_F1' of processor 1 "
            "is queued behind '1SEND_B0'; '0RECV_B0' of processor 0 is queued "
            "behind '0SEND_F1'");
  EXPECT_EQ(pair.error().failure, Failure::infeasible);
}

/// Each of three processors sends to the next one before it receives. No two of
/// them share two messages, so queues of pairs run.
TEST(Deadlock, ARingOfSends) {
  EXPECT_EQ(hangsUnder("0F1 0SEND_F1 3RECV_F0 3F0 / "
                       "4F1 4B1 4SEND_B1 1RECV_F1 1F1 / "
                       "2F0 2SEND_F0 3RECV_B1 3B1"),
            "rank host");
}

/// The queue of one direction has two messages, which its ends expect in
/// different orders.
TEST(Deadlock, TwoOrdersInOneDirection) {
  const std::string text =
      "0F0 0F1 0SEND_F0 0SEND_F1 / 1RECV_F1 1RECV_F0 1F0 1F1";
  EXPECT_EQ(hangsUnder(text), "pair rank host edge");
  EXPECT_EQ(checkTransport(rowsOf(text), Transport::edge).message(),
            "processor 0 never completes '0SEND_F0': '1RECV_F0' of processor 1 "
            "is queued behind '1RECV_F1'; '0SEND_F1' of processor 0 is queued "
            "behind '0SEND_F0'");
}

/// Two directed edges, each with one order: the cycle goes through actions.
TEST(Deadlock, ACycleThroughActionsHangsEverywhere) {
  const std::string text = "0RECV_B0 0B0 0F1 0SEND_F1 / 1RECV_F1 1F1 1B0 "
                           "1SEND_B0";
  EXPECT_EQ(hangsUnder(text), "eager pair rank host edge");
  EXPECT_EQ(checkTransport(rowsOf(text), Transport::edge).message(),
            "processor 0 never completes '0RECV_B0': '1SEND_B0' of processor 1 "
            "comes after '1F1'; '1F1' of processor 1 reads what '1RECV_F1' "
            "brings; '0SEND_F1' of processor 0 comes after '0B0'; '0B0' of "
            "processor 0 reads what '0RECV_B0' brings");
}

/// A processor that waits in its row also holds up what it would post later.
TEST(Deadlock, OnlyTheHostWaits) {
  const std::string text =
      "0F0 0SEND_F0 0F1 0SEND_F1 / 1RECV_F0 1RECV_F1 1F0 1F1";
  EXPECT_EQ(hangsUnder(text), "");
}

/// Each of ten microbatches waits for the next one to come back.
TEST(Deadlock, LongCyclesAreToldInShort) {
  std::string there, back;
  for (int64_t m = 0; m < 10; ++m) {
    int64_t next = (m + 1) % 10;
    there += fmt::format("0RECV_B{0} 0B{0} 0F{1} 0SEND_F{1} / ", m, next);
    back += fmt::format("1RECV_F{0} 1F{0} 1B{0} 1SEND_B{0} / ", m);
  }
  Status status =
      checkTransport(rowsOf(there + back + "2F0"), Transport::eager);
  EXPECT_THAT(status.message(), testing::HasSubstr("; … (32 more); "));
}
