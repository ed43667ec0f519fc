//===- WeightLayoutTest.cpp - Layouts as texts and as permutations --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/WeightLayout.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <numeric>

using namespace layerpipe::base;
using testing::HasSubstr;

using Shape = std::vector<int64_t>;

static std::vector<float> numbered(int64_t count) {
  std::vector<float> values(count);
  std::iota(values.begin(), values.end(), 0.0f);
  return values;
}

/// Returns where the elements of rows lie, or nothing for a wrong layout.
static std::vector<float> laidOut(const char *text, const Shape &shape) {
  auto layout = WeightLayout::parse(text, shape);
  if (!layout) {
    ADD_FAILURE() << layout.message();
    return {};
  }
  const std::vector<float> rows = numbered(std::accumulate(
      shape.begin(), shape.end(), int64_t(1), std::multiplies()));
  std::vector<float> own(rows.size(), -1), back(rows.size(), -1);
  layout->fromRows(rows.data(), own.data());
  layout->toRows(own.data(), back.data());
  EXPECT_EQ(back, rows) << text;
  return own;
}

static std::string problemOf(const char *text, const Shape &shape) {
  return WeightLayout::parse(text, shape).message();
}

TEST(WeightLayout, RowsStayWhereTheyAre) {
  for (const char *text : {"", "abcd"}) {
    EXPECT_EQ(laidOut(text, {2, 3, 2, 2}), numbered(24));
    EXPECT_TRUE(WeightLayout::parse(text, {2, 3, 2, 2})->isRows());
  }
  EXPECT_EQ(laidOut("ba", {1, 5}), numbered(5));
  EXPECT_TRUE(WeightLayout::parse("acdb", {2, 3, 1, 1})->isRows());
  EXPECT_FALSE(WeightLayout::parse("acdb", {2, 3, 2, 1})->isRows());
}

TEST(WeightLayout, OrdersAndBlocks) {
  EXPECT_EQ(laidOut("ba", {2, 3}), (std::vector<float>{0, 3, 1, 4, 2, 5}));
  // Two blocks of 2 x 2, in which the rows come last.
  EXPECT_EQ(laidOut("AB2b2a", {2, 4}),
            (std::vector<float>{0, 4, 1, 5, 2, 6, 3, 7}));
  EXPECT_EQ(laidOut("Ba2b", {2, 4}),
            (std::vector<float>{0, 1, 4, 5, 2, 3, 6, 7}));
  // One dimension may be cut twice: the outer block comes first.
  EXPECT_EQ(laidOut("Ab2a2a", {4, 1}), numbered(4));
  EXPECT_EQ(laidOut("aB2b1000000b", {1, 2000000}), numbered(2000000));
}

TEST(WeightLayout, EveryElementHasItsOwnPlace) {
  for (const char *text : {"ABcd8b8a", "ABcd8a8b", "Abcd16a", "acdb", "cdba",
                           "cdBA4b2a2b", "AcdB16a4b", "dBca2b2b2b"}) {
    std::vector<float> own = laidOut(text, {32, 16, 3, 2});
    std::sort(own.begin(), own.end());
    EXPECT_EQ(own, numbered(int64_t(own.size()))) << text;
    EXPECT_EQ(own.size(), size_t(3072));
  }
}

TEST(WeightLayout, BadTextsAreExplained) {
  const Shape dense = {12, 8};
  EXPECT_EQ(problemOf("abc", dense),
            "layout 'abc' of weights [12, 8]: it must begin with each of the "
            "letters a to b once");
  EXPECT_THAT(problemOf("a", dense), HasSubstr("letters a to b once"));
  EXPECT_THAT(problemOf("aa", dense), HasSubstr("letters a to b once"));
  EXPECT_THAT(problemOf("a b", dense), HasSubstr("letters a to b once"));
  EXPECT_THAT(problemOf("Ab8a", dense),
              HasSubstr("blocks of 8 don't divide extent 12 of dimension a"));
  EXPECT_THAT(problemOf("Ab4a2a", dense),
              HasSubstr("blocks of 8 don't divide extent 12 of dimension a"));
  EXPECT_THAT(problemOf("ab4a", dense),
              HasSubstr("dimension a has blocks, so its letter in the order "
                        "must be large"));
  EXPECT_THAT(problemOf("AB4a", dense),
              HasSubstr("dimension b has no blocks, so its letter in the order "
                        "must be small"));
  for (const char *text : {"Ab4", "Ab4c", "Ab4A", "Ab1a", "Ab0a", "Ab4a ",
                           "Ab4aa", "Ab99999999999999999999a"})
    EXPECT_THAT(problemOf(text, dense), HasSubstr("there must be blocks"))
        << text;
  EXPECT_THAT(problemOf("", {}), HasSubstr("has no layout"));
}
