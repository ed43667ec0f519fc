//===- BuffersTest.cpp - Until when messages need memory ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/Buffers.h"
#include "Orders.h"
#include "Scheduling/Synchronous/PipelineProblems.h"
#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Scheduling/Transport/Lowering.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <queue>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::ElementsAre;

TEST(Buffers, AGradientTellsThatTheOutputWasRead) {
  auto lives = buffersOf(
      rowsOf("0F0 0SEND_F0 0RECV_B0 0B0 / 1RECV_F0 1F0 1B0 1SEND_B0"));
  ASSERT_TRUE(lives) << lives.message();
  // The output is sent at step 1, and known to be read at 0B0, which is step 3.
  // Nobody tells processor 1 that its gradient was read.
  EXPECT_THAT(*lives,
              ElementsAre(BufferLife{1, 3, 0, 3}, BufferLife{3, 4, 2, 4}));
}

/// Weight gradients read what their stage received.
TEST(Buffers, SplitGradientsKeepWhatTheyRead) {
  CommunicationRows rows =
      rowsOf("0F0 0SEND_F0 0RECV_B0 0B0 / 1RECV_F0 1F0 1I0 1SEND_B0 1W0");
  rows.messages[1].producer.kind = ActionKind::input_gradient;
  auto lives = buffersOf(rows);
  ASSERT_TRUE(lives) << lives.message();
  EXPECT_EQ((*lives)[0], (BufferLife{1, 3, 0, 5}));
}

TEST(Buffers, WrongRowsAreRefused) {
  EXPECT_FALSE(buffersOf(rowsOf("0SEND_F0 0F0 / 1RECV_F0 1F0")));
  EXPECT_FALSE(buffersOf(
      rowsOf("0RECV_B0 0B0 0F1 0SEND_F1 / 1RECV_F1 1F1 1B0 1SEND_B0")));
}

/// A stage of 1F1B holds as many outputs as it is stages away from the end.
TEST(Buffers, OneForwardOneBackwardHoldsFew) {
  PipelineProblem problem = unitChain(4, 64);
  for (auto [schedule, first] : {std::pair(NamedSchedule::gpipe, 64),
                                 std::pair(NamedSchedule::one_f_one_b, 4)}) {
    auto rows = addMessages(problem, *makeNamedOrder(problem, schedule),
                            Lowering::naive);
    ASSERT_TRUE(rows);
    auto lives = buffersOf(*rows);
    ASSERT_TRUE(lives);
    EXPECT_EQ(mostBuffers(*rows, *lives).front(), first + 1);
  }
}

namespace {

/// Returns whether, in any run of the rows, the reader of the message is over
/// before the step of its sender starts: whether a path leads from one to the
/// other.
bool isReadBefore(const CommunicationRows &rows, int64_t message,
                  int64_t step) {
  const Message &one = rows.messages[message];
  using Place = std::pair<int64_t, int64_t>;
  auto placeOf = [&](int64_t processor, auto matches) {
    const auto &row = rows.processors[processor];
    return std::find_if(row.begin(), row.end(), matches) - row.begin();
  };
  int64_t reader = placeOf(one.toProcessor, [&](const RowStep &now) {
    return now.kind == RowStep::Kind::compute && now.action == one.consumer;
  });
  // Everything behind the reader in its row, and what that sends.
  std::vector<int64_t> reached;
  for (const auto &row : rows.processors)
    reached.push_back(int64_t(row.size()));
  std::queue<Place> front;
  auto reach = [&](int64_t processor, int64_t from) {
    for (int64_t at = from; at < reached[processor]; ++at)
      front.push({processor, at});
    reached[processor] = std::min(reached[processor], from);
  };
  reach(one.toProcessor, reader + 1);
  while (!front.empty()) {
    auto [processor, at] = front.front();
    front.pop();
    const RowStep &now = rows.processors[processor][at];
    if (now.kind != RowStep::Kind::send)
      continue;
    const Message &sent = rows.messages[now.message];
    reach(sent.toProcessor, placeOf(sent.toProcessor, [&](const RowStep &to) {
            return to.kind == RowStep::Kind::compute &&
                   to.action == sent.consumer;
          }));
  }
  return reached[one.fromProcessor] <= step;
}

} // namespace

TEST(Buffers, AreFreeWhenAPathSaysSo) {
  std::mt19937_64 random(41);
  int freed = 0;
  for (int round = 0; round < 300; ++round) {
    PipelineProblem problem = randomProblem(random);
    auto rows = addMessages(problem, randomOrder(problem, random),
                            Lowering::matched_late);
    ASSERT_TRUE(rows);
    auto lives = buffersOf(*rows);
    ASSERT_TRUE(lives) << lives.message();
    for (size_t m = 0; m < lives->size(); ++m) {
      const BufferLife &life = (*lives)[m];
      auto message = static_cast<int64_t>(m);
      int64_t end = rows->processors[rows->messages[m].fromProcessor].size();
      if (life.sentFree < end) {
        ++freed;
        EXPECT_TRUE(isReadBefore(*rows, message, life.sentFree));
      }
      EXPECT_FALSE(isReadBefore(*rows, message, life.sentFree - 1));
    }
  }
  EXPECT_GT(freed, 500);
}
