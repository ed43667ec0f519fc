//===- JointFigures.cpp - What schedules and slices cost ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JointFigures.h"

#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <algorithm>
#include <limits>

namespace layerpipe::scheduling {

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// Returns the time of a full slice, which is this or one more.
static int64_t fullSlice(const SplitRule &rule, int64_t time) {
  return static_cast<int64_t>(Wide(time) * rule.quantum / rule.length);
}

int64_t shortestSlice(const SplitRule &rule, int64_t time) {
  if (rule.length <= rule.quantum)
    return time;
  int64_t last = (rule.length - 1) / rule.quantum * rule.quantum;
  return std::min(fullSlice(rule, time),
                  partTime(time, last, rule.length, rule.length));
}

int64_t longestSlice(const SplitRule &rule, int64_t time) {
  return rule.length <= rule.quantum ? time : fullSlice(rule, time);
}

SliceTimes sliceTimes(const TaskGraph &graph,
                      const std::vector<SplitRule> &rules) {
  SliceTimes slices;
  for (const Task &task : graph.tasks)
    slices.shortest.push_back(task.time);
  slices.longest = slices.shortest;
  slices.divisible.assign(graph.tasks.size(), false);
  for (const SplitRule &rule : rules) {
    if (rule.length <= rule.quantum)
      continue;
    int64_t task = rule.task, time = graph.tasks[task].time;
    slices.divisible[task] = true;
    slices.shortest[task] =
        std::min(slices.shortest[task], shortestSlice(rule, time));
    slices.longest[task] =
        std::min(slices.longest[task], longestSlice(rule, time));
  }
  return slices;
}

//===----------------------------------------------------------------------===//
// Figures
//===----------------------------------------------------------------------===//

ScheduleFigures figuresOf(const CyclicProblem &problem,
                          const CyclicSolution &solution) {
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  ScheduleFigures figures;
  figures.period = solution.period;
  Wide bytes = 0;
  for (const Transfer &transfer : solution.transfers)
    bytes += problem.graph.values[transfer.value].bytes;
  figures.communication = static_cast<int64_t>(std::min(bytes, largest));
  figures.staleness = weightedStaleness(problem.graph, solution.distance);
  figures.maxStaleness = maxStaleness(problem.graph, solution.distance);
  for (int64_t held : memoryBytes(problem, solution))
    figures.memory = std::max(figures.memory, held);
  return figures;
}

bool dominates(const ScheduleFigures &a, const ScheduleFigures &b) {
  return !(a == b) && a.period <= b.period &&
         a.communication <= b.communication && a.staleness <= b.staleness &&
         a.maxStaleness <= b.maxStaleness && a.memory <= b.memory;
}

//===----------------------------------------------------------------------===//
// What keeps processors and links busy
//===----------------------------------------------------------------------===//

Occupation occupationOf(const CyclicProblem &problem,
                        const CyclicSolution &solution) {
  Occupation busy;
  busy.processors.assign(problem.machine.processors, 0);
  std::vector<int64_t> durations = durationsOf(problem);
  for (size_t task = 0; task < durations.size(); ++task)
    if (int64_t processor = problem.assignment[task]; processor >= 0)
      busy.processors[processor] += durations[task];
  for (const Transfer &transfer : solution.transfers)
    busy.links[std::minmax(transfer.fromProcessor, transfer.toProcessor)] +=
        transfer.duration;
  return busy;
}

/// Returns at least the shortest slice of positions begin … end − 1 that takes
/// time, and all of them where no cut falls between.
static int64_t pieceOf(const SplitRule &rule, int64_t time, int64_t begin,
                       int64_t end) {
  if ((end - 1) / rule.quantum == begin / rule.quantum)
    return partTime(time, begin, end, rule.length);
  return std::max<int64_t>(shortestSlice(rule, time), 1);
}

std::optional<Movable> shortestMovable(const JointProblem &problem,
                                       const JointSchedule &answer,
                                       int64_t processor) {
  std::vector<std::vector<const SplitRule *>> rules(problem.graph.tasks.size());
  for (const SplitRule &rule : problem.rules)
    rules[rule.task].push_back(&rule);
  std::vector<int64_t> taskOf =
      splitTasks(problem.graph, problem.rules, answer.splits).taskOf;
  std::optional<Movable> shortest;
  for (size_t part = 0; part < taskOf.size(); ++part) {
    const Task &task = answer.problem.graph.tasks[part];
    if (answer.problem.assignment[part] != processor || task.time == 0 ||
        pinOf(problem.pins, task) >= 0)
      continue;
    Movable movable{taskOf[part], task.time, false};
    for (const SplitRule *rule : rules[taskOf[part]]) {
      if (rule->length <= rule->quantum ||
          (task.part && task.part->axis != rule->axis))
        continue;
      int64_t begin = task.part ? task.part->begin : 0;
      int64_t end = task.part ? task.part->end : rule->length;
      movable.slice = true;
      movable.time = std::min(
          movable.time,
          pieceOf(*rule, problem.graph.tasks[taskOf[part]].time, begin, end));
    }
    if (!shortest || movable.time < shortest->time)
      shortest = movable;
  }
  return shortest;
}

bool fitsElsewhere(const Machine &machine, const Occupation &busy,
                   int64_t processor, int64_t time, int64_t period) {
  for (int64_t id = 0; id < machine.processors; ++id)
    if (id != processor &&
        busy.processors[id] + timeOn(machine, id, time) < period)
      return true;
  return false;
}

} // namespace layerpipe::scheduling
