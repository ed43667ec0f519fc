//===- FractionsTest.cpp - Rows beside stages of exact fractions ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Comparisons.h"
#include "layerpipe/Compare/Format.h"

#include <gmock/gmock.h>

#include <random>

namespace layerpipe::compare::test {
namespace {

using testing::HasSubstr;

/// Two of three equal layers begin on the first of two stages, so that exact
/// fractions are late for these two, by one iteration.
TEST(Fractions, countTheLayersOfEarlierStages) {
  TaskForms model = makeModel({{10, 10, 10}, {10, 10, 10}, {10, 10, 10}});
  auto rows = compareAll(model, makeOptions("2", "pipedream"));
  ASSERT_TRUE(rows) << rows.message();
  int64_t bytes =
      model.decoupled.parameters[0].bytes + model.decoupled.parameters[1].bytes;
  EXPECT_EQ((*rows)[0].fractionalStaleness, bytes);
  EXPECT_EQ((*rows)[0].stalerParameters, "");
}

TEST(Fractions, areNotThoseOfUnequalSpeeds) {
  TaskForms model = makeModel({{10, 10, 10}, {10, 10, 10}});
  CompareOptions options = makeOptions("2", "pipedream");
  options.speeds = {{1, 1}, {1, 2}};
  auto rows = compareAll(model, options);
  ASSERT_TRUE(rows) << rows.message();
  EXPECT_FALSE((*rows)[0].fractionalStaleness);
}

/// A row names what is later than exact fractions if it is staler as a whole,
/// and the table does so where no pipeline would be as late.
TEST(Fractions, nameWhatIsLater) {
  int64_t staler = 0, late = 0;
  for (uint64_t seed = 0; seed < 25; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    std::vector<scheduling::test::LayerTimes> layers(3 + random() % 6);
    for (auto &each : layers)
      each = {int64_t(1 + random() % 30), int64_t(1 + random() % 30),
              int64_t(1 + random() % 30), 0};
    auto rows = compareAll(makeModel(layers),
                           makeOptions("2-4", "pipedream,layerpipe-intra"));
    ASSERT_TRUE(rows) << rows.message();
    for (const Row &row : *rows) {
      ASSERT_EQ(row.error, "");
      bool isLate = *row.maxStaleness >= row.processors;
      bool isStaler = *row.weightedStaleness > *row.fractionalStaleness;
      EXPECT_EQ(!row.stalerParameters.empty(), isLate || isStaler);
      EXPECT_EQ(isLate, formatTable("chain", {row}).find("; late: ") !=
                            std::string::npos);
      if (isLate) {
        EXPECT_THAT(row.stalerParameters, HasSubstr(" (exact fractions: "));
      }
      staler += isStaler;
      late += isLate;
    }
  }
  EXPECT_GT(staler, 0);
  EXPECT_GT(late, 0);
}

} // namespace
} // namespace layerpipe::compare::test
