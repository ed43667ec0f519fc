//===- PlacementTest.cpp - Tests of choosing CPUs -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Claims belong to a network namespace; in one of their own, the tests know
// that no other program has claimed anything.
//
//===----------------------------------------------------------------------===//

#include "Placement.h"

#include <gmock/gmock.h>

#include <sched.h>

using namespace layerpipe::runtime;
using testing::HasSubstr;

namespace {

class Placing : public testing::Test {
protected:
  static void SetUpTestSuite() { alone = unshare(CLONE_NEWNET) == 0; }
  void SetUp() override {
    if (!alone)
      GTEST_SKIP() << "no network namespace can be made here";
  }

  static inline bool alone = false;
  const std::vector<int> &all = allowedCpus();
  const int64_t count = int64_t(all.size());
};

} // namespace

TEST_F(Placing, ClaimedCpusAreNotClaimedAgain) {
  ClaimedCpus first(1);
  EXPECT_EQ(first.numbers(), std::vector<int>{all.front()});
  {
    ClaimedCpus others(count);
    EXPECT_EQ(others.numbers(), std::vector<int>(all.begin() + 1, all.end()));
    EXPECT_TRUE(ClaimedCpus(1).numbers().empty());
  }
  EXPECT_EQ(int64_t(ClaimedCpus(count).numbers().size()), count - 1);
  first = ClaimedCpus(0);
  EXPECT_EQ(ClaimedCpus(count).numbers(), all);
}

TEST_F(Placing, ThreadsArePinnedWhereEachHasAFreeCpu) {
  Placement placement = placeThreads(count, Pinning::automatic);
  EXPECT_EQ(placement.cpus, all);
  EXPECT_TRUE(placement.isAlone);
  EXPECT_EQ(placement.warning, "");
  EXPECT_THAT(placement.description, HasSubstr("running on CPU"));

  Placement second = placeThreads(1, Pinning::automatic);
  EXPECT_TRUE(second.cpus.empty());
  EXPECT_FALSE(second.isAlone);
  EXPECT_THAT(second.description, HasSubstr(": other programs have claimed " +
                                            std::to_string(count)));
  Placement forced = placeThreads(1, Pinning::on);
  EXPECT_EQ(forced.cpus, std::vector<int>{all.front()});
  EXPECT_THAT(forced.description, HasSubstr("not alone"));
  EXPECT_TRUE(placeThreads(1, Pinning::off).cpus.empty());
}

/// A program that finds too few CPUs leaves those to others.
TEST_F(Placing, TooFewFreeCpusAreGivenBack) {
  ClaimedCpus other(1);
  Placement placement = placeThreads(count, Pinning::automatic);
  EXPECT_TRUE(placement.cpus.empty());
  EXPECT_EQ(int64_t(ClaimedCpus(count).numbers().size()), count - 1);
}

TEST_F(Placing, MoreThreadsThanCpusAreWarnedOf) {
  Placement placement = placeThreads(count + 1, Pinning::automatic);
  EXPECT_TRUE(placement.cpus.empty());
  EXPECT_THAT(placement.warning, HasSubstr("take turns on"));
  Placement forced = placeThreads(count + 1, Pinning::on);
  EXPECT_EQ(int64_t(forced.cpus.size()), count + 1);
  EXPECT_EQ(forced.cpus.back(), all.front());
}
