//===- ScalingTest.cpp - How rows grow with the network -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Scheduling/Graphs.h"

#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Scheduling/SearchScope.h"

#include <gtest/gtest.h>

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

int64_t stepsFor(const ComparedModel &model, std::string_view strategy) {
  SearchScope scope;
  Result<Row> row = compareRow(model, 8, *parseStrategy(strategy), {});
  EXPECT_TRUE(row) << row.message();
  EXPECT_EQ(row ? row->error : "", "");
  return scope.steps();
}

} // namespace

TEST(Scaling, tenThousandLayersTakeNearLinearWork) {
#ifdef LAYERPIPE_SANITIZED
  GTEST_SKIP() << "sanitizers are many times slower";
#endif
  ComparedModel small = makeLongModel(1'000), large = makeLongModel(10'000);
  for (std::string_view strategy :
       {"pipedream", "layerpipe-intra", "layerpipe"}) {
    SCOPED_TRACE(strategy);
    EXPECT_PRED2(growsNearLinearly, stepsFor(small, strategy),
                 stepsFor(large, strategy));
  }
}

/// A row's searches end together, not one after the other at its limit each,
/// and say that their time was over.
TEST(Scaling, searchesOfARowShareItsTime) {
  ComparedModel model = makeLongModel(60);
  CompareOptions options;
  options.communication.bandwidth = {1, 100};
  Strategy strategy = *parseStrategy("layerpipe");
  SearchScope whole;
  Result<Row> without = compareRow(model, 8, strategy, options);
  int64_t steps = whole.steps();
  options.limits.seconds = 1e-9;
  SearchScope cut;
  Result<Row> within = compareRow(model, 8, strategy, options);
  ASSERT_TRUE(without && within);
  EXPECT_EQ(within->error, "");
  EXPECT_EQ(within->proof, Proof::out_of_time);
  EXPECT_LT(cut.steps() * 4, steps);
}
