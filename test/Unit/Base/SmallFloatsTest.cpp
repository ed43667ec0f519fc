//===- SmallFloatsTest.cpp - Tests of floats of 16 bits -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/SmallFloats.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace layerpipe::base;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Returns the number next to `value` in the direction of `towards`.
float next(float value, float towards) {
  return std::nextafter(value, towards);
}

} // namespace

TEST(SmallFloats, EveryHalfComesBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits)
    if (!std::isnan(halfToFloat(bits)))
      ASSERT_EQ(floatToHalf(halfToFloat(bits)), bits);
}

TEST(SmallFloats, EveryBfloatComesBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits)
    if (!std::isnan(bfloatToFloat(bits)))
      ASSERT_EQ(floatToBfloat(bfloatToFloat(bits)), bits);
}

TEST(SmallFloats, KnownNumbers) {
  EXPECT_EQ(halfToFloat(0x3C00), 1.0f);
  EXPECT_EQ(halfToFloat(0xC000), -2.0f);
  EXPECT_EQ(halfToFloat(0x7BFF), 65504.0f);
  EXPECT_EQ(halfToFloat(0x0001), std::ldexp(1.0f, -24));
  EXPECT_EQ(bfloatToFloat(0x3F80), 1.0f);
}

TEST(SmallFloats, HalvesAreRoundedToTheNearest) {
  // Between neighbours of one sign, the bits count upwards with the magnitude.
  for (uint16_t bits = 0; bits < 0x7BFF; ++bits) {
    float middle = (halfToFloat(bits) + halfToFloat(bits + 1)) / 2;
    ASSERT_EQ(floatToHalf(next(middle, 0)), bits);
    ASSERT_EQ(floatToHalf(middle), bits + (bits & 1));
    ASSERT_EQ(floatToHalf(next(middle, infinity)), bits + 1);
  }
}

TEST(SmallFloats, WhatIsTooLargeIsInfinite) {
  EXPECT_EQ(floatToHalf(next(65520, 0)), 0x7BFF);
  EXPECT_EQ(floatToHalf(65520), 0x7C00);
  EXPECT_EQ(floatToHalf(-1e30f), 0xFC00);
  EXPECT_EQ(floatToBfloat(std::numeric_limits<float>::max()), 0x7F80);
}

TEST(SmallFloats, NaNsStay) {
  float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(halfToFloat(floatToHalf(nan))));
  EXPECT_TRUE(std::isnan(bfloatToFloat(floatToBfloat(nan))));
}
