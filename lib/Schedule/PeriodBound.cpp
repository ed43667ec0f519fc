//===- PeriodBound.cpp - What keeps a period from being shorter -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/PeriodBound.h"

#include "layerpipe/Schedule/BusyTimes.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace layerpipe::scheduling {

std::string describeLayers(const StaticSchedule &schedule, int64_t processor) {
  std::set<int64_t> layers;
  for (const ScheduleTask &task : schedule.tasks)
    if (task.processor == processor && task.duration > 0 && task.layer > 0)
      layers.insert(task.layer);
  if (layers.empty())
    return "";
  int64_t first = *layers.begin(), last = *layers.rbegin();
  if (first == last)
    return fmt::format(" (layer {})", first);
  if (last - first + 1 == static_cast<int64_t>(layers.size()))
    return fmt::format(" (layers {} to {})", first, last);
  return "";
}

namespace {

std::string describeProcessor(const StaticSchedule &schedule) {
  for (const ScheduleProcessor &processor : schedule.processors)
    if (processor.busy >= schedule.period)
      return fmt::format("processor {}{}", processor.id,
                         describeLayers(schedule, processor.id));
  return "";
}

std::string describeLink(const StaticSchedule &schedule) {
  for (const auto &[link, time] : busyTimesOf(schedule).links)
    if (time >= schedule.period)
      return fmt::format("link {} to {}", link.first, link.second);
  return "";
}

} // namespace

std::string describeCycle(const TaskGraph &graph,
                          const std::vector<int64_t> &edges) {
  constexpr size_t shown = 4;
  std::string text = "cycle ";
  for (size_t i = 0; i < std::min(edges.size(), shown); ++i)
    text += describeTask(graph, graph.edges[edges[i]].from) + " → ";
  if (edges.size() > shown)
    return fmt::format("{}… ({} tasks)", text, edges.size());
  return text + describeTask(graph, graph.edges[edges.front()].from);
}

std::string explainPeriod(const StaticSchedule &schedule,
                          const PeriodBound &bound) {
  if (schedule.period <= bound.value)
    return bound.reason;
  if (std::string processor = describeProcessor(schedule); !processor.empty())
    return processor;
  if (std::string link = describeLink(schedule); !link.empty())
    return link;
  return "search";
}

Result<GraphBound> GraphBound::create(const TaskGraph &graph) {
  GraphBound bound(graph);
  std::vector<int64_t> distances = distancesOf(graph);
  for (size_t edge = 0; edge < distances.size(); ++edge)
    if (graph.edges[edge].parameter >= 0)
      distances[edge] = -1; // The edge is left out.
  auto iteration =
      verified("the iteration bound", computeIterationBound(graph, distances),
               [&](const IterationBound &found) {
                 return verify(graph, distances, found);
               });
  if (!iteration)
    return iteration.error();
  bound.iteration = std::move(*iteration);
  bound.total = layerpipe::scheduling::totalTime(graph);
  int64_t time = 0;
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].time > time) {
      time = graph.tasks[task].time;
      bound.longest = task;
    }
  return bound;
}

PeriodBound GraphBound::on(const Machine &machine) const {
  auto work = static_cast<int64_t>(timeOnAll(machine, total));
  PeriodBound bound{std::max<int64_t>(work, 1), "work"};
  if (int64_t cycle = ceil(iteration.ratio);
      cycle >= bound.value && !iteration.criticalCycle.empty())
    bound = {cycle, describeCycle(*graph, iteration.criticalCycle)};
  if (longest < 0)
    return bound;
  int64_t time =
      timeOn(machine, fastestProcessor(machine), graph->tasks[longest].time);
  // On ties, the bound names the reason that more processors can't remove.
  if (time >= bound.value)
    bound = {time, "longest task " + describeTask(*graph, longest)};
  return bound;
}

} // namespace layerpipe::scheduling
