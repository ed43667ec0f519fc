//===- FrontTest.cpp - Tests of the strategy with splits ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Scheduling/RandomSplitRules.h"
#include "Comparisons.h"

#include "layerpipe/Compare/EmittedSchedule.h"
#include "layerpipe/Compare/Format.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

using namespace layerpipe::compare;
using namespace layerpipe::compare::test;
using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

TaskForms makeDivisible(const std::vector<LayerTimes> &layers) {
  TaskForms model = makeModel(layers);
  model.divisible = model.decoupled;
  model.rules = makeSplitRules(model.divisible, 8, 12);
  return model;
}

Row rowOf(const TaskForms &model, const CompareOptions &options) {
  Result<std::vector<Row>> rows = compareAll(model, options);
  EXPECT_TRUE(rows) << rows.message();
  return rows ? rows->front() : Row();
}

bool isAsGood(const Row &a, const Row &b) {
  return *a.period <= *b.period &&
         *a.communicationBytes <= *b.communicationBytes &&
         *a.weightedStaleness <= *b.weightedStaleness &&
         *a.maxStaleness <= *b.maxStaleness &&
         *a.peakMemoryBytes <= *b.peakMemoryBytes;
}

} // namespace

TEST(LayerpipeRow, cutsWhatStandsInTheWay) {
  // Five tasks of 10 and two of 1, but one of them takes 50.
  TaskForms model = makeDivisible({{10, 10, 10, 1}, {10, 50, 10, 1}});
  Row intra = rowOf(model, makeOptions("2", "layerpipe-intra"));
  EXPECT_EQ(intra.limitedBy, "longest task 'D2'");
  Row split = rowOf(model, makeOptions("2", "layerpipe"));
  EXPECT_EQ(split.error, "");
  EXPECT_EQ(split.period, 46);
  EXPECT_EQ(split.limitedBy, "work");
  EXPECT_GE(*split.splits, 1);
  EXPECT_GE(*split.parts, 2 * *split.splits);
  EXPECT_THAT(split.cuts, HasSubstr("D2 at "));
}

TEST(LayerpipeRow, saysWhatKeepsThePeriodUp) {
  TaskForms model = makeDivisible({{10, 10, 10, 1}, {10, 90, 10, 1}});
  CompareOptions options = makeOptions("2", "layerpipe");
  for (SplitRule &rule : model.rules)
    rule.quantum = rule.axis == SplitAxis::batch ? 7 : 11;
  EXPECT_EQ(rowOf(model, options).limitedBy, "smallest slice of 'D2'");
  model.rules.clear();
  EXPECT_EQ(rowOf(model, options).limitedBy, "indivisible task 'D2'");
  model = makeDivisible({{}, {}});
  options.maxStaleness = 0;
  Row row = rowOf(model, options);
  EXPECT_EQ(row.maxStaleness, 0);
  EXPECT_EQ(row.limitedBy, "staleness limit 0 (found 26 without it)");
  options = makeOptions("2", "layerpipe");
  options.memory = 100;
  EXPECT_THAT(rowOf(model, options).error, HasSubstr("none fits less than"));
  options.memory = 0;
  options.links.others = {{1, 40}, 0};
  row = rowOf(model, options);
  EXPECT_EQ(row.period, 52);
  EXPECT_EQ(row.processorsUsed, 1);
}

TEST(LayerpipeRow, isNeverSlowerThanWhatCutsNothing) {
  for (uint64_t seed = 0; seed < seeds(6); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<LayerTimes> layers(draw(random, 1, 6));
    for (LayerTimes &times : layers)
      times = {draw(random, 0, 9), draw(random, 0, 9), draw(random, 0, 9),
               draw(random, 0, 2)};
    TaskForms model = makeDivisible(layers);
    CompareOptions options =
        makeOptions("1-4", "pipedream,layerpipe-intra,layerpipe");
    const Link communications[] = {{}, {{0, 1}, 5}, {{1, 3}, 0}};
    options.links.others = communications[seed % 3];
    Result<std::vector<Row>> rows = compareAll(model, options);
    ASSERT_TRUE(rows) << rows.message();
    for (size_t i = 0; i < rows->size(); i += 3) {
      const Row &split = (*rows)[i + 2];
      ASSERT_TRUE(split.period) << split.error;
      EXPECT_LE(*split.period, *(*rows)[i + 1].period);
      if ((*rows)[i].period)
        EXPECT_LE(*split.period, *(*rows)[i].period);
      EXPECT_GE(*split.period, *split.lowerBound);
    }
  }
}

TEST(Pareto, rowsAreSortedAndNoneIsBeaten) {
  CompareOptions options =
      makeOptions("2-3", "sequential,pipedream,pipedream-replicated,layerpipe");
  options.pareto = true;
  options.tolerance = {0, 1};
  std::set<std::string> files;
  auto listen = [&](const Row &row, const StaticSchedule *schedule) {
    ASSERT_EQ(schedule != nullptr, row.pareto.has_value());
    if (!schedule)
      return;
    EXPECT_TRUE(check(*schedule));
    EXPECT_TRUE(files.insert(scheduleFileName("m", row)).second);
  };
  Result<std::vector<Row>> rows =
      compareAll(makeDivisible({{}, {}}), options, listen);
  ASSERT_TRUE(rows) << rows.message();
  size_t front = 0;
  for (size_t i = 0; i < rows->size(); ++i) {
    const Row &row = (*rows)[i];
    if (!row.pareto) {
      EXPECT_EQ(row.strategy, "pipedream-replicated");
      continue;
    }
    front += row.strategy == "layerpipe";
    EXPECT_EQ(row.variant.has_value(), row.strategy == "layerpipe");
    bool beaten = false;
    for (const Row &other : *rows)
      if (other.processors == row.processors && other.pareto)
        beaten |= isAsGood(other, row) && !isAsGood(row, other);
    EXPECT_EQ(*row.pareto, !beaten);
    if (row.strategy == "layerpipe" && row.variant > 1)
      EXPECT_GE(*row.period, *(*rows)[i - 1].period);
  }
  EXPECT_GT(front, 4u);
  EXPECT_EQ(formatJson(*rows),
            formatJson(*compareAll(makeDivisible({{}, {}}), options)));
}

TEST(Pareto, periodsWithinTheToleranceAreEqual) {
  CompareOptions options = makeOptions("3", "layerpipe");
  options.pareto = true;
  options.tolerance = {0, 1};
  TaskForms model = makeDivisible({{}, {}, {}});
  size_t exact = compareAll(model, options)->size();
  options.tolerance = {10, 1};
  Result<std::vector<Row>> rows = compareAll(model, options);
  ASSERT_TRUE(rows) << rows.message();
  EXPECT_LT(rows->size(), exact);
}
