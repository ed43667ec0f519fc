//===- ScheduleTraceTest.cpp - Tests of predicted traces ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/ScheduleTrace.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace layerpipe::scheduling;
using Json = nlohmann::json;
using testing::ElementsAre;

namespace {

/// Two tasks on two processors: the second reads what the first made in the
/// same iteration, two values of it; the first, what the second made before.
StaticSchedule makeLoop() {
  StaticSchedule schedule;
  schedule.graph = "loop \xFF";
  schedule.strategy = "by hand";
  schedule.timeUnit = "ns";
  schedule.period = 5000;
  for (int64_t id : {0, 1}) {
    ScheduleTask task;
    task.name = id == 0 ? "first" : "second";
    task.layer = id + 1;
    task.kind = id == 0 ? TaskKind::forward : TaskKind::grad_weight;
    task.processor = id;
    task.start = id == 0 ? 0 : 2000;
    task.duration = id == 0 ? 2000 : 3000;
    schedule.tasks.push_back(task);
    schedule.processors.emplace_back();
    schedule.processors.back().id = id;
    schedule.processors.back().order = {id};
  }
  for (auto [from, to, distance] :
       {std::tuple(0, 1, 0), {0, 1, 0}, {1, 0, 1}, {0, 0, 1}}) {
    ScheduleEdge edge;
    edge.from = from;
    edge.to = to;
    edge.distance = distance;
    schedule.edges.push_back(edge);
  }
  return schedule;
}

std::vector<Json> eventsOf(const std::string &text, const char *phase) {
  std::vector<Json> events;
  Json trace = Json::parse(text);
  for (const Json &event : trace["traceEvents"])
    if (event["ph"] == phase)
      events.push_back(event);
  return events;
}

TEST(ScheduleTrace, hasEveryFiringAndEveryWait) {
  std::vector<Json> slices = eventsOf(writeScheduleTrace(makeLoop()), "X");
  // Four periods of two tasks, and a wait before each but the very first.
  ASSERT_EQ(slices.size(), 4 * 2 + 3 + 4);
  EXPECT_EQ(slices[0],
            Json::parse(R"({"ph": "X", "pid": 1, "tid": 0, "name": "first",
      "cat": "forward", "ts": 0.0, "dur": 2.0,
      "args": {"iteration": 0, "layer": 1, "lag": 0}})"));
  EXPECT_EQ(slices[1],
            Json::parse(R"({"ph": "X", "pid": 1, "tid": 0, "name": "wait",
      "cat": "wait", "ts": 2.0, "dur": 3.0,
      "args": {"cause": "schedule", "iteration": 1, "task": "first"}})"));
  EXPECT_EQ(slices[2]["ts"], 5.0);
}

TEST(ScheduleTrace, anArrowJoinsFiringsThatHandOverValues) {
  std::string text = writeScheduleTrace(makeLoop());
  std::vector<Json> starts = eventsOf(text, "s"), ends = eventsOf(text, "f");
  // Four of iterations from the first to the second task, however many values
  // there are, and three back; none from a task to itself.
  ASSERT_EQ(starts.size(), 4 + 3);
  ASSERT_EQ(ends.size(), starts.size());
  for (size_t i = 0; i < starts.size(); ++i) {
    EXPECT_EQ(starts[i]["id"], ends[i]["id"]);
    EXPECT_EQ(starts[i]["name"], ends[i]["name"]);
    EXPECT_EQ(starts[i]["cat"], ends[i]["cat"]);
    EXPECT_EQ(ends[i]["bp"], "e");
    EXPECT_NE(starts[i]["tid"], ends[i]["tid"]);
  }
  // Within the producer's slice, and where the consumer's begins.
  EXPECT_EQ(starts[0]["ts"], 1.999);
  EXPECT_EQ(ends[0]["ts"], 2.0);
  EXPECT_EQ(starts[4]["ts"], 4.999);
  EXPECT_EQ(ends[4]["ts"], 5.0);
}

TEST(ScheduleTrace, timesAreInMicroseconds) {
  StaticSchedule schedule = makeLoop();
  schedule.timeUnit = "us";
  std::string text = writeScheduleTrace(schedule);
  EXPECT_EQ(eventsOf(text, "X")[0]["dur"], 2000.0);
  Json other = Json::parse(text)["otherData"];
  EXPECT_EQ(other["time_unit"], "us");
  EXPECT_EQ(other["period"], 5000);
  EXPECT_EQ(other["origin"], "predicted");
}

TEST(ScheduleTrace, namesAreUtf8) {
  std::string text = writeScheduleTrace(makeLoop());
  EXPECT_EQ(eventsOf(text, "M")[0]["args"]["name"],
            "predicted: loop \xEF\xBF\xBD");
}

TEST(ScheduleTrace, lagsDelayTheFirstFiring) {
  StaticSchedule schedule = makeLoop();
  schedule.tasks[1].lag = 2;
  schedule.edges[2].distance = 3;
  std::string text = writeScheduleTrace(schedule);
  std::vector<Json> slices = eventsOf(text, "X");
  int64_t first = 0, second = 0;
  for (const Json &slice : slices) {
    first += slice["name"] == "first";
    second += slice["name"] == "second";
  }
  EXPECT_EQ(first, 6);
  EXPECT_EQ(second, 4);
  EXPECT_EQ(eventsOf(text, "s").size(), 4u + 3u);
}

TEST(ScheduleTrace, aPrologueWithoutEndHasABound) {
  StaticSchedule schedule = makeLoop();
  schedule.tasks[1].lag = int64_t(1) << 40;
  EXPECT_LE(eventsOf(writeScheduleTrace(schedule), "X").size(), 20000u);
}

} // namespace
