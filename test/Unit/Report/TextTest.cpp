//===- TextTest.cpp - Tests of names and numbers --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/Text.h"

#include <gmock/gmock.h>

#include <limits>

using namespace layerpipe::report;

TEST(ReportText, jsonCantEndItsScript) {
  nlohmann::ordered_json json = {"</script><!--&", "\xFF", "\u2028"};
  std::string text = scriptJson(json);
  EXPECT_EQ(text.find_first_of("<>&"), std::string::npos) << text;
  for (char c : text)
    EXPECT_TRUE(c >= 0x20 && c < 0x7F) << text;
  EXPECT_EQ(nlohmann::json::parse(text)[0], "</script><!--&");
}

TEST(ReportText, numbers) {
  EXPECT_EQ(formatInteger(1234567), "1\u202F234\u202F567");
  EXPECT_EQ(formatInteger(-123456), "-123\u202F456");
  EXPECT_EQ(formatInteger(0), "0");
  EXPECT_EQ(formatBytes(0), "0");
  EXPECT_EQ(formatBytes(1023), "1023 B");
  EXPECT_EQ(formatBytes(1024), "1.0 KiB");
  EXPECT_EQ(formatBytes(1048575), "1.0 MiB");
  EXPECT_EQ(formatBytes(double(std::numeric_limits<int64_t>::max())),
            "8.0 EiB");
  EXPECT_EQ(formatPercent(0.00001), "below 0.1 %");
  EXPECT_EQ(formatPercent(0.99999), "above 99.9 %");
  EXPECT_EQ(formatPercent(1), "100.0 %");
  EXPECT_EQ(formatFactor(1.6649), "1.66");
  EXPECT_EQ(formatPercent(0.103), "10.3 %");
}

TEST(ReportText, timesAreInAUnitThatFits) {
  EXPECT_EQ(formatTime(999, "ns"), "999 ns");
  EXPECT_EQ(formatTime(42850000, "ns"), "42.85 ms");
  EXPECT_EQ(formatTime(1500, "us"), "1.500 ms");
  EXPECT_EQ(formatTime(805306368, "cycles"), "805.3 M cycles");
  EXPECT_EQ(formatTime(5e6, "furlongs"), "5000000 furlongs");
}

TEST(ReportText, ticksAreRoundNumbers) {
  EXPECT_DOUBLE_EQ(niceStep(10, 5), 2);
  EXPECT_DOUBLE_EQ(niceStep(11, 5), 5);
  EXPECT_DOUBLE_EQ(niceStep(0.26, 5), 0.1);
  EXPECT_DOUBLE_EQ(niceStep(0, 5), 1);
}
