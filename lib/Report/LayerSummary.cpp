//===- LayerSummary.cpp - The price of a schedule by layer ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/LayerSummary.h"

#include "Text.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"

#include <algorithm>
#include <map>

namespace layerpipe::report {

using namespace scheduling;

static int64_t &stashOf(LayerSummary &layer, EdgeKind kind) {
  switch (kind) {
  case EdgeKind::weight:
  case EdgeKind::state:
    return layer.weightStash;
  case EdgeKind::activation:
    return layer.activationStash;
  case EdgeKind::gradient:
  case EdgeKind::other:
    break;
  }
  return layer.otherStash;
}

int64_t LayerSummary::stash() const {
  return saturate(Wide(weightStash) + activationStash + otherStash);
}

std::vector<LayerSummary>
summarizeLayers(const StaticSchedule &schedule,
                const std::vector<HeldValue> &values) {
  std::map<int64_t, LayerSummary> layers;
  for (const ScheduleTask &task : schedule.tasks)
    layers[task.layer].layer = task.layer;
  for (const ScheduleParameter &parameter : schedule.parameters) {
    LayerSummary &layer = layers[parameter.layer];
    layer.layer = parameter.layer;
    layer.staleness =
        std::max(layer.staleness.value_or(0), parameter.staleness);
  }
  for (const HeldValue &value : values) {
    int64_t number = schedule.tasks[value.producer].layer;
    int64_t &stash = stashOf(layers[number], value.kind);
    stash = saturate(Wide(stash) + value.stashBytes());
  }
  std::vector<LayerSummary> summaries;
  for (const auto &[number, layer] : layers)
    summaries.push_back(layer);
  return summaries;
}

ScheduleTotals totalsOf(const StaticSchedule &schedule,
                        const std::vector<HeldValue> &values) {
  ScheduleTotals totals;
  if (schedule.bounds.lower > 0)
    totals.gap = gap(schedule.period, schedule.bounds.lower);
  for (const ScheduleParameter &parameter : schedule.parameters)
    totals.maxStaleness = std::max(totals.maxStaleness, parameter.staleness);
  for (const HeldValue &value : values)
    totals.stashBytes = saturate(Wide(totals.stashBytes) + value.stashBytes());
  for (const ScheduleProcessor &processor : schedule.processors) {
    totals.peakMemoryBytes =
        std::max(totals.peakMemoryBytes, processor.memoryBytes);
    totals.processorsUsed += processor.order.empty() ? 0 : 1;
  }
  double work = 0;
  for (const ScheduleTask &task : schedule.tasks)
    if (task.processor >= 0) {
      Fraction speed = schedule.processors[task.processor].speed;
      work += double(task.duration) * double(speed.numerator) /
              double(speed.denominator);
    }
  if (work > 0)
    totals.speedup = work / double(schedule.period);
  return totals;
}

} // namespace layerpipe::report
