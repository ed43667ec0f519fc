//===- ChannelTest.cpp - Tests of the hand-over between threads -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counting rules of a channel, and two threads that pass many values through a
// ring: every value arrives, none is overwritten too early. ThreadSanitizer
// sees the payload's accesses.
//
//===----------------------------------------------------------------------===//

#include "SharedMemoryChannel.h"

#include <gtest/gtest.h>

#include <thread>

#include <sys/resource.h>

using namespace layerpipe::runtime;
using namespace std::chrono_literals;

static const std::atomic<bool> never{false};

/// Sends `count` numbers through a ring of `slots`; returns how many arrived
/// right.
static int64_t passNumbers(int64_t slots, int64_t distance, int64_t count,
                           std::chrono::nanoseconds spin) {
  SharedMemoryChannel channel(slots, false, {distance});
  channel.reset(0);
  std::vector<int64_t> ring(slots + distance, -1);
  auto slot = [&](int64_t i) -> int64_t & {
    return ring[(i + 2 * distance) % int64_t(ring.size())];
  };
  WaitPolicy policy{spin, &never};
  std::thread producer([&] {
    for (int64_t i = 0; i < count; ++i) {
      channel.waitForCapacity(i, policy);
      slot(i) = i;
      channel.publish(i);
    }
  });
  int64_t right = 0;
  for (int64_t i = 0; i < count; ++i) {
    if (i >= distance)
      channel.waitForValue(i - distance, policy);
    right += slot(i - distance) == (i >= distance ? i - distance : -1);
    channel.release(0, i);
  }
  producer.join();
  return right;
}

TEST(Channel, PassesEveryValueWhenSpinning) {
  EXPECT_EQ(passNumbers(1, 0, 500, 20us), 500);
  EXPECT_EQ(passNumbers(8, 0, 20000, 20us), 20000);
}

TEST(Channel, PassesEveryValueWhenSleeping) {
  EXPECT_EQ(passNumbers(1, 0, 2000, 0ns), 2000);
  EXPECT_EQ(passNumbers(4, 0, 10000, 0ns), 10000);
}

/// A reader that sleeps until many values are there is woken once for them all,
/// not by each. Beside that it looks for a stop every 20 ms, so a slow machine
/// wakes it more often.
TEST(Channel, SleeperIsWokenByWhatItWaitsFor) {
  constexpr int64_t bursts = 50, burst = 64;
  SharedMemoryChannel channel(2 * burst, false, {0});
  channel.reset(0);
  WaitPolicy policy{0ns, &never};
  std::thread producer([&] {
    for (int64_t i = 0; i < bursts * burst; ++i) {
      channel.waitForCapacity(i, policy);
      std::this_thread::sleep_for(20us);
      channel.publish(i);
    }
  });
  rusage before = {}, after = {};
  auto begin = std::chrono::steady_clock::now();
  getrusage(RUSAGE_THREAD, &before);
  for (int64_t i = burst; i <= bursts * burst; i += burst) {
    EXPECT_EQ(channel.waitForValue(i - 1, policy), WaitResult::Reached);
    channel.release(0, i - 1);
  }
  getrusage(RUSAGE_THREAD, &after);
  producer.join();
  int64_t looks = (std::chrono::steady_clock::now() - begin) / 20ms;
  EXPECT_LE(after.ru_nvcsw - before.ru_nvcsw, bursts * burst / 4 + looks);
}

TEST(Channel, ReaderAtADistanceGetsOldValues) {
  EXPECT_EQ(passNumbers(3, 2, 10000, 1us), 10000);
}

TEST(Channel, ReleasesWhatTheSlowestReaderHasDone) {
  SharedMemoryChannel channel(4, false, {0, 2});
  channel.reset(0);
  EXPECT_EQ(channel.releasedCount(), -2);
  channel.release(0, 0);
  EXPECT_EQ(channel.releasedCount(), -2);
  channel.release(1, 0);
  EXPECT_EQ(channel.releasedCount(), -1);
  channel.release(1, 1);
  channel.release(1, 2);
  EXPECT_EQ(channel.releasedCount(), 1);
}

TEST(Channel, LastIterationOfEveryReaderReleasesEverything) {
  SharedMemoryChannel channel(1, false, {0, 3});
  channel.reset(0);
  channel.release(1, 0);
  channel.releaseAll(1, 2);
  EXPECT_EQ(channel.releasedCount(), 0);
  channel.release(0, 0);
  channel.releaseAll(0, 2);
  EXPECT_EQ(channel.releasedCount(), 2);
}

TEST(Channel, CapacityIsCheckedUnlessTurnedOff) {
  SharedMemoryChannel checked(2, false, {0}), unchecked(2, true, {0});
  checked.reset(0);
  unchecked.reset(0);
  EXPECT_TRUE(checked.hasCapacity(1));
  EXPECT_FALSE(checked.hasCapacity(2));
  EXPECT_TRUE(unchecked.hasCapacity(9));
}

TEST(Channel, StopEndsASleepingWait) {
  std::atomic<bool> stop{false};
  Counter counter;
  std::thread waiter([&] {
    EXPECT_EQ(counter.waitFor(1, {0ns, &stop}), WaitResult::Stopped);
  });
  std::this_thread::sleep_for(5ms);
  stop.store(true);
  waiter.join();
}

TEST(Channel, WaitWithTimeoutGivesUp) {
  Counter counter;
  EXPECT_EQ(counter.waitFor(1, {0ns, &never}, 1ms), WaitResult::TimedOut);
  counter.set(1);
  EXPECT_EQ(counter.waitFor(1, {0ns, &never}, 1ms), WaitResult::Reached);
}
