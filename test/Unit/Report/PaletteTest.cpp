//===- PaletteTest.cpp - Tests of the colours of strategies ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/Palette.h"

#include <gmock/gmock.h>

using namespace layerpipe::report;

TEST(Palette, aStrategyHasOneColourOnEveryPage) {
  auto all = strategyStyles({"layerpipe", "layerpipe-intra", "pipedream",
                             "pipedream-replicated", "sequential", "x", "y"});
  auto one = strategyStyles({"layerpipe", "y"});
  EXPECT_EQ(one.at("layerpipe"), all.at("layerpipe"));
  std::set<int64_t> colours;
  for (const auto &[name, colour] : all)
    colours.insert(colour);
  EXPECT_EQ(colours.size(), all.size());
}

TEST(Palette, anyNumberOfStrategiesHasColours) {
  std::set<std::string> names;
  for (int i = 0; i < 100; ++i)
    names.insert("strategy " + std::to_string(i));
  for (const auto &[name, colour] : strategyStyles(names)) {
    EXPECT_GE(colour, 0);
    EXPECT_LT(colour, strategyColors);
  }
}
