//===- ScalingTest.cpp - How rows grow with the network -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Scheduling/Graphs.h"

#include "layerpipe/Compare/Compare.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <ctime>

using namespace layerpipe::compare;
using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

ComparedModel makeLongModel(int64_t count) {
  std::mt19937_64 random(1);
  std::vector<LayerTimes> layers(count);
  for (LayerTimes &times : layers)
    times = {draw(random, 1, 99), draw(random, 1, 99), draw(random, 1, 99),
             draw(random, 0, 3)};
  return {"long", "ns", makeChain(layers, 0, /*coupled=*/true),
          makeChain(layers)};
}

/// Processor time, which other programs on the machine do not lengthen.
double secondsFor(const ComparedModel &model, std::string_view strategy) {
  std::clock_t begin = std::clock();
  Result<Row> row = compareRow(model, 8, *parseStrategy(strategy), {});
  EXPECT_TRUE(row) << row.message();
  EXPECT_EQ(row ? row->error : "", "");
  return double(std::clock() - begin) / CLOCKS_PER_SEC;
}

} // namespace

TEST(Scaling, tenThousandLayersTakeSeconds) {
#ifdef LAYERPIPE_SANITIZED
  GTEST_SKIP() << "sanitizers are many times slower";
#endif
  ComparedModel small = makeLongModel(1'000), large = makeLongModel(10'000);
  const std::pair<std::string_view, double> limits[] = {
      {"pipedream", 5}, {"layerpipe-intra", 5}, {"layerpipe", 20}};
  for (auto [strategy, limit] : limits) {
    double before = secondsFor(small, strategy);
    double after = secondsFor(large, strategy);
    std::printf("%.*s: 1,000 layers %.3f s, 10,000 layers %.3f s, x%.1f\n",
                static_cast<int>(strategy.size()), strategy.data(), before,
                after, after / before);
    EXPECT_LT(after, limit) << strategy;
  }
}
