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

TEST(MachineFile, PinsNameLayersAndProcessors) {
  auto read = readMachineFile(fileWith(
      R"("processors": [{"count": 2}], "pins": {"fc1": 1, "fc2": 0})"));
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->pins, (NamedPins{{"fc1", 1}, {"fc2", 0}}));
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{}], "pins": [1])")),
            "pins: must be an object, such as {\"fc1\": 0}");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{}], "pins": {"fc1": 1})")),
            "pins['fc1']: must be an integer from 0 to 0");
  EXPECT_EQ(errorOf(fileWith(R"("processors": [{}], "pins": {"fc1": "0"})")),
            "pins['fc1']: must be an integer from 0 to 0");
}

TEST(NamedPins, AreReadFromOptions) {
  auto pins = parsePins({"fc1=0", "a=b=2", "fc1=0"});
  ASSERT_TRUE(pins) << pins.message();
  EXPECT_EQ(*pins, (NamedPins{{"fc1", 0}, {"a=b", 2}}));
  EXPECT_EQ(parsePins({"fc1"}).message(),
            "'fc1' must be LAYER=PROCESSOR, such as fc1=0");
  EXPECT_EQ(parsePins({"=1"}).message(),
            "'=1' must be LAYER=PROCESSOR, such as fc1=0");
  for (const char *wrong :
       {"fc1=", "fc1=-1", "fc1=x", "fc1=1x", "fc1=99999999"})
    EXPECT_FALSE(parsePins({wrong})) << wrong;
  EXPECT_EQ(parsePins({"fc1=0", "fc1=1"}).message(),
            "layer 'fc1' is placed on processor 0 and on processor 1");
  EXPECT_FALSE(joinPins({{"fc1", 0}}, {{"fc1", 1}}));
  EXPECT_EQ(joinPins({{"fc1", 0}}, {{"fc2", 1}})->size(), 2u);
}

TEST(NamedPins, AreOfLayersThatAreThere) {
  const std::map<int64_t, std::string> names = {{1, "conv1"}, {2, "fc1"}};
  auto pins = resolvePins({{"fc1", 3}}, names);
  ASSERT_TRUE(pins) << pins.message();
  EXPECT_EQ(*pins, (scheduling::LayerPins{{2, 3}}));
  EXPECT_EQ(resolvePins({{"conv2", 3}}, names).message(),
            "there is no layer 'conv2' to place on processor 3; did you mean "
            "'conv1'?");
  EXPECT_EQ(resolvePins({{"linear", 0}}, names).message(),
            "there is no layer 'linear' to place on processor 0; there are "
            "'conv1' to 'fc1'");
  EXPECT_TRUE(checkPins({{"fc1", 3}}, 4));
  EXPECT_EQ(checkPins({{"fc1", 3}}, 3).message(),
            "layer 'fc1' is placed on processor 3; there are 0 to 2");
  EXPECT_EQ(checkPins({{"fc1", 3}}, 1).message(),
            "layer 'fc1' is placed on processor 3; there is only processor 0");
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
