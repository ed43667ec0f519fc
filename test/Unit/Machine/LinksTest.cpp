//===- LinksTest.cpp - Links that differ ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/RandomLinks.h"
#include "layerpipe/Machine/LinksJson.h"
#include "layerpipe/Machine/MachineFile.h"
#include "layerpipe/Scheduling/Model/Machine.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace layerpipe;
using namespace layerpipe::scheduling;

namespace {

constexpr int64_t processors = 12;
const Link memory, fast{{10, 1}, 1}, slow{{1, 1}, 50}, own{{7, 2}, 3};

/// Two share memory, six have fast links, and one pair has its own.
Links hierarchy() {
  return {slow, {{2, memory}, {6, fast}}, {{0, 1, own}, {1, 8, memory}}};
}

Links drawLinks(uint64_t seed) {
  std::mt19937_64 random(seed);
  return test::randomLinks(random, processors, [&]() -> Link {
    return {{int64_t(1 + random() % 2), 1}, int64_t(random() % 2)};
  });
}

std::string errorOf(const std::string &links) {
  auto read = machine::readMachineFile(
      R"({"format": "layerpipe-machine", "version": 1,
          "processors": [{"count": 4}], "links": )" +
      links + "}");
  return read ? "" : read.message();
}

} // namespace

TEST(Links, APairIsItsOwnOrOfTheSmallestLevel) {
  Links links = hierarchy();
  EXPECT_TRUE(check(links, processors));
  EXPECT_EQ(linkOf(links, 0, 1), own);
  EXPECT_EQ(linkOf(links, 8, 1), memory);
  EXPECT_EQ(linkOf(links, 3, 2), memory);
  EXPECT_EQ(linkOf(links, 1, 2), fast);
  EXPECT_EQ(linkOf(links, 0, 5), fast);
  EXPECT_EQ(linkOf(links, 5, 6), slow);
  EXPECT_EQ(linkOf(links, 11, 0), slow);
}

TEST(Links, TheFirstProcessorsKeepTheirLinks) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Links links = drawLinks(seed);
    ASSERT_TRUE(check(links, processors));
    for (int64_t count = 1; count <= processors; ++count) {
      Links first = linksOfFirst(links, count);
      ASSERT_TRUE(check(first, count));
      ASSERT_EQ(linksOfFirst(first, count), first);
      for (int64_t a = 0; a < count; ++a)
        for (int64_t b = 0; b < count; ++b)
          if (a != b)
            ASSERT_EQ(linkOf(first, a, b), linkOf(links, a, b));
    }
  }
}

TEST(Links, FirstProcessorsOfOneLevelHaveUniformLinks) {
  EXPECT_EQ(linksOfFirst({slow, {{2, memory}, {6, fast}}}, 2), Links{memory});
  EXPECT_EQ(linksOfFirst({slow, {{2, fast}, {6, fast}}}, 5), Links{fast});
  EXPECT_EQ(linksOfFirst({slow, {{2, slow}}, {{3, 4, slow}}}, 8), Links{slow});
}

/// Processors of one kind have equal links to every third one.
TEST(Links, ProcessorsOfOneKindCouldChangePlaces) {
  int64_t equal = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Links links = drawLinks(seed);
    std::vector<int64_t> kinds = linkKinds(links, processors);
    for (int64_t a = 0; a < processors; ++a)
      for (int64_t b = 0; b < a; ++b) {
        if (kinds[a] != kinds[b])
          continue;
        ++equal;
        for (int64_t third = 0; third < processors; ++third)
          if (third != a && third != b)
            ASSERT_EQ(linkOf(links, a, third), linkOf(links, b, third));
      }
  }
  EXPECT_GT(equal, 500);
  EXPECT_EQ(linkKinds(Links{fast}, 3), (std::vector<int64_t>{0, 0, 0}));
}

TEST(Links, TheSlowestIsAsSlowAsEach) {
  Link slowest = slowestLink(hierarchy());
  EXPECT_EQ(slowest, slow);
  EXPECT_EQ(slowestLink(Links{{{3, 1}, 2}}), (Link{{3, 1}, 2}));
  EXPECT_EQ(slowestLink({{{0, 1}, 9}, {{2, fast}}}), (Link{{10, 1}, 9}));
  EXPECT_FALSE(haveBandwidth({{{0, 1}, 9}, {{2, memory}}}));
  EXPECT_FALSE(areInstant({{{0, 1}, 9}, {{2, memory}}}));
  EXPECT_TRUE(areInstant({memory, {{2, memory}}}));
}

