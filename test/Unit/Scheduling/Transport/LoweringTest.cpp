//===- LoweringTest.cpp - Sends and receives for an order -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/Lowering.h"
#include "Orders.h"
#include "Scheduling/Synchronous/PipelineProblems.h"
#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"

#include <gtest/gtest.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

constexpr Lowering allLowerings[] = {Lowering::naive, Lowering::matched,
                                     Lowering::matched_late};

std::string lowered(const PipelineProblem &problem, const PipelineOrder &order,
                    Lowering lowering) {
  auto rows = addMessages(problem, order, lowering);
  return rows ? textOf(*rows) : rows.message();
}

/// The transports under which the lowered order hangs.
std::string hangsUnder(const PipelineProblem &problem,
                       const PipelineOrder &order, Lowering lowering) {
  auto rows = addMessages(problem, order, lowering);
  EXPECT_TRUE(rows) << rows.message();
  EXPECT_EQ(check(*rows).message(), "");
  EXPECT_EQ(withoutMessages(*rows), order);
  std::string names;
  for (Transport transport : allTransports)
    if (!checkTransport(*rows, transport))
      names += (names.empty() ? "" : " ") + std::string(toString(transport));
  return names;
}

} // namespace

TEST(Lowering, PlacesOfReceives) {
  PipelineProblem problem = unitChain(2, 2);
  PipelineOrder order = orderOf("0F0 0F1 0B0 0B1; 1F0 1B0 1F1 1B1");
  EXPECT_EQ(lowered(problem, order, Lowering::naive),
            "0F0 0SEND_F0 0F1 0SEND_F1 0RECV_B0 0B0 0RECV_B1 0B1 / "
            "1RECV_F0 1F0 1B0 1SEND_B0 1RECV_F1 1F1 1B1 1SEND_B1");
  EXPECT_EQ(lowered(problem, order, Lowering::matched),
            "0F0 0SEND_F0 0F1 0SEND_F1 0RECV_B0 0B0 0RECV_B1 0B1 / "
            "1RECV_F0 1F0 1RECV_F1 1B0 1SEND_B0 1F1 1B1 1SEND_B1");
  // The second receive can't pass the send without a change of the order.
  EXPECT_EQ(lowered(problem, order, Lowering::matched_late),
            "0F0 0SEND_F0 0F1 0SEND_F1 0RECV_B0 0B0 0RECV_B1 0B1 / "
            "1RECV_F0 1F0 1B0 1RECV_F1 1SEND_B0 1F1 1B1 1SEND_B1");
}

/// Receives that are not read yet stay behind those that are.
TEST(Lowering, ReceivesKeepTheirOrder) {
  PipelineProblem problem = unitChain(2, 3);
  PipelineOrder order =
      orderOf("0F0 0F1 0F2 0B2 0B1 0B0; 1F0 1F1 1F2 1B2 1B1 1B0");
  EXPECT_EQ(lowered(problem, order, Lowering::matched_late),
            "0F0 0SEND_F0 0F1 0SEND_F1 0F2 0SEND_F2 0RECV_B2 0B2 0RECV_B1 0B1 "
            "0RECV_B0 0B0 / 1RECV_F0 1F0 1RECV_F1 1F1 1RECV_F2 1F2 1B2 "
            "1SEND_B2 1B1 1SEND_B1 1B0 1SEND_B0");
}

/// The table of the transports: naive rows of 1F1B hang, and all others run.
TEST(Lowering, OneForwardOneBackwardHangsWhenLoweredNaively) {
  PipelineProblem problem = unitChain(4, 8);
  PipelineOrder order = *makeNamedOrder(problem, NamedSchedule::one_f_one_b);
  EXPECT_EQ(hangsUnder(problem, order, Lowering::naive), "pair rank host");
  EXPECT_EQ(hangsUnder(problem, order, Lowering::matched), "");
  EXPECT_EQ(hangsUnder(problem, order, Lowering::matched_late), "");
  auto rows = addMessages(problem, order, Lowering::matched);
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->messages.size(), 3u * 8 * 2);
}

