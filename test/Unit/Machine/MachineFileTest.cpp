//===- MachineFileTest.cpp - Machines from files --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/MachineFile.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace layerpipe;
using namespace layerpipe::machine;
using scheduling::Fraction;

/// Returns the text of a file with these members.
static std::string fileWith(const std::string &members) {
  return R"({"format": "layerpipe-machine", "version": 1, )" + members + "}";
}

static std::string errorOf(const std::string &text) {
  auto read = readMachineFile(text);
  return read ? "" : read.message();
}

TEST(MachineFile, TheExampleIsFourProcessors) {
  std::ifstream example(LAYERPIPE_EXAMPLE_MACHINE);
  std::stringstream text;
  text << example.rdbuf();
  auto read = readMachineFile(text.str());
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->processors, 4);
  EXPECT_EQ(read->description.speeds,
            (std::vector<Fraction>{{1, 1}, {1, 1}, {1, 1}, {1, 2}}));
  EXPECT_EQ(read->description.memories.back(), int64_t(1) << 32);
  EXPECT_EQ(read->description.links.others.bandwidth, (Fraction{25, 2}));
  EXPECT_EQ(read->description.links.others.latency, 2000);
}

TEST(MachineFile, EqualProcessorsHaveNoSpeeds) {
  auto read = readMachineFile(
      fileWith(R"("processors": [{"count": 2}, {"speed": 1.0}])"));
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->processors, 3);
  EXPECT_TRUE(read->description.speeds.empty());
  EXPECT_TRUE(read->description.memories.empty());
}

TEST(MachineFile, ErrorsNameTheMember) {
  EXPECT_EQ(errorOf("{").substr(0, 15), "it is not JSON:");
  EXPECT_EQ(errorOf("[]"), "the machine: must be an object");
  EXPECT_EQ(errorOf(R"({"format": "layerpipe-machine", "version": 2,
                        "processors": [{}]})"),
            "version: must be 1");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [])")),
            "processors: must name at least one");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{"sped": 1}])")),
            "processors[0].sped: is not a known key");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{"speed": "1"}])")),
            "processors[0].speed: must be a number or [numerator, "
            "denominator]");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{"speed": 0}])")),
            "processors[0].speed: 0 is too small; it must be a number from "
            "0.001 to 1000");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{"speed": [1, 0]}])")),
            "processors[0].speed[1]: must be an integer from 1 to "
            "1000000000000000");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{"count": 0}])")),
            "processors[0].count: must be an integer from 1 to 1048576");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{"count": 1048576}, {}])")),
            "processors[1].count: makes more than 1048576 processors");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{"memory_bytes": 5}, {}])")),
            "processors[1].memory_bytes: must be there for all processors or "
            "none");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{}, {"memory_bytes": 5}])")),
            "processors[1].memory_bytes: must be there for all processors or "
            "none");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{}], "links": 5)")),
            "links: must be an object");
  EXPECT_EQ(
      errorOf(fileWith(R"("processors": [{}], "links": {"latency": -1})")),
      "links.latency: must be an integer from 0 to 1000000000000");
}

TEST(MachineFile, SpeedsThatNoSolverTakesAreRefused) {
  EXPECT_NE(
      errorOf(fileWith(
          R"("processors": [{"speed": [1, 1048573]}, {"speed": [1, 3]}])")),
      "");
}