TEST(Links, IllegalOnesAreRefused) {
  auto refusal = [](const Links &links) {
    return check(links, processors).message();
  };
  EXPECT_EQ(refusal({memory, {{1, fast}}}),
            "the first level of links has 1 processors; it must have at least "
            "2");
  EXPECT_EQ(refusal({memory, {{4, fast}, {6, slow}}}),
            "a level of links has 6 processors after one of 4; it must have a "
            "greater multiple of these");
  EXPECT_NE(refusal({memory, {{4, fast}, {4, slow}}}), "");
  EXPECT_EQ(refusal({memory, {}, {{0, 12, fast}}}),
            "the link of processors 0 and 12 must be that of two of 0 to 11, "
            "the lower one first");
  EXPECT_NE(refusal({memory, {}, {{2, 1, fast}}}), "");
  EXPECT_NE(refusal({memory, {}, {{2, 2, fast}}}), "");
  EXPECT_EQ(refusal({memory, {}, {{1, 2, fast}, {1, 2, slow}}}),
            "processors 1 and 2 have two links");
  EXPECT_EQ(refusal({memory, {}, {{1, 3, fast}, {1, 2, slow}}}),
            "the link of processors 1 and 2 comes after that of 1 and 3; they "
            "must ascend");
  EXPECT_NE(refusal({memory, {{2, {{-1, 1}, 0}}}}), "");
  EXPECT_NE(refusal({memory, {}, {{1, 2, {{1, 1}, -1}}}}), "");
  EXPECT_EQ(refusal(hierarchy()), "");
}

TEST(Links, TheExampleIsAHierarchyWithOnePair) {
  std::ifstream example(LAYERPIPE_EXAMPLE_LINKS);
  std::stringstream text;
  text << example.rdbuf();
  auto read = machine::readMachineFile(text.str());
  ASSERT_TRUE(read) << read.message();
  const Links &links = read->description.links;
  EXPECT_EQ(read->processors, 32);
  EXPECT_EQ(linkOf(links, 4, 7), memory);
  EXPECT_EQ(linkOf(links, 3, 4), (Link{{25, 2}, 2000}));
  EXPECT_EQ(linkOf(links, 15, 16), (Link{{5, 4}, 20000}));
  EXPECT_EQ(linkOf(links, 16, 3), (Link{{5, 1}, 500}));
}

TEST(Links, WhatIsWrittenIsReadAgain) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Links links = drawLinks(seed);
    auto read = machine::readMachineFile(
        R"({"format": "layerpipe-machine", "version": 1,
            "processors": [{"count": 12}], "links": )" +
        machine::writeLinks(links).dump() + "}");
    ASSERT_TRUE(read) << read.message();
    EXPECT_EQ(read->description.links, links);
  }
}

TEST(Links, AFilesPairsStandInAnyOrder) {
  auto read = machine::readMachineFile(
      R"({"format": "layerpipe-machine", "version": 1,
          "processors": [{"count": 4}],
          "links": {"bandwidth": 0.5, "pairs": [
            {"processors": [3, 1], "bandwidth": [7, 2]},
            {"processors": [0, 1]}]}})");
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->description.links,
            (Links{{{1, 2}, 0}, {}, {{0, 1, memory}, {1, 3, {{7, 2}, 0}}}}));
}

TEST(Links, ErrorsOfFilesNameTheMember) {
  EXPECT_EQ(errorOf(R"({"levels": [{}]})"),
            "links.levels[0].processors: is missing");
  EXPECT_EQ(errorOf(R"({"levels": [{"processors": 1}]})"),
            "links.levels[0].processors: must be an integer from 2 to 1048576");
  EXPECT_EQ(errorOf(R"({"levels": [{"processors": 2}, {"processors": 3}]})"),
            "links.levels[1].processors: is 3 after a level of 2; it must be a "
            "greater multiple of that");
  EXPECT_EQ(errorOf(R"({"levels": [{"processors": 2}, {"processors": 2}]})"),
            "links.levels[1].processors: is 2 after a level of 2; it must be a "
            "greater multiple of that");
  EXPECT_EQ(errorOf(R"({"levels": [{"processors": 2, "latency": -1}]})"),
            "links.levels[0].latency: must be an integer from 0 to "
            "1000000000000");
  EXPECT_EQ(errorOf(R"({"levels": [{"processors": 2, "bandwith": 1}]})"),
            "links.levels[0].bandwith: is not a known key");
  EXPECT_EQ(errorOf(R"({"levels": 5})"), "links.levels: must be an array");
  std::string two = "links.pairs[0].processors: must be two different ones of "
                    "0 to 3";
  for (const char *ends : {"[0, 4]", "[-1, 0]", "[2, 2]", "[1]", "[0, 1, 2]"})
    EXPECT_EQ(
        errorOf(std::string(R"({"pairs": [{"processors": )") + ends + "}]}"),
        two);
  EXPECT_EQ(errorOf(R"({"pairs": [{"bandwidth": 1}]})"),
            "links.pairs[0].processors: is missing");
  EXPECT_EQ(errorOf(R"({"pairs": [{"processors": [0, 1]},
                                  {"processors": [1, 0], "bandwidth": 1}]})"),
            "links.pairs[1].processors: are 0 and 1, as in links.pairs[0]");
  EXPECT_EQ(errorOf(R"({"pairs": [{"processors": [0, 1], "bandwidth": "1"}]})"),
            "links.pairs[0].bandwidth: must be a number or [numerator, "
            "denominator]");
}
