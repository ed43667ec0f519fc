//===- ProfileTest.cpp - Tests of measured task times ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Profile.h"

#include "layerpipe/Runtime/Executor.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace layerpipe::runtime;
using namespace std::chrono_literals;

/// Of one task: 300 iterations, every third of which takes 40 ns, the others
/// 10, and one 1 ms that an interruption made. Its thread is free 5 ns later.
static int64_t timeBy(ProfileStatistic statistic) {
  Manifest manifest;
  manifest.tasks.resize(2);
  manifest.tasks[0].name = "measured";
  manifest.tasks[1].name = "never ran";
  TraceRecorder trace;
  constexpr int64_t iterations = 300;
  trace.prepare(1, iterations);
  TraceRecorder::Clock::time_point now;
  int64_t warmUp = warmUpIterations(iterations);
  EXPECT_EQ(warmUp, 20);
  for (int64_t i = 0; i < iterations; ++i) {
    auto time = i < warmUp   ? 7000ns
                : i == 100   ? 1000000ns
                : i % 3 == 0 ? 40ns
                             : 10ns;
    trace.record(0, 0, i, {now, now, now + time, now + time + 5ns});
    now += 2 * time;
  }
  auto profile = nlohmann::json::parse(
      makeProfile(trace, manifest, iterations, statistic));
  EXPECT_EQ(profile["tasks"].size(), 1u);
  EXPECT_EQ(profile["tasks"][0]["name"], "measured");
  return profile["tasks"][0]["time"];
}

TEST(Profile, MedianOfTimesThatATaskKeepsItsThread) {
  EXPECT_EQ(timeBy(ProfileStatistic::median), 15);
}

/// Of 280 durations two go on either side: 184 of 15 ns, 92 of 45 remain.
TEST(Profile, MeanWithoutTheExtremes) {
  EXPECT_EQ(timeBy(ProfileStatistic::mean), (184 * 15 + 92 * 45) / 276);
}
