//===- PinCostTest.cpp - Comparisons with layers that are placed ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Comparisons.h"
#include "layerpipe/Compare/Format.h"

#include <gmock/gmock.h>

namespace layerpipe::compare::test {
namespace {

using testing::HasSubstr;

/// Three equal layers, the first two of which are placed on processor 1.
class PinCost : public testing::Test {
protected:
  std::vector<Row> compare() {
    auto rows = compareAll(model, options);
    EXPECT_TRUE(rows) << rows.message();
    return rows ? *rows : std::vector<Row>();
  }

  TaskForms model = makeModel({{10, 10, 10}, {10, 10, 10}, {10, 10, 10}});
  CompareOptions options = makeOptions(
      "2", "sequential,pipedream,pipedream-replicated,layerpipe-intra,"
           "layerpipe");
  machine::NamedPins placed = {{"F1", 1}, {"F2", 1}};
};

TEST_F(PinCost, IsTheRatioOfBothPeriods) {
  std::vector<Row> free = compare();
  for (const Row &row : free) {
    EXPECT_FALSE(row.pinned);
    EXPECT_FALSE(row.freePeriod);
  }
  options.pins = placed;
  std::vector<Row> rows = compare();
  ASSERT_EQ(rows.size(), free.size());
  bool costs = false;
  for (size_t row = 0; row < rows.size(); ++row) {
    ASSERT_EQ(rows[row].error, "");
    EXPECT_TRUE(rows[row].pinned);
    EXPECT_EQ(rows[row].freePeriod,
              std::min(*free[row].period, *rows[row].period));
    EXPECT_DOUBLE_EQ(*rows[row].pinCost,
                     double(*rows[row].period) / double(*rows[row].freePeriod));
    costs |= *rows[row].pinCost > 1;
  }
  EXPECT_TRUE(costs);
}

TEST_F(PinCost, HasKeysAndAColumnOfItsOwn) {
  std::string before = formatCsv(compare());
  EXPECT_THAT(before, testing::Not(HasSubstr("pin_cost")));
  options.pins = placed;
  std::vector<Row> rows = compare();
  EXPECT_THAT(formatCsv(rows),
              HasSubstr("staler_parameters,free_period,pin_cost\r\n"));
  EXPECT_THAT(formatJson(rows), HasSubstr("\"free_period\":"));
  EXPECT_THAT(formatTable("chain", rows), HasSubstr("pin cost"));
}

TEST_F(PinCost, StrategiesThatCannotKeepPinsSayWhy) {
  options.pins = {{"F1", 1}, {"F2", 0}, {"F3", 1}};
  std::vector<Row> rows = compare();
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0].error,
            "the strategy sequential has one processor, but 'F1' is placed on "
            "processor 1 and 'F2' on 0");
  EXPECT_THAT(rows[1].error, HasSubstr("contiguous stages can't have"));
  EXPECT_THAT(rows[2].error, HasSubstr("contiguous stages can't have"));
  EXPECT_EQ(rows[3].error, "");
  EXPECT_EQ(rows[4].error, "");
}

TEST_F(PinCost, OfLayersOrProcessorsThatAreNotThere) {
  options.pins = {{"F1", 2}};
  EXPECT_EQ(compareAll(model, options).message(),
            "layer 'F1' is placed on processor 2; there are 0 to 1");
  options.pins = {{"F11x", 0}};
  EXPECT_THAT(compareAll(model, options).message(),
              HasSubstr("there is no layer 'F11x' to place on processor 0"));
}

} // namespace
} // namespace layerpipe::compare::test
