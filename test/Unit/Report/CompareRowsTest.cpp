//===- CompareRowsTest.cpp - Tests of reading rows ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/CompareRows.h"

#include <gmock/gmock.h>

using namespace layerpipe::report;
using testing::HasSubstr;

static std::string refusal(std::string_view text) {
  return readCompareRows(text).message();
}

TEST(CompareRows, readWhatIsThere) {
  auto rows = readCompareRows(
      R"([{"strategy":"a","processors":2,"time_unit":"ns","period":7,
           "speedup":1.5,"gap":null,"error":null,"later":[1]},
          {"strategy":"b","processors":3,"time_unit":"ns","error":"no",
           "pareto":true}])");
  ASSERT_TRUE(rows) << rows.message();
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].period, 7);
  EXPECT_EQ((*rows)[0].speedup, 1.5);
  EXPECT_FALSE((*rows)[0].gap);
  EXPECT_FALSE((*rows)[0].pareto);
  EXPECT_TRUE((*rows)[1].pareto);
  EXPECT_EQ((*rows)[1].error, "no");
}

TEST(CompareRows, errorsNameThePlace) {
  EXPECT_THAT(refusal(""), HasSubstr("no JSON list of rows"));
  EXPECT_THAT(refusal("{}"), HasSubstr("no JSON list of rows"));
  EXPECT_THAT(refusal(std::string(100000, '[')),
              HasSubstr("no JSON list of rows"));
  EXPECT_THAT(refusal("[1]"), HasSubstr("rows[0]: must be an object"));
  EXPECT_THAT(refusal(R"([{"strategy":"a","processors":2}])"),
              HasSubstr("rows[0].time_unit: "));
  EXPECT_THAT(refusal(R"([{"strategy":"a","processors":0,"time_unit":"ns"}])"),
              HasSubstr("rows[0].processors: "));
  EXPECT_THAT(
      refusal(R"([{"strategy":"a","processors":1e99,"time_unit":"ns"}])"),
      HasSubstr("rows[0].processors: "));
  EXPECT_THAT(refusal(R"([{"strategy":"a","processors":2,"time_unit":"ns",
                           "period":"7"}])"),
              HasSubstr("rows[0].period: must be a number"));
  EXPECT_THAT(refusal(R"([{"strategy":"a","processors":2,"time_unit":"ns",
                           "pareto":1}])"),
              HasSubstr("rows[0].pareto: "));
}
