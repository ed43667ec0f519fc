//===- LayerPins.cpp - Layers that have a processor already ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/LayerPins.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace layerpipe::scheduling {

Status check(const LayerPins &pins, const TaskGraph &graph,
             int64_t processors) {
  if (pins.empty())
    return Status::success();
  std::set<int64_t> layers;
  for (const Task &task : graph.tasks)
    if (task.kind != TaskKind::input)
      layers.insert(task.layer);
  for (auto [layer, processor] : pins) {
    if (layer < 1 || !layers.contains(layer))
      return Error{fmt::format("layer {} is pinned to processor {}, but has no "
                               "tasks",
                               layer, processor)};
    if (processor < 0 || processor >= processors)
      return Error{fmt::format("layer {} is pinned to processor {}; there are "
                               "0 to {}",
                               layer, processor, processors - 1)};
  }
  return Status::success();
}

int64_t pinOf(const LayerPins &pins, const Task &task) {
  if (pins.empty() || task.kind == TaskKind::input)
    return -1;
  auto pin = pins.find(task.layer);
  return pin == pins.end() ? -1 : pin->second;
}

std::vector<std::optional<int64_t>> pinsOfTasks(const LayerPins &pins,
                                                const TaskGraph &graph) {
  std::vector<std::optional<int64_t>> processors;
  if (pins.empty())
    return processors;
  for (const Task &task : graph.tasks) {
    int64_t pin = pinOf(pins, task);
    processors.push_back(pin < 0 ? std::nullopt : std::optional(pin));
  }
  return processors;
}

int64_t processorsOf(const LayerPins &pins) {
  int64_t most = 0;
  for (auto [layer, processor] : pins)
    most = std::max(most, processor + 1);
  return most;
}

std::vector<int64_t> pinnedTimes(const LayerPins &pins, const TaskGraph &graph,
                                 const Machine &machine) {
  std::vector<int64_t> times(machine.processors, 0);
  if (!pins.empty())
    for (const Task &task : graph.tasks)
      if (int64_t pin = pinOf(pins, task); pin >= 0)
        times[pin] += timeOn(machine, pin, task.time);
  return times;
}

void applyPins(const LayerPins &pins, const TaskGraph &graph,
               std::vector<int64_t> &assignment) {
  if (pins.empty())
    return;
  for (size_t task = 0; task < assignment.size(); ++task)
    if (int64_t pin = pinOf(pins, graph.tasks[task]); pin >= 0)
      assignment[task] = pin;
}

Status verify(const LayerPins &pins, const TaskGraph &graph,
              const std::vector<int64_t> &assignment) {
  for (size_t task = 0; task < assignment.size(); ++task) {
    auto pin = pins.find(graph.tasks[task].layer);
    if (pin != pins.end() && graph.tasks[task].kind != TaskKind::input &&
        assignment[task] != pin->second)
      return Error{
          fmt::format("{} of layer {} is on processor {}; the layer is "
                      "pinned to {}",
                      describeTask(graph, task), pin->first, assignment[task],
                      pin->second)};
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
