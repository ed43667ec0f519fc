//===- TaskNetwork.cpp - Graphs and schedules in one form -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TaskNetwork.h"

#include <algorithm>

namespace layerpipe::interchange {

using namespace scheduling;

namespace {

/// Numbers the tasks that are no inputs; inputs have −1.
template <typename Tasks> std::vector<int64_t> numberTasks(const Tasks &tasks) {
  std::vector<int64_t> numbers;
  int64_t next = 0;
  for (const auto &task : tasks)
    numbers.push_back(task.kind == TaskKind::input ? -1 : next++);
  return numbers;
}

template <typename Edges>
std::vector<TaskNetwork::Edge> joinEdges(const Edges &edges,
                                         const std::vector<int64_t> &numbers) {
  std::vector<TaskNetwork::Edge> joined;
  for (const auto &edge : edges)
    if (numbers[edge.from] >= 0 && numbers[edge.to] >= 0)
      joined.push_back({numbers[edge.from], numbers[edge.to], edge.distance});
  auto keyOf = [](const TaskNetwork::Edge &edge) {
    return std::pair(edge.to, edge.from);
  };
  std::sort(joined.begin(), joined.end(), [&](const auto &a, const auto &b) {
    return std::pair(keyOf(a), a.distance) < std::pair(keyOf(b), b.distance);
  });
  joined.erase(std::unique(joined.begin(), joined.end(),
                           [&](const auto &a, const auto &b) {
                             return keyOf(a) == keyOf(b);
                           }),
               joined.end());
  return joined;
}

} // namespace

TaskNetwork networkOf(const TaskGraph &graph, std::string_view name) {
  TaskNetwork network;
  network.name = std::string(name);
  std::vector<int64_t> numbers = numberTasks(graph.tasks);
  for (const Task &task : graph.tasks)
    if (task.kind != TaskKind::input)
      network.tasks.push_back({task.name, task.time});
  network.edges = joinEdges(graph.edges, numbers);
  return network;
}

TaskNetwork networkOf(const StaticSchedule &schedule) {
  TaskNetwork network;
  network.name = schedule.graph;
  network.period = schedule.period;
  std::vector<int64_t> numbers = numberTasks(schedule.tasks);
  for (const ScheduleTask &task : schedule.tasks)
    if (task.kind != TaskKind::input)
      network.tasks.push_back(
          {task.name, task.duration, task.processor, task.start, task.lag});
  network.edges = joinEdges(schedule.edges, numbers);
  for (const ScheduleProcessor &processor : schedule.processors) {
    network.processors.push_back(processor.id);
    std::vector<int64_t> &order = network.orders.emplace_back();
    for (int64_t task : processor.order)
      order.push_back(numbers[task]);
  }
  return network;
}

} // namespace layerpipe::interchange