TEST(Lowering, GPipeRunsAnyhow) {
  PipelineProblem problem = unitChain(4, 8);
  for (Lowering lowering : allLowerings)
    EXPECT_EQ(hangsUnder(problem,
                         *makeNamedOrder(problem, NamedSchedule::gpipe),
                         lowering),
              "");
}

/// Each of the named orders but GPipe hangs somewhere when lowered naively, and
/// none does when messages are matched.
TEST(Lowering, AllNamedOrders) {
  for (const NamedScheduleInfo &info : namedSchedules()) {
    bool twice =
        info.placement == Placement::loop || info.placement == Placement::v;
    PipelineProblem chain = unitChain(twice ? 8 : 4, 12);
    chain.machine.processors = 4;
    auto problem = place(chain, info.placement);
    ASSERT_TRUE(problem) << info.name << ": " << problem.message();
    auto order = makeNamedOrder(*problem, info.schedule);
    ASSERT_TRUE(order) << info.name << ": " << order.message();
    bool gpipe = info.schedule == NamedSchedule::gpipe;
    EXPECT_EQ(hangsUnder(*problem, *order, Lowering::naive).empty(), gpipe)
        << info.name;
    EXPECT_EQ(hangsUnder(*problem, *order, Lowering::matched), "") << info.name;
    EXPECT_EQ(hangsUnder(*problem, *order, Lowering::matched_late), "")
        << info.name;
  }
}

/// What overlaps receives before both actions, and sends after both.
TEST(Lowering, ActionsThatOverlapStayTogether) {
  PipelineProblem problem = unitChain(2, 2);
  PipelineOrder order = orderOf("0F0 0F1 0B0 0B1; 1F0 1B0+ 1F1 1B1");
  for (Lowering lowering : allLowerings)
    EXPECT_EQ(lowered(problem, order, lowering),
              "0F0 0SEND_F0 0F1 0SEND_F1 0RECV_B0 0B0 0RECV_B1 0B1 / "
              "1RECV_F0 1F0 1RECV_F1 1B0 1F1 1SEND_B0 1B1 1SEND_B1");
  // Then the first one can't wait for what the second one leads to.
  order = orderOf("0F0 0B0 0F1 0B1; 1F0 1B0+ 1F1 1B1");
  EXPECT_EQ(
      lowered(problem, order, Lowering::matched),
      "actions wait for each other forever: 0B0 on processor 0 reads what "
      "1B0 makes, which processor 1 runs together with 1B0; 1F1 on "
      "processor 1 reads what 0F1 makes, which processor 0 runs after "
      "0B0");
}

TEST(Lowering, SkipsAreMessagesToo) {
  PipelineProblem problem = unitChain(3, 1);
  problem.edges.push_back({0, 2, 8});
  problem.edges.push_back({0, 2, 8});
  PipelineOrder order = orderOf("0F0 0B0; 1F0 1B0; 2F0 2B0");
  auto rows = addMessages(problem, order, Lowering::matched);
  ASSERT_TRUE(rows) << rows.message();
  EXPECT_EQ(rows->messages.size(), 6u);
  EXPECT_EQ(hangsUnder(problem, order, Lowering::matched), "");
}

TEST(Lowering, WrongOrdersAreRefused) {
  PipelineProblem problem = unitChain(2, 1);
  EXPECT_EQ(lowered(problem, orderOf("0F0 0B0; 1B0 1F0"), Lowering::naive),
            "processor 1, action 0 (1B0): it must come after 1F0");
  problem.stages[1].processor = 0;
  problem.machine.processors = 1;
  EXPECT_EQ(
      lowered(problem, orderOf("0F0 0B0 1F0 1B0"), Lowering::naive),
      "actions wait for each other forever: 0B0 on processor 0 reads what "
      "1B0 makes, which processor 0 runs after 0B0");
}
