//===- ParseTest.cpp - Tests of lists on the command line -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Compare/Format.h"

#include <gmock/gmock.h>

using namespace layerpipe::compare;
using namespace layerpipe::strategies;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::string refusal(std::string_view text) {
  return parseProcessorList(text).message();
}

} // namespace

TEST(ParseProcessorList, takesNumbersAndRanges) {
  EXPECT_THAT(*parseProcessorList("2,4,7-9"), ElementsAre(2, 4, 7, 8, 9));
  EXPECT_THAT(*parseProcessorList("3"), ElementsAre(3));
  EXPECT_THAT(*parseProcessorList("5-5"), ElementsAre(5));
}

TEST(ParseProcessorList, sortsAndDropsRepetitions) {
  EXPECT_THAT(*parseProcessorList("8, 2 ,1 - 3,2"), ElementsAre(1, 2, 3, 8));
}

TEST(ParseProcessorList, refusesWhatIsNoList) {
  for (std::string_view text : {"", ",", "2,", ",2", "2,,4", "two", "2x", "+2",
                                "-2", "2-", "1-2-3", "0x4", "2.5", "2;4", "-"})
    EXPECT_THAT(refusal(text), HasSubstr("as in 2,4,7-9")) << text;
}

TEST(ParseProcessorList, refusesNumbersOutOfRange) {
  for (std::string_view text :
       {"0", "0-3", "1048577", "2,99999999999999999999"})
    EXPECT_THAT(refusal(text), HasSubstr("between 1 and 1048576")) << text;
}

TEST(ParseProcessorList, refusesBackwardRanges) {
  EXPECT_EQ(refusal("9-7"), "the range '9-7' runs backwards; 7-9 is right");
}

TEST(ParseProcessorList, limitsHowManyThereAre) {
  EXPECT_EQ(parseProcessorList("1-4096")->size(), 4096u);
  EXPECT_THAT(refusal("1-4097"), HasSubstr("more than 4096"));
  EXPECT_THAT(refusal("1-4096,7"), HasSubstr("more than 4096"));
  EXPECT_THAT(refusal("1-1048576"), HasSubstr("more than 4096"));
}

TEST(ParseStrategyList, keepsTheOrderAskedFor) {
  auto strategies = parseStrategyList("layerpipe-intra, sequential,"
                                      "layerpipe-intra");
  ASSERT_TRUE(strategies) << strategies.message();
  ASSERT_EQ(strategies->size(), 2u);
  EXPECT_EQ((*strategies)[0].name, "layerpipe-intra");
  EXPECT_EQ((*strategies)[1].name, "sequential");
}

TEST(ParseStrategyList, namesTheKnownOnes) {
  EXPECT_EQ(parseStrategyList("pipedrem").message(),
            "there is no strategy 'pipedrem'; there are sequential, pipedream, "
            "pipedream-replicated, layerpipe-intra, layerpipe, gpipe, 1f1b, "
            "interleaved-1f1b, zb-h1, zb-h2, zb-v, v-half, v-min, dualpipe-v, "
            "chimera, synchronous");
  EXPECT_FALSE(parseStrategyList(""));
  EXPECT_FALSE(parseStrategyList("pipedream,"));
}

TEST(Strategies, onlyReplicationIsACostAlone) {
  for (const Strategy &strategy : knownStrategies())
    EXPECT_EQ(strategy.schedulable, strategy.name != "pipedream-replicated");
}

TEST(ParseFormat, knowsThree) {
  EXPECT_EQ(*parseFormat("table"), Format::table);
  EXPECT_EQ(*parseFormat("json"), Format::json);
  EXPECT_EQ(*parseFormat("csv"), Format::csv);
  EXPECT_EQ(parseFormat("xml").message(),
            "there is no format 'xml'; there are table, json and csv");
}
