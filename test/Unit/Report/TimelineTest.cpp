//===- TimelineTest.cpp - Tests of the timeline's layout ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/Timeline.h"
#include "../Scheduling/Graphs.h"
#include "Schedules.h"

#include <gmock/gmock.h>

#include <set>
#include <tuple>

using namespace layerpipe::report;
using namespace layerpipe::report::test;
using namespace layerpipe::scheduling;

namespace {

/// Row, item, is a transfer, iteration, absolute begin and end.
using Firing = std::tuple<int64_t, int64_t, bool, int64_t, int64_t, int64_t>;

/// Every iteration of every task and transfer, by the definition of a cyclic
/// schedule, and then those that the drawn time holds some of.
std::set<Firing> bruteForce(const StaticSchedule &schedule,
                            const TimelineFrame &frame) {
  std::set<Firing> firings;
  int64_t from = frame.firstPeriod * schedule.period;
  int64_t to = frame.endPeriod * schedule.period;
  auto add = [&](int64_t row, int64_t item, bool transfer, int64_t start,
                 int64_t duration, int64_t lag) {
    for (int64_t i = 0; i < frame.endPeriod + 2 && row >= 0; ++i) {
      int64_t begin = (i + lag) * schedule.period + start;
      int64_t end = begin + duration;
      bool seen =
          duration > 0 ? begin < to && end > from : begin >= from && begin < to;
      if (seen)
        firings.emplace(row, item, transfer, i, begin, end);
    }
  };
  for (size_t i = 0; i < schedule.tasks.size(); ++i) {
    const ScheduleTask &task = schedule.tasks[i];
    add(task.processor, i, false, task.start, task.duration, task.lag);
  }
  for (size_t i = 0; i < schedule.transfers.size(); ++i) {
    const ScheduleTransfer &transfer = schedule.transfers[i];
    add(frame.transferRow[i], i, true, transfer.start, transfer.duration,
        transfer.lag);
  }
  return firings;
}

TEST(Timeline, hasEveryFiringOnItsRow) {
  for (uint64_t seed = 0; seed < layerpipe::scheduling::test::seeds(60);
       ++seed) {
    SCOPED_TRACE(seed);
    StaticSchedule schedule = makeRandomSchedule(seed);
    TimelineLimits limits;
    limits.maxPeriods = seed % 2 ? 3 : 64;
    TimelineFrame frame = frameTimeline(schedule, limits);
    std::set<Firing> firings;
    int64_t origin = frame.firstPeriod * schedule.period;
    for (const TimelineBar &bar : layOutBars(schedule, frame))
      EXPECT_TRUE(firings
                      .emplace(bar.row, bar.item, bar.transfer, bar.iteration,
                               bar.begin + origin, bar.end + origin)
                      .second);
    EXPECT_EQ(firings, bruteForce(schedule, frame));
  }
}

TEST(Timeline, rowsAreProcessorsAndThenLinks) {
  StaticSchedule schedule = makeChainSchedule();
  TimelineFrame frame = frameTimeline(schedule);
  ASSERT_EQ(frame.rows.size(), 3u);
  EXPECT_FALSE(frame.rows[1].isLink());
  EXPECT_TRUE(frame.rows[2].isLink());
  EXPECT_EQ(frame.rows[2].first, 0);
  EXPECT_EQ(frame.rows[2].second, 1);
  // Transfers that take no time occupy no link.
  for (ScheduleTransfer &transfer : schedule.transfers)
    transfer.duration = 0;
  EXPECT_EQ(frameTimeline(schedule).rows.size(), 2u);
}

TEST(Timeline, aTaskThatWrapsAroundIsOneBarAcrossThePeriods) {
  StaticSchedule schedule;
  schedule.period = 10;
  schedule.processors.resize(1);
  ScheduleTask task;
  task.processor = 0;
  task.start = 8;
  task.duration = 5;
  schedule.tasks = {task};
  TimelineLimits limits;
  limits.steadyPeriods = 2;
  std::vector<TimelineBar> bars =
      layOutBars(schedule, frameTimeline(schedule, limits));
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(bars[0].begin, 8);
  EXPECT_EQ(bars[0].end, 13);
  EXPECT_EQ(bars[1].iteration, 1);
  // With the start cut off, what reaches in from before is still there.
  TimelineFrame late = frameTimeline(schedule, limits);
  late.firstPeriod = 1;
  bars = layOutBars(schedule, late);
  ASSERT_EQ(bars.size(), 2u);
  EXPECT_EQ(bars[0].iteration, 0);
  EXPECT_EQ(bars[0].begin, -2);
}

TEST(Timeline, saysWhatItLeavesOut) {
  StaticSchedule schedule = makeChainSchedule();
  for (ScheduleTask &task : schedule.tasks)
    task.lag += task.layer == 4 ? int64_t(1) << 40 : 0;
  TimelineLimits limits;
  limits.maxProcessors = 1;
  limits.maxLinks = 0;
  TimelineFrame frame = frameTimeline(schedule, limits);
  EXPECT_EQ(frame.periods(), 64);
  EXPECT_GT(frame.omittedPeriods, (int64_t(1) << 40) - 64);
  EXPECT_EQ(frame.omittedProcessors, 1);
  EXPECT_EQ(frame.omittedLinks, 1);
  EXPECT_EQ(frame.rows.size(), 1u);
  for (const TimelineBar &bar : layOutBars(schedule, frame))
    EXPECT_EQ(schedule.tasks[bar.item].processor, 0);
}

TEST(Timeline, manyTasksShortenThePrologueAndNotTheSteadyState) {
  StaticSchedule schedule;
  schedule.period = 100000;
  schedule.processors.resize(1);
  for (int64_t i = 0; i < 30000; ++i) {
    ScheduleTask task;
    task.processor = 0;
    task.start = i;
    task.duration = 1;
    task.lag = i == 0 ? 5 : 0;
    schedule.tasks.push_back(task);
  }
  TimelineFrame frame = frameTimeline(schedule);
  EXPECT_EQ(frame.periods(), 1);
  EXPECT_EQ(frame.firstPeriod, 5);
}

TEST(Timeline, anEmptyScheduleHasOneEmptyPeriod) {
  StaticSchedule schedule;
  schedule.period = 1;
  TimelineLimits limits;
  limits.steadyPeriods = 0;
  TimelineFrame frame = frameTimeline(schedule, limits);
  EXPECT_EQ(frame.periods(), 1);
  EXPECT_TRUE(layOutBars(schedule, frame).empty());
}

} // namespace
