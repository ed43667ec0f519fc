//===- AssignmentVerify.cpp - The judge of assignments --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verifier computes again everything that an assignment says of itself,
// from the problem alone. It knows no solver.
//
//===----------------------------------------------------------------------===//

#include "AssignmentGroups.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// The processors of an assignment imply these loads.
struct Loads {
  std::vector<int64_t> processors;
  std::map<std::pair<int64_t, int64_t>, int64_t> links;
  std::vector<int64_t> memory;
  int64_t communicationBytes = 0;
};

Loads measure(const AssignmentProblem &problem,
              const std::vector<int64_t> &processor) {
  const auto &[graph, machine, pins, together] = problem;
  Loads loads;
  loads.processors.assign(machine.processors, 0);
  loads.memory.assign(machine.processors, 0);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (int64_t id = processor[task]; id >= 0)
      loads.processors[id] += timeOn(machine, id, graph.tasks[task].time);
  // A pair has a value and its reader's processor.
  std::vector<std::pair<int64_t, int64_t>> reads;
  for (const Edge &edge : graph.edges)
    reads.push_back({edge.value, processor[edge.to]});
  std::sort(reads.begin(), reads.end());
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  for (auto [index, id] : reads) {
    const Value &value = graph.values[index];
    loads.memory[id] += value.bytes;
    int64_t maker = processor[value.producer];
    if (maker < 0 || maker == id)
      continue;
    loads.communicationBytes += value.bytes;
    loads.links[std::minmax(maker, id)] +=
        transferTime(machine, maker, id, value.bytes);
  }
  return loads;
}

Status checkPlaces(const AssignmentProblem &problem,
                   const std::vector<int64_t> &processor) {
  const auto &[graph, machine, pins, together] = problem;
  if (processor.size() != graph.tasks.size())
    return Error{fmt::format("{} processors assigned to {} tasks",
                             processor.size(), graph.tasks.size())};
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    int64_t id = processor[task];
    bool input = graph.tasks[task].kind == TaskKind::input;
    if (input ? id != -1 : id < 0 || id >= machine.processors)
      return Error{fmt::format(
          "task {} is assigned to processor {}; it must "
          "be {}",
          describeTask(graph, task), id,
          input ? "−1, as for every input"
                : fmt::format("one of 0 to {}", machine.processors - 1))};
    if (!pins.empty() && pins[task] && *pins[task] != id)
      return Error{fmt::format("task {} is assigned to processor {}, but "
                               "pinned to {}",
                               describeTask(graph, task), id, *pins[task])};
  }
  for (const std::vector<int64_t> &group : together)
    for (int64_t task : group)
      if (processor[task] != processor[group.front()])
        return Error{fmt::format(
            "tasks {} and {} must share a processor, but are on {} and {}",
            describeTask(graph, group.front()), describeTask(graph, task),
            processor[group.front()], processor[task])};
  return Status::success();
}

Status checkMemory(const AssignmentProblem &problem,
                   const Assignment &assignment, const Loads &loads) {
  if (assignment.memoryBytes != loads.memory)
    return Error{"the memory per processor is not that of the values read "
                 "there"};
  for (size_t id = 0; id < problem.machine.memory.size(); ++id)
    if (loads.memory[id] > problem.machine.memory[id])
      return Error{fmt::format("processor {} must hold {} bytes, but has {}",
                               id, loads.memory[id],
                               problem.machine.memory[id])};
  return Status::success();
}

int64_t periodOf(const Loads &loads) {
  int64_t period =
      *std::max_element(loads.processors.begin(), loads.processors.end());
  for (const auto &[link, load] : loads.links)
    period = std::max(period, load);
  return period;
}

/// Returns the least time of each group on a processor that its pin allows, at
/// the task that leads the group, and −1 for other tasks.
std::vector<int64_t> leastTimes(const AssignmentProblem &problem) {
  const auto &[graph, machine, pins, together] = problem;
  std::vector<int64_t> leaders = groupLeaders(problem);
  std::vector<int64_t> pinned = groupPins(problem, leaders);
  // Only the pin's processor or the fastest one can give the least time.
  int64_t fastest = fastestProcessor(machine);
  std::vector<int64_t> least(graph.tasks.size(), -1);
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    if (graph.tasks[task].kind == TaskKind::input)
      continue;
    int64_t leader = leaders[task];
    int64_t id = pinned[leader] >= 0 ? pinned[leader] : fastest;
    least[leader] = std::max<int64_t>(least[leader], 0) +
                    timeOn(machine, id, graph.tasks[task].time);
  }
  return least;
}

