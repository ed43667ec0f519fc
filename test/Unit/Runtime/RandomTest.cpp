//===- RandomTest.cpp - Tests of the random numbers -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The numbers are part of every program's result, so some are fixed here.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Random.h"

#include <gmock/gmock.h>

using namespace layerpipe::runtime;

TEST(Random, MixingIsSplitMix64) {
  // The first outputs of the reference implementation with state 0.
  EXPECT_EQ(layerpipe::base::mixBits(0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(layerpipe::base::mixBits(0x9e3779b97f4a7c15), 0x6e789e6aa1b965f4u);
}

TEST(Random, EachPartOfTheKeyMatters) {
  uint64_t bits = randomBits(1, 2, 3);
  EXPECT_NE(bits, randomBits(0, 2, 3));
  EXPECT_NE(bits, randomBits(1, 0, 3));
  EXPECT_NE(bits, randomBits(1, 2, 0));
  EXPECT_NE(bits, randomBits(2, 1, 3));
}

TEST(Random, UniformFloatsFillTheUnitInterval) {
  double sum = 0;
  int low = 0;
  constexpr int count = 100000;
  for (int i = 0; i < count; ++i) {
    float value = uniformFloat(randomBits(7, 0, i));
    ASSERT_TRUE(value >= 0 && value < 1);
    sum += value;
    low += value < 0.1f;
  }
  EXPECT_NEAR(sum / count, 0.5, 0.005);
  EXPECT_NEAR(double(low) / count, 0.1, 0.005);
  EXPECT_LT(uniformFloat(~uint64_t(0)), 1.0f);
}

TEST(Random, ShufflingPermutesAndDependsOnSeedAndEpoch) {
  std::vector<int64_t> first(100), again(100), otherEpoch(100), identity(100);
  std::iota(identity.begin(), identity.end(), 0);
  shuffledOrder(5, 0, first);
  shuffledOrder(5, 0, again);
  shuffledOrder(5, 1, otherEpoch);
  EXPECT_EQ(first, again);
  EXPECT_NE(first, otherEpoch);
  EXPECT_NE(first, identity);
  EXPECT_THAT(first, testing::UnorderedElementsAreArray(identity));
}
