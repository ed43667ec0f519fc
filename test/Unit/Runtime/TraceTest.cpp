//===- TraceTest.cpp - Tests of what a traced run records -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chains.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::test;
using namespace std::chrono_literals;

TEST(Trace, HoldsEveryTask) {
  Chain chain = randomChain(4, 2);
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  for (bool sequential : {false, true}) {
    TraceRecorder trace;
    CountingHost host;
    auto executor = Executor::create(program);
    RunOptions options;
    options.iterations = 20;
    options.sequential = sequential;
    options.trace = &trace;
    ASSERT_TRUE((*executor)->run(options, {}, host));
    auto json = nlohmann::json::parse(trace.toJson(program.manifest));
    std::map<std::string, size_t> events;
    for (const auto &event : json["traceEvents"])
      if (event["ph"] == "X")
        ++events[event["name"]];
    events.erase("wait");
    EXPECT_EQ(events.size(), chain.stages());
    for (const auto &[name, count] : events)
      EXPECT_EQ(count, 20u) << name;
  }
}

static Task taskNamed(const char *name, const char *kind) {
  Task task;
  task.name = name;
  task.kind = kind;
  return task;
}

/// Two tasks; the second waits for what the first made, and takes it.
TEST(Trace, ShowsWaitsAndWhereValuesGo) {
  Manifest manifest;
  manifest.name = "two";
  manifest.processors = {{0, {0}}, {1, {1}}};
  manifest.tasks = {taskNamed("make", "forward"), taskNamed("take", "update")};
  manifest.tasks[0].layer = "1";
  manifest.tasks[0].writes = {7, 8};
  manifest.tasks[1].processor = 1;
  manifest.tasks[1].lag = 1;
  manifest.tasks[1].reads = {{7, 1}, {8, 1}, {9, 1}};
  manifest.tasks[1].writes = {9};
  manifest.channels = {{8, 0, 1, 1, false}, {7, 0, 1, 1, false}};
  TraceRecorder trace;
  trace.prepare(2, 4);
  auto now = TraceRecorder::Clock::now();
  for (int64_t i = 0; i < 2; ++i) {
    trace.record(0, 0, i, {now, now, now + 4us, now + 5us});
    trace.record(1, 1, i, {now, now + 4us, now + 6us, now + 6us, 1});
    now += 10us;
  }
  auto json = nlohmann::json::parse(trace.toJson(manifest));
  std::map<std::string, std::vector<nlohmann::json>> events;
  for (const auto &event : json["traceEvents"])
    events[event["ph"]].push_back(event);
  ASSERT_EQ(events["X"].size(), 2u + 2u + 2u);
  nlohmann::json make = events["X"][0], wait = events["X"][2],
                 take = events["X"][3];
  EXPECT_EQ(make["args"],
            nlohmann::json::parse(R"({"iteration": 0, "layer": 1, "lag": 0})"));
  EXPECT_EQ(take["args"],
            nlohmann::json::parse(R"({"iteration": 0, "layer": 0, "lag": 1})"));
  EXPECT_EQ(make["ts"], 0);
  EXPECT_EQ(wait["name"], "wait");
  EXPECT_EQ(wait["args"],
            nlohmann::json::parse(
                R"({"iteration": 0, "task": "take", "cause": "value"})"));
  EXPECT_NEAR(wait["dur"], 4, 0.001);
  // The second task of iteration 1 takes what the first one made in 0: one
  // arrow for two values, and none for what a task keeps for itself.
  ASSERT_EQ(events["s"].size(), 1u);
  ASSERT_EQ(events["f"].size(), 1u);
  double end = make["ts"].get<double>() + make["dur"].get<double>();
  EXPECT_NEAR(events["s"][0]["ts"], end, 0.002);
  EXPECT_LT(events["s"][0]["ts"], end);
  EXPECT_EQ(events["f"][0]["ts"], events["X"][5]["ts"]);
  EXPECT_EQ(events["f"][0]["tid"], 1);
}
