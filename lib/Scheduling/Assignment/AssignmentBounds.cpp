//===- AssignmentBounds.cpp - What no assignment can beat -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bounds come from work, from longest tasks, and from what pinned tasks
// alone need.
//
//===----------------------------------------------------------------------===//

#include "AssignmentBounds.h"

#include "AssignmentState.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// Returns the state in which only the pinned groups are placed.
AssignmentState pinnedState(const AssignmentModel &model) {
  AssignmentState state(model);
  for (int64_t group = 0; group < model.groups(); ++group)
    if (model.pin[group] >= 0)
      state.move(group, model.pin[group]);
  return state;
}

/// Returns max over k of t_{kP+1} + t_{kP} + … + t_{kP−k+1}, where t is sorted
/// downwards. Five groups of 3 units on two processors have the bound 9: of k·P
/// + 1 = 5 groups, k + 1 = 3 share a processor.
int64_t countingBound(const AssignmentModel &model) {
  std::vector<int64_t> times = model.leastTime;
  std::sort(times.begin(), times.end(), std::greater<>());
  std::vector<int64_t> sum(times.size() + 1, 0);
  for (size_t i = 0; i < times.size(); ++i)
    sum[i + 1] = sum[i] + times[i];
  int64_t best = 0;
  for (int64_t last = model.processors, k = 1;
       last < static_cast<int64_t>(times.size()); last += model.processors, ++k)
    best = std::max(best, sum[last + 1] - sum[last - k]);
  return best;
}

Error tooLittle(int64_t processor, std::string message) {
  Obstacle obstacle;
  obstacle.kind = Obstacle::Kind::memory;
  obstacle.processor = processor;
  return Error{std::move(message), Failure::infeasible, obstacle};
}

Status checkGroupNeeds(const AssignmentModel &model, int64_t largest) {
  const std::vector<int64_t> &memory = model.machine.memory;
  for (int64_t group = 0; group < model.groups(); ++group) {
    int64_t need = 0;
    for (const AssignmentModel::Use &use : model.usesOf(group))
      need += use.reads > 0 ? model.bytes[use.value] : 0;
    int64_t id = model.pin[group] >= 0 ? model.pin[group] : largest;
    if (need <= memory[id])
      continue;
    std::span<const int64_t> tasks = model.tasksOf(group);
    return tooLittle(
        id, fmt::format(
                "task {}{} reads {} bytes, but processor {}, {}, has {}",
                describeTask(model.problem.graph, tasks.front()),
                tasks.size() > 1 ? " with its group" : "", need, id,
                model.pin[group] >= 0 ? "where it is pinned" : "the largest",
                memory[id]));
  }
  return Status::success();
}

} // namespace

AssignmentBounds boundAssignment(const AssignmentModel &model) {
  AssignmentBounds bounds;
  for (int64_t group = 0; group < model.groups(); ++group)
    if (bounds.task < 0 || model.leastTime[group] > bounds.longest) {
      bounds.longest = model.leastTime[group];
      bounds.task = model.tasksOf(group).front();
    }
  Wide work = timeOnAll(model.machine, totalTime(model.problem.graph));
  bounds.work = std::max(static_cast<int64_t>(work), countingBound(model));
  AssignmentScore pinned = pinnedState(model).score();
  bounds.pinned = pinned.period;
  bounds.communication = pinned.communication;
  bounds.period = std::max({bounds.longest, bounds.work, bounds.pinned});
  return bounds;
}

Status checkMemoryNeeds(const AssignmentModel &model) {
  if (!model.hasMemory())
    return Status::success();
  const std::vector<int64_t> &memory = model.machine.memory;
  int64_t largest =
      std::max_element(memory.begin(), memory.end()) - memory.begin();
  if (Status status = checkGroupNeeds(model, largest); !status)
    return status;
  AssignmentState pinned = pinnedState(model);
  for (int64_t id = 0; id < model.processors; ++id)
    if (pinned.overflowOf(id) > 0)
      return tooLittle(id, fmt::format("the tasks pinned to processor {} read "
                                       "{} bytes, but it has {}",
                                       id, pinned.memoryOf(id), memory[id]));
  Wide need = 0, there = 0;
  for (int64_t value = 0; value < model.values(); ++value)
    need += model.readers[value] > 0 ? model.bytes[value] : 0;
  for (int64_t bytes : memory)
    there += bytes;
  if (need > there)
    return tooLittle(largest,
                     fmt::format("the values of all tasks have {} bytes, but "
                                 "all processors together have {}",
                                 static_cast<int64_t>(need),
                                 static_cast<int64_t>(there)));
  return Status::success();
}

} // namespace layerpipe::scheduling
