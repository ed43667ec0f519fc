//===- ActionFiguresTest.cpp - What orders of microbatches cost -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Comparisons.h"
#include "layerpipe/Compare/Format.h"

#include <gmock/gmock.h>

using namespace layerpipe::compare;
using namespace layerpipe::compare::test;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

static std::vector<Row> rowsOf(std::string_view strategies,
                               std::optional<Jitter> jitter = std::nullopt) {
  CompareOptions options = makeOptions("2", strategies);
  options.jitter = jitter;
  return *compareAll(makeModel({{1, 1, 1}, {1, 1, 1}}), options);
}

TEST(ActionFigures, OrdersHaveSpansBoundsAndPeaks) {
  std::vector<Row> rows = rowsOf("pipedream,gpipe");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_FALSE(rows[0].actionsSpan);
  EXPECT_TRUE(rows[0].ordersMicrobatches);
  ASSERT_TRUE(rows[1].actionsSpan) << rows[1].error;
  ASSERT_TRUE(rows[1].actionsBound);
  EXPECT_GE(*rows[1].actionsSpan, *rows[1].actionsBound);
  EXPECT_FALSE(rows[1].actionsBoundReason.empty());
  EXPECT_EQ(rows[1].actionsPeakBytes.size(), 2u);
  EXPECT_THAT(rowKeys(rows[0]), Contains("actions_peak_bytes"));
  EXPECT_THAT(rowKeys(rows[0]), Not(Contains("jitter_fixed")));
  EXPECT_THAT(formatJson(rows), HasSubstr("\"actions_peak_bytes\":["));
  EXPECT_THAT(formatJson(rows), HasSubstr("\"actions_span\":null"));
  EXPECT_THAT(formatTable("m", rows), HasSubstr("  span  "));
}

TEST(ActionFigures, OtherComparisonsHaveNone) {
  std::vector<Row> rows = rowsOf("pipedream", Jitter{10, 2});
  EXPECT_THAT(rowKeys(rows[0]), Not(Contains("actions_span")));
  EXPECT_THAT(rowKeys(rows[0]), Not(Contains("jitter_fixed")));
  EXPECT_THAT(formatTable("m", rows), Not(HasSubstr("  span  ")));
}

TEST(ActionFigures, JitterStretchesSpans) {
  CompareOptions options = makeOptions("2", "gpipe");
  TaskForms model = makeModel({{1000, 1000, 1000}, {1000, 1000, 1000}});
  options.jitter = Jitter{0, 3};
  EXPECT_EQ(compareAll(model, options)->front().jitterFixed, 1.0);
  options.jitter = Jitter{30, 20};
  Row row = compareAll(model, options)->front();
  ASSERT_TRUE(row.jitterFixed && row.jitterReady) << row.error;
  EXPECT_NE(*row.jitterFixed, 1.0);
  EXPECT_GT(*row.jitterFixed, 0.7);
  EXPECT_LT(*row.jitterFixed, 1.3);
  EXPECT_THAT(formatTable("m", {row}), HasSubstr(" fixed "));
  options.limits.seed = 1;
  EXPECT_NE(compareAll(model, options)->front().jitterFixed, row.jitterFixed);
}
