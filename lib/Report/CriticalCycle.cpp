//===- CriticalCycle.cpp - The loop that bounds the period ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/CriticalCycle.h"

#include "layerpipe/Scheduling/Bounds/IterationBound.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <fmt/format.h>

namespace layerpipe::report {

using namespace scheduling;

/// Makes the file's graph as the core sees it. Only times and distances matter
/// for the bound, so layers and kinds stay out, and each edge has a value of
/// its own.
static TaskGraph makeGraph(const StaticSchedule &schedule) {
  TaskGraph graph;
  for (const ScheduleTask &task : schedule.tasks)
    graph.tasks.push_back({task.name, 0, TaskKind::other, task.duration});
  for (size_t index = 0; index < schedule.edges.size(); ++index) {
    const ScheduleEdge &edge = schedule.edges[index];
    graph.values.push_back({fmt::format("{}", index), edge.from, 0});
    graph.edges.push_back({edge.from, edge.to, edge.kind,
                           static_cast<int64_t>(index), edge.distance,
                           "absent"});
  }
  return graph;
}

Result<CriticalCycle> findCriticalCycle(const StaticSchedule &schedule) {
  TaskGraph graph = makeGraph(schedule);
  auto bound = verified(
      "the iteration bound", computeIterationBound(graph),
      [&](const IterationBound &found) { return verify(graph, found); });
  if (!bound)
    return bound.error();
  CriticalCycle cycle;
  cycle.ratio = bound->ratio;
  for (int64_t index : bound->criticalCycle) {
    const ScheduleEdge &edge = schedule.edges[index];
    cycle.steps.push_back({edge.from, index});
    cycle.time += schedule.tasks[edge.from].duration;
    cycle.distance += edge.distance;
  }
  return cycle;
}

} // namespace layerpipe::report
