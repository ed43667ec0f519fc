//===- Assignment.cpp - Which processor runs which task -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The strategies: whole layers in contiguous stages, timed tasks in contiguous
// stages, and the free assignment; tasks without time follow their operands.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Assignment.h"

#include "GraphOrder.h"
#include "LoadBalance.h"
#include "layerpipe/Scheduling/Fraction.h"
#include "layerpipe/Scheduling/Partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

constexpr std::array<std::string_view, 4> strategyNames = {
    "sequential", "contiguous", "contiguous_tasks", "free"};

int64_t loadBound(const TaskGraph &graph, int64_t processors) {
  int64_t bound = ceil({totalTime(graph), processors});
  for (const Task &task : graph.tasks)
    bound = std::max(bound, task.time);
  return bound;
}

int64_t maxLoadOf(const TaskGraph &graph, int64_t processors,
                  const std::vector<int64_t> &processor) {
  std::vector<int64_t> loads(processors, 0);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (processor[task] >= 0)
      loads[processor[task]] += graph.tasks[task].time;
  return *std::max_element(loads.begin(), loads.end());
}

/// The task that makes the operand beside which `task` runs: the gradient of
/// an update, else the first operand of the same iteration; −1 if none.
int64_t operandMaker(const TaskGraph &graph, const Adjacency &in,
                     int64_t task) {
  int64_t maker = -1;
  for (int64_t index : in.of(task)) {
    const Edge &edge = graph.edges[index];
    if (graph.tasks[edge.from].kind == TaskKind::input || edge.from == task)
      continue;
    if (edge.parameter >= 0)
      return edge.from;
    if (edge.distance == 0 && maker < 0)
      maker = edge.from;
  }
  return maker;
}

/// Per task, the task that it follows to its processor: itself if it is placed
/// in its own right.
std::vector<int64_t> findLeaders(const TaskGraph &graph, bool updatesFollow) {
  int64_t count = graph.tasks.size();
  Adjacency in = incomingEdges(graph);
  std::vector<int64_t> leader(count);
  for (int64_t task = 0; task < count; ++task) {
    bool follows =
        graph.tasks[task].time == 0 ||
        (updatesFollow && graph.tasks[task].kind == TaskKind::update);
    int64_t maker = follows ? operandMaker(graph, in, task) : -1;
    leader[task] = maker < 0 ? task : maker;
  }
  // Shorten the chains; a chain that closes on itself ends where it began.
  std::vector<int64_t> root(count, -1), visitor(count, -1);
  for (int64_t task = 0; task < count; ++task) {
    int64_t at = task;
    while (root[at] < 0 && leader[at] != at && visitor[at] != task) {
      visitor[at] = task;
      at = leader[at];
    }
    int64_t end = root[at] < 0 ? at : root[at];
    for (at = task; root[at] < 0 && at != end; at = leader[at])
      root[at] = end;
    root[end] = end;
  }
  return root;
}

std::vector<int64_t> assignSequential(const TaskGraph &graph) {
  std::vector<int64_t> processor;
  for (const Task &task : graph.tasks)
    processor.push_back(task.kind == TaskKind::input ? -1 : 0);
  return processor;
}

Result<std::vector<int64_t>> assignLayers(const TaskGraph &graph,
                                          int64_t processors) {
  std::vector<int64_t> loads = layerLoads(graph);
  int64_t layers = loads.size();
  std::vector<bool> used(layers, false);
  for (const Task &task : graph.tasks)
    if (task.layer > 0 && task.kind != TaskKind::input)
      used[task.layer - 1] = true;
  std::vector<int64_t> weights, layerIndex(layers, -1);
  for (int64_t layer = 0; layer < layers; ++layer) {
    if (!used[layer] && loads[layer] == 0)
      continue;
    layerIndex[layer] = weights.size();
    weights.push_back(loads[layer]);
  }
  int64_t count = weights.size();
  if (processors > count)
    return Error{fmt::format("{} processors are more than the {} layers that "
                             "contiguous stages can be cut from",
                             processors, count)};
  Result<Partition> partition = partitionChain(weights, processors);
  if (!partition)
    return partition.error();
  std::vector<int64_t> processor;
  for (const Task &task : graph.tasks) {
    int64_t layer = (task.layer > 0 ? task.layer : layers) - 1;
    processor.push_back(task.kind == TaskKind::input
                            ? -1
                            : partition->stage[layerIndex[layer]]);
  }
  return processor;
}

/// The place of a kind within its layer: forward, then the gradients.
int kindOrder(TaskKind kind) {
  switch (kind) {
  case TaskKind::input:
  case TaskKind::forward:
    return 0;
  case TaskKind::loss:
    return 1;
  case TaskKind::backward:
  case TaskKind::grad_weight:
    return 2;
  case TaskKind::grad_input:
    return 3;
  case TaskKind::update:
  case TaskKind::other:
    break;
  }
  return 4;
}

/// The processor of each task, once the leaders have theirs.
std::vector<int64_t> followLeaders(const TaskGraph &graph,
                                   const std::vector<int64_t> &leader,
                                   const std::vector<int64_t> &leaderPlace) {
  std::vector<int64_t> processor(graph.tasks.size(), -1);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].kind != TaskKind::input)
      processor[task] = std::max<int64_t>(leaderPlace[leader[task]], 0);
  return processor;
}

