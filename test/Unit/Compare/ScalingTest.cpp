//===- ScalingTest.cpp - How rows grow with the network -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Scheduling/Graphs.h"
#include "OneRow.h"

#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"

#include <gtest/gtest.h>

using namespace layerpipe::compare;
using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

TaskForms makeLongModel(int64_t count) {
  std::mt19937_64 random(1);
  std::vector<LayerTimes> layers(count);
  for (LayerTimes &times : layers)
    times = {draw(random, 1, 99), draw(random, 1, 99), draw(random, 1, 99),
             draw(random, 0, 3)};
  return {"long", "ns", makeChain(layers, 0, /*coupled=*/true),
          makeChain(layers)};
}

int64_t stepsFor(const TaskForms &model, std::string_view strategy) {
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
  TaskForms small = makeLongModel(1'000), large = makeLongModel(10'000);
  for (std::string_view strategy :
       {"pipedream", "layerpipe-intra", "layerpipe"}) {
    SCOPED_TRACE(strategy);
    EXPECT_PRED2(growsNearLinearly, stepsFor(small, strategy),
                 stepsFor(large, strategy));
  }
}

/// Processors that no task could use cost nothing, and are there.
TEST(Scaling, idleProcessorsCostNoWork) {
  TaskForms model = makeLongModel(6);
  for (const Strategy &strategy : knownStrategies()) {
    if (!strategy.schedulable || strategy.ordersMicrobatches)
      continue;
    SCOPED_TRACE(strategy.name);
    std::vector<int64_t> steps, periods;
    for (int64_t processors : {1000, 100'000}) {
      SearchScope scope;
      Result<Row> row = compareRow(model, processors, strategy, {});
      ASSERT_TRUE(row && row->error.empty());
      EXPECT_EQ(row->processors, processors);
      EXPECT_LT(*row->utilization, 0.1);
      steps.push_back(scope.steps());
      periods.push_back(*row->period);
    }
    EXPECT_EQ(steps[0], steps[1]);
    EXPECT_EQ(periods[0], periods[1]);
  }
}

/// A row's searches end together, not one after the other at its limit each,
/// and say that their time was over.
TEST(Scaling, searchesOfARowShareItsTime) {
  TaskForms model = makeLongModel(60);
  CompareOptions options;
  options.links.others.bandwidth = {1, 100};
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
