//===- ScheduleTrace.cpp - The predicted run as a trace -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/ScheduleTrace.h"

#include "layerpipe/Base/TraceEvents.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace layerpipe::scheduling {

namespace {

/// This many periods of the steady state are drawn.
constexpr int64_t steadyPeriods = 4;
/// A prologue that is longer loses its last periods, and the steady state.
constexpr int64_t mostPeriods = 10000;

class TraceMaker {
public:
  explicit TraceMaker(const StaticSchedule &schedule)
      : schedule(schedule),
        writer({base::TraceOrigin::predicted, schedule.graph, schedule.strategy,
                schedule.timeUnit, schedule.period, 0}),
        perUnit(schedule.timeUnit == "us" ? 1 : 0.001) {}

  std::string write();

private:
  void addProcessor(const ScheduleProcessor &processor);
  void addHandOvers();

  base::TraceSpan spanOf(int64_t index, int64_t iteration) const {
    const ScheduleTask &task = schedule.tasks[index];
    double start = double(iteration + task.lag) * double(schedule.period) +
                   double(task.start);
    return {task.processor, start * perUnit,
            (start + double(task.duration)) * perUnit};
  }

  const StaticSchedule &schedule;
  base::TraceWriter writer;
  /// One unit of time takes so many microseconds in the trace.
  double perUnit;
  /// Firings that begin before this period are drawn.
  int64_t periods = 0;
};

/// Adds the firings of a processor by period and then by slot, and waits for
/// the gaps between them.
void TraceMaker::addProcessor(const ScheduleProcessor &processor) {
  double now = 0;
  for (int64_t period = 0; period < periods; ++period)
    for (int64_t index : processor.order) {
      const ScheduleTask &task = schedule.tasks[index];
      int64_t iteration = period - task.lag;
      if (iteration < 0)
        continue;
      base::TraceSpan span = spanOf(index, iteration);
      if (span.begin > now)
        writer.addWait(task.name, iteration, "schedule",
                       {processor.id, now, span.begin});
      writer.addFiring(
          {task.name, toString(task.kind), task.layer, iteration, task.lag},
          span);
      now = span.end;
    }
}

/// Adds one arrow for each two firings, however many values the consumer reads
/// of the producer.
void TraceMaker::addHandOvers() {
  std::set<std::tuple<int64_t, int64_t, int64_t>> pairs;
  for (const ScheduleEdge &edge : schedule.edges)
    if (edge.from != edge.to && schedule.tasks[edge.from].processor >= 0 &&
        schedule.tasks[edge.to].processor >= 0)
      pairs.emplace(edge.from, edge.to, edge.distance);
  for (const auto &[from, to, distance] : pairs)
    for (int64_t i = distance; i < periods - schedule.tasks[to].lag; ++i)
      if (i - distance < periods - schedule.tasks[from].lag)
        writer.addHandOver(spanOf(from, i - distance), spanOf(to, i));
}

std::string TraceMaker::write() {
  for (const ScheduleTask &task : schedule.tasks)
    if (task.processor >= 0)
      periods = std::max(periods, std::min(task.lag, mostPeriods));
  periods = std::min(periods + steadyPeriods, mostPeriods);
  for (const ScheduleProcessor &processor : schedule.processors)
    writer.addProcessor(processor.id);
  for (const ScheduleProcessor &processor : schedule.processors)
    addProcessor(processor);
  addHandOvers();
  return writer.finish();
}

} // namespace

std::string writeScheduleTrace(const StaticSchedule &schedule) {
  return TraceMaker(schedule).write();
}

} // namespace layerpipe::scheduling
