//===- MemoryProfileTest.cpp - Tests of memory over time ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/MemoryProfile.h"
#include "../Scheduling/Graphs.h"
#include "Schedules.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

using namespace layerpipe::report;
using namespace layerpipe::report::test;
using namespace layerpipe::scheduling;

namespace {

/// Runs the schedule by its times, iteration by iteration, and counts what is
/// there at one moment: each pair of a value and an iteration once per
/// processor, from its producer's start to the end of a reader there.
int64_t recount(const StaticSchedule &schedule, int64_t processor,
                int64_t moment, int64_t iterations) {
  std::set<std::tuple<int64_t, std::string, int64_t>> counted;
  int64_t bytes = 0;
  for (const ScheduleEdge &edge : schedule.edges) {
    const ScheduleTask &from = schedule.tasks[edge.from];
    const ScheduleTask &to = schedule.tasks[edge.to];
    if (to.processor != processor)
      continue;
    // What a task leaves for itself goes as it starts, not as it ends.
    int64_t last = edge.from == edge.to ? 0 : to.duration;
    for (int64_t made = 0; made < iterations; ++made) {
      int64_t begin = (made + from.lag) * schedule.period + from.start;
      int64_t end =
          (made + edge.distance + to.lag) * schedule.period + to.start + last;
      if (begin <= moment && moment < end &&
          counted.emplace(edge.from, edge.value, made).second)
        bytes += edge.bytes;
    }
  }
  return bytes;
}

int64_t heldAt(const MemoryProfile &profile, int64_t time) {
  int64_t bytes = -1;
  for (const MemoryStep &step : profile.steps)
    if (step.time <= time)
      bytes = step.bytes;
  return bytes;
}

TEST(MemoryOverTime, agreesWithARecountAtEveryTime) {
  for (uint64_t seed = 0; seed < layerpipe::scheduling::test::seeds(40);
       ++seed) {
    SCOPED_TRACE(seed);
    StaticSchedule schedule = makeRandomSchedule(seed);
    std::vector<MemoryProfile> profiles = memoryOverTime(schedule);
    ASSERT_EQ(profiles.size(), schedule.processors.size());
    int64_t steady = 0;
    for (const ScheduleTask &task : schedule.tasks)
      steady = std::max(steady, task.lag);
    for (const ScheduleEdge &edge : schedule.edges)
      steady = std::max(steady, edge.distance);
    steady = 2 * steady + 2;
    int64_t stride = std::max<int64_t>(1, schedule.period / 60);
    for (size_t processor = 0; processor < profiles.size(); ++processor)
      for (int64_t time = 0; time < schedule.period; time += stride)
        ASSERT_EQ(heldAt(profiles[processor], time),
                  recount(schedule, processor, steady * schedule.period + time,
                          2 * steady))
            << "processor " << processor << " at " << time;
  }
}

TEST(MemoryOverTime, staysWithinWhatTheChannelsProvideFor) {
  for (uint64_t seed = 0; seed < layerpipe::scheduling::test::seeds(40);
       ++seed) {
    SCOPED_TRACE(seed);
    StaticSchedule schedule = makeRandomSchedule(seed);
    std::vector<MemoryProfile> profiles = memoryOverTime(schedule);
    std::vector<int64_t> provided(profiles.size(), 0);
    for (const HeldValue &value : heldValues(schedule))
      provided[value.processor] += value.copies * value.bytes;
    for (size_t i = 0; i < profiles.size(); ++i) {
      EXPECT_LE(profiles[i].peak, schedule.processors[i].memoryBytes);
      EXPECT_EQ(provided[i], schedule.processors[i].memoryBytes);
    }
  }
}

/// One value from task 0 to task 1, both on processor 0.
StaticSchedule makePair(int64_t fromStart, int64_t toEnd, int64_t distance) {
  StaticSchedule schedule;
  schedule.period = 10;
  schedule.processors.resize(1);
  schedule.tasks.resize(2);
  for (ScheduleTask &task : schedule.tasks)
    task.processor = 0;
  schedule.tasks[0].start = fromStart;
  schedule.tasks[1].start = toEnd;
  ScheduleEdge edge;
  edge.from = 0;
  edge.to = 1;
  edge.bytes = 7;
  edge.distance = distance;
  schedule.edges = {edge};
  return schedule;
}

std::vector<std::pair<int64_t, int64_t>> stepsOf(const StaticSchedule &s) {
  std::vector<std::pair<int64_t, int64_t>> steps;
  std::vector<MemoryProfile> profiles = memoryOverTime(s);
  for (const MemoryStep &step : profiles[0].steps)
    steps.emplace_back(step.time, step.bytes);
  return steps;
}

TEST(MemoryOverTime, countsByHand) {
  using testing::ElementsAre;
  using testing::Pair;
  EXPECT_THAT(stepsOf(makePair(2, 6, 0)),
              ElementsAre(Pair(0, 0), Pair(2, 7), Pair(6, 0)));
  // Around the end of the period, exactly to it, and for whole periods.
  EXPECT_THAT(stepsOf(makePair(6, 2, 1)),
              ElementsAre(Pair(0, 7), Pair(2, 0), Pair(6, 7)));
  EXPECT_THAT(stepsOf(makePair(6, 0, 1)), ElementsAre(Pair(0, 0), Pair(6, 7)));
  EXPECT_THAT(stepsOf(makePair(6, 6, 2)), ElementsAre(Pair(0, 14)));
  EXPECT_THAT(stepsOf(makePair(0, 0, 0)), ElementsAre(Pair(0, 0)));
  EXPECT_THAT(stepsOf(makePair(2, 6, 1)),
              ElementsAre(Pair(0, 7), Pair(2, 14), Pair(6, 7)));
}

TEST(MemoryOverTime, stopsAtTheLargestInteger) {
  StaticSchedule schedule = makePair(2, 6, 1);
  schedule.edges[0].bytes = std::numeric_limits<int64_t>::max();
  schedule.edges[0].channelCapacity = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(memoryOverTime(schedule)[0].peak,
            std::numeric_limits<int64_t>::max());
  EXPECT_EQ(heldValues(schedule)[0].stashBytes(),
            std::numeric_limits<int64_t>::max());
}

TEST(MemoryOverTime, thinningKeepsThePeak) {
  MemoryProfile profile;
  for (int64_t time = 0; time < 1000; ++time)
    profile.steps.push_back({time, time == 517 ? 99 : time % 2});
  profile.peak = 99;
  std::vector<MemoryStep> steps = thinOut(profile, 1000, 10);
  ASSERT_EQ(steps.size(), 10u);
  EXPECT_EQ(steps[5].bytes, 99);
  EXPECT_EQ(steps[4].bytes, 1);
  EXPECT_EQ(thinOut(profile, 1000, 1000).size(), 1000u);
}

} // namespace
