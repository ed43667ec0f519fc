//===- ScheduleTables.cpp - Processors, layers, parameters, tasks ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Facts.h"
#include "Html.h"
#include "Text.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::report {

using namespace scheduling;

/// Returns how long the bar behind a figure is, from 0 to 1. No bar is drawn
/// where all figures are 0.
static double partOf(int64_t value, int64_t most) {
  return most > 0 ? double(value) / double(most) : 0;
}

/// Returns the layer's number for a table. Layer 0 stands for tasks that have
/// none.
static std::string layerName(int64_t layer) {
  return layer > 0 ? fmt::format("{}", layer) : "none";
}

std::string processorTable(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  Table table({{"processor", Column::number},
               {"speed", Column::number},
               {"tasks", Column::number},
               {"busy per period", Column::number},
               {"utilization", Column::number},
               {"peak of memory", Column::number},
               {"memory", Column::number}});
  int64_t most = 1;
  for (const ScheduleProcessor &processor : schedule.processors)
    most = std::max(most, processor.memoryBytes);
  for (const ScheduleProcessor &processor : schedule.processors) {
    int64_t peak = facts.memory[processor.id].peak;
    int64_t busy = facts.limit.busy[processor.id];
    double share = double(busy) / double(schedule.period);
    std::string id = fmt::format("{}", processor.id);
    if (facts.limit.bindsProcessor(processor.id))
      id = "<strong class=\"binding\" title=\"busy all the time\">" + id +
           "</strong>";
    table.add({{std::move(id)},
               {toString(processor.speed)},
               {fmt::format("{}", processor.order.size())},
               {formatInteger(busy)},
               {formatPercent(share), std::max(share, 0.0)},
               {formatBytes(peak), partOf(peak, most)},
               {formatBytes(processor.memoryBytes),
                partOf(processor.memoryBytes, most)}});
  }
  return cardHtml("Processors",
                  "Times in " + escape(schedule.timeUnit) +
                      "; memory is what its channels can hold, the peak what "
                      "they do hold.",
                  table.html());
}

std::string layerTable(const Facts &facts) {
  Table table({{"layer", Column::number},
               {"staleness", Column::number},
               {"weights", Column::number},
               {"activations", Column::number},
               {"other", Column::number},
               {"stash", Column::number}});
  int64_t most = 0;
  for (const LayerSummary &layer : facts.layers)
    most = std::max(most, layer.stash());
  for (const LayerSummary &layer : facts.layers) {
    Cell staleness{"–"};
    if (layer.staleness)
      staleness = {fmt::format("{}", *layer.staleness),
                   partOf(*layer.staleness, facts.totals.maxStaleness)};
    table.add({{layerName(layer.layer)},
               staleness,
               {formatBytes(layer.weightStash)},
               {formatBytes(layer.activationStash)},
               {formatBytes(layer.otherStash)},
               {formatBytes(layer.stash()), partOf(layer.stash(), most)}});
  }
  table.addSum(
      {{"Σ"}, {""}, {""}, {""}, {""}, {formatBytes(facts.totals.stashBytes)}});
  return cardHtml(
      "Staleness and stash by layer",
      "How many updates late a layer's gradient is applied, and (copies − 1) · "
      "bytes of the values that its tasks make, on each processor that holds "
      "them.",
      table.html());
}

std::string parameterTable(const Facts &facts) {
  const std::vector<ScheduleParameter> &parameters = facts.schedule.parameters;
  Table table({{"parameter"},
               {"layer", Column::number},
               {"bytes", Column::number},
               {"staleness", Column::number},
               {"versions", Column::number},
               {"stash", Column::number}});
  auto stashOf = [](const ScheduleParameter &parameter) {
    return saturate(Wide(parameter.versions - 1) * parameter.bytes);
  };
  int64_t most = 0;
  for (const ScheduleParameter &parameter : parameters)
    most = std::max(most, stashOf(parameter));
  for (const ScheduleParameter &parameter : parameters)
    table.add(
        {{escape(parameter.name)},
         {layerName(parameter.layer)},
         {formatBytes(parameter.bytes)},
         {fmt::format("{}", parameter.staleness),
          partOf(parameter.staleness, facts.totals.maxStaleness)},
         {fmt::format("{}", parameter.versions)},
         {formatBytes(stashOf(parameter)), partOf(stashOf(parameter), most)}});
  return cardHtml("Parameters",
                  "Versions are the copies that are alive at once; the stash "
                  "is (versions − 1) · bytes, on one processor.",
                  table.html());
}

/// Lists the tasks of each processor in turn, in the order in which they run.
std::string taskTable(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  Table table({{"task"},
               {"kind"},
               {"layer", Column::number},
               {"processor", Column::number},
               {"start", Column::number},
               {"duration", Column::number},
               {"lag", Column::number}});
  for (const ScheduleProcessor &processor : schedule.processors)
    for (int64_t index : processor.order) {
      const ScheduleTask &task = schedule.tasks[index];
      table.add({{escape(task.name)},
                 {std::string(toString(task.kind))},
                 {layerName(task.layer)},
                 {fmt::format("{}", task.processor)},
                 {formatInteger(task.start)},
                 {formatInteger(task.duration)},
                 {fmt::format("{}", task.lag)}});
    }
  return fmt::format("<details class=\"card\"><summary>All {} tasks in the "
                     "order of their processors, times in {}</summary>\n{}"
                     "</details>\n",
                     schedule.tasks.size(), escape(schedule.timeUnit),
                     table.html());
}

} // namespace layerpipe::report