Result<std::vector<int64_t>> assignTaskList(const TaskGraph &graph,
                                            int64_t processors) {
  std::vector<int64_t> leader = findLeaders(graph, /*updatesFollow=*/true);
  std::vector<int64_t> timeOf(graph.tasks.size(), 0);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    timeOf[leader[task]] += graph.tasks[task].time;
  std::vector<int64_t> list;
  int64_t layers = 0;
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    layers = std::max(layers, graph.tasks[task].layer);
    if (timeOf[task] > 0)
      list.push_back(task);
  }
  if (processors > static_cast<int64_t>(list.size()))
    return Error{fmt::format("{} processors are more than the {} timed tasks "
                             "that contiguous stages can be cut from",
                             processors, list.size())};
  auto place = [&](int64_t index) {
    const Task &task = graph.tasks[index];
    return std::tuple(task.layer > 0 ? task.layer : layers,
                      kindOrder(task.kind), index);
  };
  std::sort(list.begin(), list.end(),
            [&](int64_t a, int64_t b) { return place(a) < place(b); });
  std::vector<int64_t> weights;
  for (int64_t task : list)
    weights.push_back(timeOf[task]);
  Result<Partition> partition = partitionChain(weights, processors);
  if (!partition)
    return partition.error();
  std::vector<int64_t> leaderPlace(graph.tasks.size(), -1);
  for (size_t item = 0; item < list.size(); ++item)
    leaderPlace[list[item]] = partition->stage[item];
  return followLeaders(graph, leader, leaderPlace);
}

/// The best contiguous assignment, and anything that longest-first or the
/// improvement finds strictly below it: neighbours stay together when nothing
/// is lost by it.
std::vector<int64_t> assignFreely(const TaskGraph &graph, int64_t processors,
                                  uint64_t seed) {
  std::vector<int64_t> best = assignSequential(graph);
  int64_t bestLoad = maxLoadOf(graph, processors, best);
  auto offer = [&](const std::vector<int64_t> &candidate) {
    int64_t load = maxLoadOf(graph, processors, candidate);
    if (load < bestLoad) {
      best = candidate;
      bestLoad = load;
    }
  };
  if (Result<std::vector<int64_t>> layers = assignLayers(graph, processors))
    offer(*layers);
  if (Result<std::vector<int64_t>> list = assignTaskList(graph, processors))
    offer(*list);

  std::vector<int64_t> leader = findLeaders(graph, /*updatesFollow=*/false);
  std::vector<int64_t> items, times;
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].time > 0) {
      items.push_back(task);
      times.push_back(graph.tasks[task].time);
    }
  auto offerPlacement = [&](const std::vector<int64_t> &placement) {
    std::vector<int64_t> leaderPlace(graph.tasks.size(), -1);
    for (size_t item = 0; item < items.size(); ++item)
      leaderPlace[items[item]] = placement[item];
    offer(followLeaders(graph, leader, leaderPlace));
  };
  int64_t bound = loadBound(graph, processors);
  std::vector<int64_t> contiguous;
  for (int64_t task : items)
    contiguous.push_back(best[task]);
  offerPlacement(longestTaskFirst(times, processors));
  offerPlacement(improvePlacement(times, processors, contiguous, bound, seed));
  offerPlacement(improvePlacement(
      times, processors, longestTaskFirst(times, processors), bound, seed));
  return best;
}

Result<std::vector<int64_t>> place(const TaskGraph &graph, int64_t processors,
                                   AssignmentStrategy strategy, uint64_t seed) {
  switch (strategy) {
  case AssignmentStrategy::sequential:
    return assignSequential(graph);
  case AssignmentStrategy::contiguous:
    return assignLayers(graph, processors);
  case AssignmentStrategy::contiguous_tasks:
    return assignTaskList(graph, processors);
  case AssignmentStrategy::free:
    return assignFreely(graph, processors, seed);
  }
  return Error{"no such assignment strategy"};
}

} // namespace

std::string_view toString(AssignmentStrategy strategy) {
  return strategyNames[static_cast<size_t>(strategy)];
}

Result<Assignment> assignProcessors(const TaskGraph &graph, int64_t processors,
                                    AssignmentStrategy strategy,
                                    uint64_t seed) {
  if (Status status = check(graph); !status)
    return status;
  int64_t tasks = countWorkTasks(graph);
  if (processors < 1)
    return Error{
        fmt::format("{} processors; there must be at least 1", processors)};
  if (processors > tasks)
    return Error{fmt::format("{} processors are more than the graph's {} "
                             "tasks; some could never work",
                             processors, tasks)};
  Result<std::vector<int64_t>> placed =
      place(graph, processors, strategy, seed);
  if (!placed)
    return placed.error();
  Assignment assignment;
  assignment.maxLoad = maxLoadOf(graph, processors, *placed);
  assignment.lowerBound = loadBound(graph, processors);
  assignment.processor = std::move(*placed);
  return assignment;
}

Status verify(const TaskGraph &graph, int64_t processors,
              const Assignment &assignment) {
  if (processors < 1)
    return Error{
        fmt::format("{} processors; there must be at least 1", processors)};
  if (assignment.processor.size() != graph.tasks.size())
    return Error{fmt::format("{} processors assigned to {} tasks",
                             assignment.processor.size(), graph.tasks.size())};
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    int64_t processor = assignment.processor[task];
    bool input = graph.tasks[task].kind == TaskKind::input;
    if (input ? processor != -1 : processor < 0 || processor >= processors)
      return Error{fmt::format("task {} is assigned to processor {}",
                               describeTask(graph, task), processor)};
  }
  int64_t load = maxLoadOf(graph, processors, assignment.processor);
  if (load != assignment.maxLoad)
    return Error{fmt::format("the largest load is {}, not {}", load,
                             assignment.maxLoad)};
  int64_t bound = loadBound(graph, processors);
  if (bound != assignment.lowerBound || load < bound)
    return Error{fmt::format("the lower bound is {}, not {}", bound,
                             assignment.lowerBound)};
  return Status::success();
}

} // namespace layerpipe::scheduling