int64_t workBound(const AssignmentProblem &problem) {
  return static_cast<int64_t>(
      timeOnAll(problem.machine, totalTime(problem.graph)));
}

/// Returns the largest sum of the k + 1 shortest among the k·P + 1 longest
/// groups, since k + 1 of these share a processor.
int64_t countingBound(std::vector<int64_t> times, int64_t processors) {
  std::sort(times.rbegin(), times.rend());
  std::vector<int64_t> sums{0};
  for (int64_t time : times)
    sums.push_back(sums.back() + std::max<int64_t>(time, 0));
  int64_t count = times.size(), bound = 0;
  for (int64_t k = 1; k * processors + 1 <= count; ++k)
    bound =
        std::max(bound, sums[k * processors + 1] - sums[k * processors - k]);
  return bound;
}

Status checkBounds(const AssignmentProblem &problem,
                   const Assignment &assignment) {
  std::vector<int64_t> times = leastTimes(problem);
  int64_t least = workBound(problem);
  for (int64_t time : times)
    least = std::max(least, time);
  if (assignment.lowerBound < least ||
      assignment.lowerBound > assignment.period)
    return Error{fmt::format("the lower bound is {}, but must lie between {} "
                             "and the period, {}",
                             assignment.lowerBound, least, assignment.period)};
  if (assignment.communicationBound < 0 ||
      assignment.communicationBound > assignment.communicationBytes)
    return Error{fmt::format("the bound of the communication is {}, but must "
                             "lie between 0 and {}",
                             assignment.communicationBound,
                             assignment.communicationBytes)};
  if (assignment.proof == Proof::optimal &&
      (assignment.lowerBound != assignment.period ||
       assignment.communicationBound != assignment.communicationBytes))
    return Error{fmt::format("the assignment is called optimal, but its bounds "
                             "are {} and {}, not {} and {}",
                             assignment.lowerBound,
                             assignment.communicationBound, assignment.period,
                             assignment.communicationBytes)};
  return Status::success();
}

/// Returns the time that the obstacle explains, or −1 if it names nothing that
/// exists.
int64_t explainedTime(const AssignmentProblem &problem,
                      const Obstacle &obstacle, const Loads &loads) {
  int64_t processors = problem.machine.processors;
  switch (obstacle.kind) {
  case Obstacle::Kind::none:
    return 0;
  case Obstacle::Kind::task: {
    std::vector<int64_t> times = leastTimes(problem);
    bool exists = obstacle.task >= 0 &&
                  obstacle.task < static_cast<int64_t>(times.size()) &&
                  problem.graph.tasks[obstacle.task].kind != TaskKind::input;
    return exists ? times[groupLeaders(problem)[obstacle.task]] : -1;
  }
  case Obstacle::Kind::work:
    return std::max(workBound(problem),
                    countingBound(leastTimes(problem), processors));
  case Obstacle::Kind::processor:
    return obstacle.processor >= 0 && obstacle.processor < processors
               ? loads.processors[obstacle.processor]
               : -1;
  case Obstacle::Kind::link: {
    auto link =
        loads.links.find(std::minmax(obstacle.processor, obstacle.other));
    return link == loads.links.end() ? -1 : link->second;
  }
  case Obstacle::Kind::cycle:
  case Obstacle::Kind::slice:
  case Obstacle::Kind::pins:
  case Obstacle::Kind::memory:
  case Obstacle::Kind::staleness:
    break;
  }
  return -1;
}

} // namespace

Status verify(const AssignmentProblem &problem, const Assignment &assignment) {
  if (Status status = check(problem); !status)
    return status;
  if (Status status = checkPlaces(problem, assignment.processor); !status)
    return status;
  Loads loads = measure(problem, assignment.processor);
  if (Status status = checkMemory(problem, assignment, loads); !status)
    return status;
  if (int64_t period = periodOf(loads); period != assignment.period)
    return Error{
        fmt::format("the period is {}, not {}", period, assignment.period)};
  if (loads.communicationBytes != assignment.communicationBytes)
    return Error{fmt::format("{} bytes cross processors, not {}",
                             loads.communicationBytes,
                             assignment.communicationBytes)};
  if (Status status = checkBounds(problem, assignment); !status)
    return status;
  if (int64_t time = explainedTime(problem, assignment.obstacle, loads);
      time != assignment.period)
    return Error{fmt::format("the obstacle explains {}, not the period {}",
                             time, assignment.period)};
  return Status::success();
}

Status verify(const TaskGraph &graph, int64_t processors,
              const Assignment &assignment) {
  AssignmentProblem problem;
  problem.graph = graph;
  problem.machine.processors = processors;
  return verify(problem, assignment);
}

} // namespace layerpipe::scheduling
