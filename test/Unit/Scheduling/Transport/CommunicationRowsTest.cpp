//===- CommunicationRowsTest.cpp - Which rows are legal -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/CommunicationRows.h"
#include "Orders.h"

#include <gtest/gtest.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

static std::string errorOf(const std::string &text) {
  return check(rowsOf(text)).message();
}

TEST(CommunicationRows, TwoStagesAndOneMicrobatch) {
  const std::string text =
      "0F0 0SEND_F0 0RECV_B0 0B0 / 1RECV_F0 1F0 1B0 1SEND_B0";
  EXPECT_EQ(errorOf(text), "");
  EXPECT_EQ(textOf(rowsOf(text)), text);
}

TEST(CommunicationRows, EachSendHasItsReceive) {
  CommunicationRows rows = rowsOf("0F0 0SEND_F0 / 1RECV_F0 1F0");
  CommunicationRows broken = rows;
  broken.processors[1].erase(broken.processors[1].begin());
  EXPECT_EQ(check(broken).message(),
            "'0SEND_F0' of processor 0 has no '1RECV_F0' on processor 1");
  broken = rows;
  broken.processors[0].pop_back();
  EXPECT_EQ(check(broken).message(),
            "'1RECV_F0' of processor 1 has no '0SEND_F0' on processor 0");
  EXPECT_EQ(errorOf("0F0 0SEND_F0 0SEND_F0 / 1RECV_F0 1F0"),
            "processor 0 has '0SEND_F0' twice");
}

TEST(CommunicationRows, MessagesHaveAMakerAndAReader) {
  EXPECT_EQ(errorOf("0SEND_F0 0F0 / 1RECV_F0 1F0"),
            "processor 0 has '0SEND_F0' before '0F0', which makes it");
  EXPECT_EQ(errorOf("0F0 0SEND_F0 / 1F0 1RECV_F0"),
            "processor 1 has '1RECV_F0' after '1F0', which reads it");
  EXPECT_EQ(errorOf("0F0 0SEND_F0 / 1RECV_F0"),
            "processor 1 has '1RECV_F0', but not '1F0', which reads it");
}

TEST(CommunicationRows, IndicesAreInRange) {
  CommunicationRows rows = rowsOf("0F0 0SEND_F0 / 1RECV_F0 1F0");
  ASSERT_TRUE(check(rows).ok());
  CommunicationRows broken = rows;
  broken.processors[0][1].message = 1;
  EXPECT_EQ(check(broken).message(),
            "step 1 of processor 0 names message 1 of 1");
  broken = rows;
  broken.messages[0].toProcessor = 2;
  EXPECT_EQ(check(broken).message(),
            "message 0 names a processor that is not there");
  broken = rows;
  std::swap(broken.messages[0].fromProcessor, broken.messages[0].toProcessor);
  EXPECT_EQ(check(broken).message(),
            "processor 0 has '0SEND_F0', which is processor 1's");
  broken = rows;
  broken.messages.push_back(broken.messages[0]);
  EXPECT_EQ(check(broken).message(), "processor 0 lacks '0SEND_F0'");
}
