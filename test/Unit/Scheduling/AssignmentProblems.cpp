//===- AssignmentProblems.cpp - Assignment problems for tests -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain enumeration with plain sums, by the words of Assignment.h.
//
//===----------------------------------------------------------------------===//

#include "AssignmentProblems.h"

#include "Graphs.h"

#include "Support/RandomLinks.h"
#include "layerpipe/Scheduling/Assignment/AssignmentProblem.h"
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

namespace layerpipe::scheduling::test {
namespace {

void addConstraints(std::mt19937_64 &random, AssignmentProblem &problem) {
  Machine &machine = problem.machine;
  if (draw(random, 0, 1) == 1)
    machine.links.others.bandwidth = {draw(random, 1, 5), draw(random, 1, 2)};
  if (draw(random, 0, 2) == 0)
    machine.links = randomLinks(random, machine.processors, [&]() -> Link {
      return {{draw(random, 1, 5), draw(random, 1, 2)}, 0};
    });
  if (draw(random, 0, 2) == 0)
    for (int64_t id = 0; id < machine.processors; ++id)
      machine.speeds.push_back({draw(random, 1, 3), draw(random, 1, 2)});
  if (draw(random, 0, 2) == 0)
    for (int64_t id = 0; id < machine.processors; ++id)
      machine.memory.push_back(draw(random, 4, 25));
  std::vector<int64_t> work;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
    if (problem.graph.tasks[task].kind != TaskKind::input)
      work.push_back(task);
  auto anyTask = [&] { return work[draw(random, 0, work.size() - 1)]; };
  if (!work.empty() && draw(random, 0, 3) == 0)
    problem.together.push_back({anyTask(), anyTask()});
  if (!work.empty() && draw(random, 0, 5) == 0)
    problem.together.push_back({anyTask(), anyTask(), anyTask()});
  if (!work.empty() && draw(random, 0, 2) == 0) {
    problem.pins.resize(problem.graph.tasks.size());
    for (int64_t i = draw(random, 1, 2); i > 0; --i)
      problem.pins[anyTask()] = draw(random, 0, machine.processors - 1);
    if (!check(problem))
      problem.pins.clear();
  }
}

using Processors = std::vector<int64_t>;

bool keepsPlaces(const AssignmentProblem &problem,
                 const Processors &processor) {
  for (size_t task = 0; task < problem.pins.size(); ++task)
    if (problem.pins[task] && *problem.pins[task] != processor[task])
      return false;
  for (const auto &group : problem.together)
    for (int64_t task : group)
      if (processor[task] != processor[group[0]])
        return false;
  return true;
}

} // namespace

AssignmentProblem makeRandomAssignment(std::mt19937_64 &random,
                                       int64_t maxTasks,
                                       int64_t maxProcessors) {
  AssignmentProblem problem;
  TaskGraph &graph = problem.graph;
  int64_t inputs = draw(random, 0, 1);
  for (int64_t i = 0; i < inputs; ++i)
    addTask(graph, "x" + std::to_string(i), TaskKind::input, 0, 0,
            draw(random, 0, 9));
  int64_t count = draw(random, 1, maxTasks);
  for (int64_t i = 0; i < count; ++i)
    addTask(graph, "t" + std::to_string(i), TaskKind::other, 1 + i / 2,
            draw(random, 0, 4) == 0 ? 0 : draw(random, 1, 12),
            draw(random, 0, 9));
  int64_t tasks = inputs + count;
  for (int64_t edges = draw(random, 0, 2 * count); edges > 0; --edges) {
    int64_t from = draw(random, 0, tasks - 1);
    int64_t to = draw(random, inputs, tasks - 1);
    addEdge(graph, from, to, static_cast<EdgeKind>(draw(random, 0, 4)),
            from < to ? draw(random, 0, 1) : draw(random, 1, 2));
  }
  problem.machine.processors = draw(random, 1, maxProcessors);
  addConstraints(random, problem);
  return problem;
}

std::optional<std::pair<int64_t, int64_t>>
costOf(const AssignmentProblem &problem, const Processors &processor) {
  if (!keepsPlaces(problem, processor))
    return std::nullopt;
  const auto &[graph, machine, pins, together] = problem;
  std::map<int64_t, int64_t> busy, held;
  std::map<std::set<int64_t>, int64_t> links;
  int64_t bytes = 0;
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (processor[task] >= 0)
      busy[processor[task]] +=
          timeOn(machine, processor[task], graph.tasks[task].time);
  for (size_t value = 0; value < graph.values.size(); ++value) {
    int64_t size = graph.values[value].bytes;
    int64_t maker = processor[graph.values[value].producer];
    std::set<int64_t> readers;
    for (const Edge &edge : graph.edges)
      if (edge.value == static_cast<int64_t>(value))
        readers.insert(processor[edge.to]);
    for (int64_t reader : readers) {
      held[reader] += size;
      if (maker < 0 || maker == reader)
        continue;
      bytes += size;
      links[{maker, reader}] += transferTime(machine, maker, reader, size);
    }
  }
  int64_t period = 0;
  for (auto [id, time] : busy)
    period = std::max(period, time);
  for (const auto &[ends, time] : links)
    period = std::max(period, time);
  for (auto [id, size] : held)
    if (!machine.memory.empty() && size > machine.memory[id])
      return std::nullopt;
  return std::pair(period, bytes);
}

std::optional<std::pair<int64_t, int64_t>>
enumerateAssignments(const AssignmentProblem &problem) {
  const std::vector<Task> &tasks = problem.graph.tasks;
  Processors processor;
  for (const Task &task : tasks)
    processor.push_back(task.kind == TaskKind::input ? -1 : 0);
  std::optional<std::pair<int64_t, int64_t>> best;
  while (true) {
    auto cost = costOf(problem, processor);
    if (cost && (!best || *cost < *best))
      best = cost;
    size_t digit = 0;
    for (; digit < tasks.size(); ++digit) {
      if (processor[digit] < 0)
        continue;
      if (++processor[digit] < problem.machine.processors)
        break;
      processor[digit] = 0;
    }
    if (digit == tasks.size())
      return best;
  }
}

uint64_t roundsOf(uint64_t rounds) {
  const char *factor = std::getenv("LAYERPIPE_LONG_TESTS");
  if (factor)
    if (uint64_t times = std::strtoull(factor, nullptr, 10); times > 0)
      rounds *= times;
#ifdef LAYERPIPE_SANITIZED
  rounds = rounds / 10 + 1;
#endif
  return rounds;
}

} // namespace layerpipe::scheduling::test
