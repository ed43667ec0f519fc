//===- AssignmentProblem.cpp - What an assignment has to respect ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the check of the problem, its groups, and the groups that share
// weights.
//
//===----------------------------------------------------------------------===//

#include "AssignmentGroups.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace layerpipe::scheduling {
namespace {

constexpr std::array<std::string_view, 4> strategyNames = {
    "sequential", "contiguous", "contiguous_tasks", "free"};

/// This limit leaves room for the sum of all loads.
constexpr Wide largestSum = Wide(1) << 60;

Status checkPins(const AssignmentProblem &problem) {
  const auto &[graph, machine, pins, together] = problem;
  if (pins.empty())
    return Status::success();
  if (pins.size() != graph.tasks.size())
    return Error{fmt::format("{} pins for {} tasks; there must be one for each "
                             "task, or none at all",
                             pins.size(), graph.tasks.size())};
  for (size_t task = 0; task < pins.size(); ++task) {
    if (!pins[task])
      continue;
    if (graph.tasks[task].kind == TaskKind::input)
      return Error{fmt::format("input {} is pinned to processor {}; inputs run "
                               "on none",
                               describeTask(graph, task), *pins[task])};
    if (*pins[task] < 0 || *pins[task] >= machine.processors)
      return Error{fmt::format("task {} is pinned to processor {}; there are 0 "
                               "to {}",
                               describeTask(graph, task), *pins[task],
                               machine.processors - 1)};
  }
  return Status::success();
}

Status checkGroups(const AssignmentProblem &problem) {
  int64_t count = problem.graph.tasks.size();
  for (size_t group = 0; group < problem.together.size(); ++group)
    for (int64_t task : problem.together[group]) {
      if (task < 0 || task >= count)
        return Error{fmt::format("group {} names task {}, of {} tasks", group,
                                 task, count)};
      if (problem.graph.tasks[task].kind == TaskKind::input)
        return Error{fmt::format("group {} names {}, an input; inputs run on "
                                 "no processor",
                                 group, describeTask(problem.graph, task))};
    }
  if (problem.pins.empty())
    return Status::success();
  std::vector<int64_t> leaders = groupLeaders(problem);
  // Each leader has its task with a pin here.
  std::vector<int64_t> pinned(count, -1);
  for (int64_t task = 0; task < count; ++task) {
    if (!problem.pins[task])
      continue;
    int64_t &first = pinned[leaders[task]];
    if (first < 0)
      first = task;
    if (problem.pins[first] != problem.pins[task])
      return Error{fmt::format("{} and {} share a processor, but are pinned to "
                               "{} and {}",
                               describeTask(problem.graph, first),
                               describeTask(problem.graph, task),
                               *problem.pins[first], *problem.pins[task])};
  }
  return Status::success();
}

/// Checks the sums in full width, since timeOn and transferTime are exact only
/// within the limit.
Status checkSums(const AssignmentProblem &problem) {
  const auto &[graph, machine, pins, together] = problem;
  Fraction leastSpeed = speedOf(machine, 0);
  for (const Fraction &speed : machine.speeds)
    leastSpeed = std::min(leastSpeed, speed);
  Wide work = 0;
  for (const Task &task : graph.tasks)
    work +=
        ceilDiv(Wide(task.time) * leastSpeed.denominator, leastSpeed.numerator);
  if (work > largestSum)
    return Error{fmt::format("on the slowest processor, of speed {}, all tasks "
                             "together take longer than {}",
                             toString(leastSpeed),
                             static_cast<int64_t>(largestSum))};
  Link slowest = slowestLink(machine.links);
  Wide bytes = 0, time = 0;
  for (const Edge &edge : graph.edges) {
    Wide size = graph.values[edge.value].bytes;
    bytes += size;
    time += wideTransferTime(slowest, graph.values[edge.value].bytes);
    if (bytes > largestSum || time > largestSum)
      return Error{fmt::format("the values of all edges together have more "
                               "bytes or take longer to transfer than {}; "
                               "value '{}' has {} bytes",
                               static_cast<int64_t>(largestSum),
                               graph.values[edge.value].name,
                               static_cast<int64_t>(size))};
  }
  return Status::success();
}

int64_t findRoot(std::vector<int64_t> &parent, int64_t task) {
  while (parent[task] != task)
    task = parent[task] = parent[parent[task]];
  return task;
}

} // namespace

std::string_view toString(AssignmentStrategy strategy) {
  return strategyNames[static_cast<size_t>(strategy)];
}

std::vector<int64_t> groupLeaders(const AssignmentProblem &problem) {
  std::vector<int64_t> leader(problem.graph.tasks.size());
  std::iota(leader.begin(), leader.end(), 0);
  for (const std::vector<int64_t> &group : problem.together)
    for (int64_t task : group) {
      int64_t a = findRoot(leader, group.front()), b = findRoot(leader, task);
      leader[std::max(a, b)] = std::min(a, b);
    }
  for (size_t task = 0; task < leader.size(); ++task)
    leader[task] = findRoot(leader, task);
  return leader;
}

std::vector<int64_t> groupPins(const AssignmentProblem &problem,
                               const std::vector<int64_t> &leaders) {
  std::vector<int64_t> pins(leaders.size(), -1);
  for (size_t task = 0; task < problem.pins.size(); ++task)
    if (problem.pins[task])
      pins[leaders[task]] = *problem.pins[task];
  return pins;
}

Status check(const AssignmentProblem &problem) {
  if (Status status = check(problem.graph); !status)
    return status;
  if (Status status = check(problem.machine); !status)
    return status;
  if (Status status = checkPins(problem); !status)
    return status;
  if (Status status = checkGroups(problem); !status)
    return status;
  return checkSums(problem);
}

} // namespace layerpipe::scheduling
