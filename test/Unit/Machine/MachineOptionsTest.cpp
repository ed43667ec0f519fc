//===- MachineOptionsTest.cpp - Machines from options ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/MachineOptions.h"

#include <gtest/gtest.h>

using namespace layerpipe;
using namespace layerpipe::machine;
using scheduling::Fraction;

static std::string errorOf(const MachineOptions &options) {
  auto read = describeMachine(options);
  return read ? "" : read.message();
}

TEST(MachineOptions, NumbersBecomeExactFractions) {
  auto read = describeMachine({.bandwidth = 12.5,
                               .latency = 3,
                               .speeds = {1, 0.25, 1.125},
                               .memory = 100});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->links.others.bandwidth, (Fraction{25, 2}));
  EXPECT_EQ(read->links.others.latency, 3);
  EXPECT_EQ(read->speeds, (std::vector<Fraction>{{1, 1}, {1, 4}, {9, 8}}));
  scheduling::Machine two = makeMachine(*read, 2);
  EXPECT_EQ(two.speeds.size(), 2u);
  EXPECT_EQ(two.memory, (std::vector<int64_t>{100, 100}));
  EXPECT_TRUE(copiesValues(two));
}

TEST(MachineOptions, NothingIsOneSharedMemory) {
  EXPECT_FALSE(MachineOptions().any());
  auto read = describeMachine({});
  ASSERT_TRUE(read);
  scheduling::Machine machine = makeMachine(*read, 3);
  EXPECT_TRUE(machine.speeds.empty());
  EXPECT_TRUE(machine.memory.empty());
  EXPECT_FALSE(copiesValues(machine));
}

TEST(MachineOptions, ErrorsNameTheOption) {
  EXPECT_EQ(errorOf({.bandwidth = 1e-9}),
            "bandwidth: 1e-9 is too small; it must be a number from 0.001 to "
            "1e9, or 0");
  EXPECT_EQ(errorOf({.latency = -1}),
            "latency: -1 is too small; it must be a whole number from 0 to "
            "1e12");
  EXPECT_EQ(errorOf({.speeds = {1, 1e4}}),
            "speeds: 10000 is too large; it must be a number from 0.001 to "
            "1000");
  EXPECT_EQ(errorOf({.speeds = {0.0015}}),
            "speeds: 0.0015 has more than three digits behind the point");
  EXPECT_EQ(errorOf({.memory = -5}).substr(0, 29),
            "memory-limit: -5 is too small");
}

TEST(MachineOptions, EachProcessorNeedsItsSpeedAndItsMemory) {
  MachineDescription description;
  description.speeds = {{1, 1}, {2, 1}};
  EXPECT_TRUE(checkMachine(description, 2));
  EXPECT_EQ(checkMachine(description, 3).message(),
            "2 speeds for 3 processors");
  description.memories = {5};
  EXPECT_EQ(checkMachine(description, 2).message(),
            "1 memories for 2 processors");
  EXPECT_EQ(checkMachine(description, 0).message(),
            "0 processors; there must be between 1 and 1048576");
}
