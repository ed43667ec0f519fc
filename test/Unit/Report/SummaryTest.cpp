//===- SummaryTest.cpp - Tests of the critical cycle and of layers --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Scheduling/Graphs.h"
#include "Schedules.h"
#include "layerpipe/Report/CriticalCycle.h"
#include "layerpipe/Report/LayerSummary.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <gmock/gmock.h>

using namespace layerpipe::report;
using namespace layerpipe::report::test;
using namespace layerpipe::scheduling;

TEST(CriticalCycle, isALoopThatAttainsTheFilesBound) {
  for (uint64_t seed = 0; seed < layerpipe::scheduling::test::seeds(60);
       ++seed) {
    SCOPED_TRACE(seed);
    StaticSchedule schedule = makeRandomSchedule(seed);
    Result<CriticalCycle> cycle = findCriticalCycle(schedule);
    ASSERT_TRUE(cycle) << cycle.message();
    EXPECT_EQ(cycle->ratio, schedule.bounds.iteration);
    int64_t time = 0, distance = 0;
    for (size_t i = 0; i < cycle->steps.size(); ++i) {
      const CriticalStep &step = cycle->steps[i];
      const CriticalStep &next = cycle->steps[(i + 1) % cycle->steps.size()];
      const ScheduleEdge &edge = schedule.edges[step.edge];
      EXPECT_EQ(edge.from, step.task);
      EXPECT_EQ(edge.to, next.task);
      time += schedule.tasks[step.task].duration;
      distance += edge.distance;
    }
    EXPECT_EQ(cycle->time, time);
    EXPECT_EQ(cycle->distance, distance);
    if (distance > 0)
      EXPECT_EQ(cycle->ratio, (Fraction{time, distance}));
  }
}

TEST(CriticalCycle, saysWhyItIsNotKnown) {
  StaticSchedule schedule = makeChainSchedule();
  schedule.tasks[1].duration = maxTotalTime + 1;
  EXPECT_FALSE(findCriticalCycle(schedule));
}

TEST(LayerSummary, addsUpToTheTotals) {
  for (uint64_t seed = 0; seed < layerpipe::scheduling::test::seeds(20);
       ++seed) {
    SCOPED_TRACE(seed);
    StaticSchedule schedule = makeRandomSchedule(seed);
    std::vector<HeldValue> values = heldValues(schedule);
    ScheduleTotals totals = totalsOf(schedule, values);
    int64_t stash = 0, staleness = 0, last = -1;
    for (const LayerSummary &layer : summarizeLayers(schedule, values)) {
      stash += layer.stash();
      staleness = std::max(staleness, layer.staleness.value_or(0));
      EXPECT_GT(layer.layer, last);
      last = layer.layer;
    }
    EXPECT_EQ(stash, totals.stashBytes);
    EXPECT_EQ(staleness, totals.maxStaleness);
  }
}

TEST(LayerSummary, knowsWhatIsStashed) {
  StaticSchedule schedule = makeChainSchedule();
  for (ScheduleEdge &edge : schedule.edges)
    edge.channelCapacity = 1;
  for (ScheduleEdge &edge : schedule.edges)
    if (edge.kind == EdgeKind::weight && schedule.tasks[edge.from].layer == 2) {
      edge.channelCapacity = 3;
      edge.bytes = 100;
    }
  std::vector<LayerSummary> layers =
      summarizeLayers(schedule, heldValues(schedule));
  ASSERT_EQ(layers.size(), 5u);
  // The state edge of the same value names 200 bytes.
  EXPECT_EQ(layers[2].weightStash, 2 * 200);
  EXPECT_EQ(layers[2].stash(), 400);
  EXPECT_EQ(layers[1].stash(), 0);
}
