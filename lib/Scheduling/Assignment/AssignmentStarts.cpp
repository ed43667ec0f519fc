//===- AssignmentStarts.cpp - Assignments by simple rules -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stages are cut from whole layers or from timed tasks; tasks without time
// follow their operands.
//
//===----------------------------------------------------------------------===//

#include "AssignmentStarts.h"

#include "AssignmentState.h"
#include "layerpipe/Scheduling/Stages/Partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// Returns the task that makes the operand beside which `task` runs: the
/// gradient of an update, otherwise the first operand of the same iteration,
/// and −1 if there is none.
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

/// Returns for each task the one that it follows to its processor, which is the
/// task itself if it is placed in its own right.
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
  // The chains are shortened here; a chain that closes on itself ends where it
  // began.
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

/// Returns the place of a kind within its layer: forward comes first, then the
/// gradients.
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
  case TaskKind::norm:
  case TaskKind::other:
    break;
  }
  return 4;
}

/// Returns the processor of each task, once the leaders have theirs.
std::vector<int64_t> followLeaders(const TaskGraph &graph,
                                   const std::vector<int64_t> &leader,
                                   const std::vector<int64_t> &leaderPlace) {
  std::vector<int64_t> processor(graph.tasks.size(), -1);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].kind != TaskKind::input)
      processor[task] = std::max<int64_t>(leaderPlace[leader[task]], 0);
  return processor;
}

/// Returns the place of a task in the list that is cut, by layer, then by kind.
std::tuple<int64_t, int, int64_t> listPlace(const TaskGraph &graph,
                                            int64_t layers, int64_t task) {
  int64_t layer = graph.tasks[task].layer;
  return {layer > 0 ? layer : layers, kindOrder(graph.tasks[task].kind), task};
}

int64_t countLayers(const TaskGraph &graph) {
  int64_t layers = 0;
  for (const Task &task : graph.tasks)
    layers = std::max(layers, task.layer);
  return layers;
}

/// This is a processor on the heap of its speed class, as a load and an index.
using Loaded = std::pair<int64_t, int64_t>;
using LeastLoaded =
    std::priority_queue<Loaded, std::vector<Loaded>, std::greater<Loaded>>;

/// Puts a group where it ends first, on the lowest index on ties.
int64_t endsFirst(const AssignmentModel &model, std::vector<LeastLoaded> &heaps,
                  int64_t group) {
  std::pair<int64_t, int64_t> best{-1, -1}; // This has an end and a processor.
  for (const LeastLoaded &heap : heaps) {
    auto [load, id] = heap.top();
    std::pair end{load + model.timeOn(group, id), id};
    if (best.second < 0 || end < best)
      best = end;
  }
  LeastLoaded &heap = heaps[model.speedClass[best.second]];
  heap.pop();
  heap.push(best);
  return best.second;
}

} // namespace

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
  if (weights.empty())
    return Error{"the graph has no layers that stages could be cut from"};
  Result<Partition> partition =
      partitionChain(weights, std::min<int64_t>(processors, weights.size()));
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

Result<std::vector<int64_t>> assignTaskList(const TaskGraph &graph,
                                            int64_t processors) {
  std::vector<int64_t> leader = findLeaders(graph, /*updatesFollow=*/true);
  std::vector<int64_t> timeOf(graph.tasks.size(), 0);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    timeOf[leader[task]] += graph.tasks[task].time;
  std::vector<int64_t> list;
  int64_t layers = countLayers(graph);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (timeOf[task] > 0)
      list.push_back(task);
  if (processors > static_cast<int64_t>(list.size()))
    return Error{fmt::format("{} processors are more than the {} timed tasks "
                             "that contiguous stages can be cut from",
                             processors, list.size())};
  std::sort(list.begin(), list.end(), [&](int64_t a, int64_t b) {
    return listPlace(graph, layers, a) < listPlace(graph, layers, b);
  });
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

std::vector<int64_t> longestGroupFirst(const AssignmentModel &model) {
  std::vector<int64_t> loads(model.processors, 0);
  std::vector<int64_t> place = model.pin, order;
  for (int64_t group = 0; group < model.groups(); ++group) {
    if (place[group] >= 0)
      loads[place[group]] += model.timeOn(group, place[group]);
    else if (model.leastTime[group] > 0)
      order.push_back(group);
  }
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::pair(-model.leastTime[a], a) <
           std::pair(-model.leastTime[b], b);
  });
  std::vector<LeastLoaded> heaps(model.classSpeeds.size());
  for (int64_t id = 0; id < model.processors; ++id)
    heaps[model.speedClass[id]].push({loads[id], id});
  for (int64_t group : order)
    place[group] = endsFirst(model, heaps, group);

  const TaskGraph &graph = model.problem.graph;
  std::vector<int64_t> leader = findLeaders(graph, /*updatesFollow=*/false);
  for (int64_t group = 0; group < model.groups(); ++group) {
    int64_t followed = model.groupOf[leader[model.tasksOf(group).front()]];
    if (place[group] < 0)
      place[group] = followed < 0 ? 0 : std::max<int64_t>(place[followed], 0);
  }
  return place;
}

std::vector<int64_t> placeByList(const AssignmentModel &model) {
  const TaskGraph &graph = model.problem.graph;
  AssignmentState state(model);
  std::vector<int64_t> order;
  for (int64_t group = 0; group < model.groups(); ++group) {
    if (model.pin[group] >= 0)
      state.move(group, model.pin[group]);
    else
      order.push_back(group);
  }
  int64_t layers = countLayers(graph);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return listPlace(graph, layers, model.tasksOf(a).front()) <
           listPlace(graph, layers, model.tasksOf(b).front());
  });
  for (int64_t group : order) {
    std::tuple<int64_t, int64_t, int64_t, int64_t> best;
    int64_t target = -1;
    for (int64_t id = 0; id < model.processors; ++id) {
      MoveEffect effect = state.effectOf(group, id);
      std::tuple cost{effect.overflow, effect.raised, effect.communication, id};
      if (target < 0 || cost < best) {
        best = cost;
        target = id;
      }
    }
    state.move(group, target);
  }
  return state.placement();
}

} // namespace layerpipe::scheduling
