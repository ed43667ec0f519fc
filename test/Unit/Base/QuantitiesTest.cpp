//===- QuantitiesTest.cpp - Tests of numbers for people -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Quantities.h"

#include <gmock/gmock.h>

#include <limits>

using namespace layerpipe::base;

TEST(Quantities, percentTextNeverRoundsToNothing) {
  EXPECT_EQ(percentText(0), "0.0 %");
  EXPECT_EQ(percentText(1e-9), "<0.1 %");
  EXPECT_EQ(percentText(0.0005), "0.1 %");
  EXPECT_EQ(percentText(0.1025), "10.2 %");
  EXPECT_EQ(percentText(1), "100.0 %");
}

TEST(Quantities, countTextHasThreeDigits) {
  EXPECT_EQ(countText(0), "0");
  EXPECT_EQ(countText(99'999), "99999");
  EXPECT_EQ(countText(100'000), "100 k");
  EXPECT_EQ(countText(999'499), "999 k");
  EXPECT_EQ(countText(999'500), "1.00 M");
  EXPECT_EQ(countText(42'467'328), "42.5 M");
  EXPECT_EQ(countText(6'680'000'000), "6.68 G");
  EXPECT_EQ(countText(std::numeric_limits<int64_t>::max()), "9.22 E");
}

TEST(Quantities, bytesTextHasBinaryUnits) {
  EXPECT_EQ(bytesText(1023), "1023 B");
  EXPECT_EQ(bytesText(1536), "1.5 KiB");
  EXPECT_EQ(bytesText(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(bytesText(std::numeric_limits<int64_t>::max()), "8.0 EiB");
}

TEST(Quantities, durationTextHasTwoUnits) {
  EXPECT_EQ(durationText(0.4), "0 s");
  EXPECT_EQ(durationText(59.4), "59 s");
  EXPECT_EQ(durationText(59.6), "1 min 00 s");
  EXPECT_EQ(durationText(7'620), "2 h 07 min");
  EXPECT_EQ(durationText(-1), "0 s");
  EXPECT_EQ(durationText(std::numeric_limits<double>::infinity()),
            "876000 h 00 min");
}
