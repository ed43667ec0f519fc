//===- LayerGraph.cpp - A network as a graph of layers --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the input's check, and the contraction of a training graph to
// its layers.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

namespace layerpipe::scheduling {
namespace {

std::vector<Arc> arcsOf(const LayerGraph &graph) {
  std::vector<Arc> arcs;
  arcs.reserve(graph.edges.size());
  for (const LayerEdge &edge : graph.edges)
    arcs.push_back({edge.from, edge.to});
  return arcs;
}

/// Adds `term` to `sum` and returns true, unless the term is negative or the
/// sum would pass `limit`.
bool addWithin(int64_t &sum, int64_t term, int64_t limit) {
  if (term < 0 || term > limit - sum)
    return false;
  sum += term;
  return true;
}

Status checkNumbers(const LayerGraph &graph) {
  int64_t time = 0, bytes = 0;
  for (const Layer &layer : graph.layers) {
    if (!addWithin(time, layer.forwardTime, maxTotalTime) ||
        !addWithin(time, layer.backwardTime, maxTotalTime))
      return Error{fmt::format("layer '{}' has times {} and {}; times must not "
                               "be negative, nor the sum of all exceed {}",
                               layer.name, layer.forwardTime,
                               layer.backwardTime, maxTotalTime)};
    if (!addWithin(bytes, layer.activationBytes, maxBytes) ||
        !addWithin(bytes, layer.parameterBytes, maxBytes))
      return Error{fmt::format("layer '{}' has {} bytes of activations and {} "
                               "of parameters; sizes must not be negative, nor "
                               "the sum of all exceed {}",
                               layer.name, layer.activationBytes,
                               layer.parameterBytes, maxBytes)};
    if (!layer.gradients)
      continue;
    int64_t sum = 0;
    if (!addWithin(sum, layer.gradients->input, layer.backwardTime) ||
        !addWithin(sum, layer.gradients->weight, layer.backwardTime) ||
        sum != layer.backwardTime)
      return Error{fmt::format("layer '{}' divides its backward of {} into {} "
                               "and {}; they must add up",
                               layer.name, layer.backwardTime,
                               layer.gradients->input,
                               layer.gradients->weight)};
  }
  return Status::success();
}

Status checkEdges(const LayerGraph &graph) {
  int64_t count = graph.layers.size();
  std::vector<std::pair<int64_t, int64_t>> pairs;
  for (const LayerEdge &edge : graph.edges) {
    if (edge.from < 0 || edge.from >= count || edge.to < 0 || edge.to >= count)
      return Error{fmt::format("an edge goes from layer {} to layer {}; there "
                               "are {}",
                               edge.from, edge.to, count)};
    pairs.emplace_back(edge.from, edge.to);
  }
  std::sort(pairs.begin(), pairs.end());
  auto twice = std::adjacent_find(pairs.begin(), pairs.end());
  if (twice != pairs.end())
    return Error{fmt::format("the edge from '{}' to '{}' stands twice",
                             graph.layers[twice->first].name,
                             graph.layers[twice->second].name)};
  std::vector<int64_t> cycle = findCycle(count, arcsOf(graph));
  if (cycle.empty())
    return Status::success();
  std::vector<std::string> names;
  for (int64_t layer : cycle)
    names.push_back("'" + graph.layers[layer].name + "'");
  names.push_back(names.front());
  return Error{
      fmt::format("layers wait for each other: {}", fmt::join(names, " → "))};
}

} // namespace

Status check(const LayerGraph &graph) {
  if (graph.layers.empty())
    return Error{"the graph has no layers"};
  std::unordered_set<std::string> names;
  for (const Layer &layer : graph.layers)
    if (layer.name.empty() || !names.insert(layer.name).second)
      return Error{
          fmt::format("layer name '{}' is empty or used twice", layer.name)};
  if (Status status = checkNumbers(graph); !status)
    return status;
  return checkEdges(graph);
}

int64_t totalTime(const LayerGraph &graph) {
  int64_t sum = 0;
  for (const Layer &layer : graph.layers)
    sum += layer.forwardTime + layer.backwardTime;
  return sum;
}

std::vector<int64_t> topologicalOrder(const LayerGraph &graph) {
  return topologicalOrder(graph.layers.size(), arcsOf(graph));
}

//===----------------------------------------------------------------------===//
// From a training graph
//===----------------------------------------------------------------------===//

std::map<int64_t, std::string> layerNames(const TaskGraph &graph) {
  constexpr std::string_view suffix = ".forward";
  std::map<int64_t, std::string> names;
  for (const Task &task : graph.tasks) {
    if (task.kind == TaskKind::input || task.layer < 1)
      continue;
    std::string &name = names[task.layer];
    if (task.kind != TaskKind::forward || !name.empty())
      continue;
    std::string_view text = task.name;
    if (task.part)
      text = task.part->of;
    if (task.microbatch)
      text = text.substr(0, text.rfind('@'));
    if (text.ends_with(suffix) && text.size() > suffix.size())
      text.remove_suffix(suffix.size());
    name = text;
  }
  std::unordered_set<std::string> taken;
  for (auto &[number, name] : names) {
    if (name.empty())
      name = fmt::format("layer{}", number);
    while (!taken.insert(name).second)
      name += fmt::format("_{}", number);
  }
  return names;
}

namespace {

class Contraction {
public:
  explicit Contraction(const TaskGraph &graph) : graph(graph) {}

  Result<LayerGraph> run();

private:
  void findLayers();
  void addTimes();
  void addNames();
  void addFlow();

  int64_t layerOf(const Task &task) const {
    return task.layer > 0 ? index.at(task.layer) : index.rbegin()->second;
  }

  const TaskGraph &graph;
  std::map<int64_t, int64_t> index; // Maps a task's layer to its position.
  LayerGraph result;
};

void Contraction::findLayers() {
  for (const Task &task : graph.tasks)
    if (task.kind != TaskKind::input && task.layer > 0)
      index.emplace(task.layer, 0);
  int64_t next = 0;
  for (auto &entry : index)
    entry.second = next++;
  result.layers.resize(index.size());
}

void Contraction::addTimes() {
  std::vector<bool> coupled(index.size(), false);
  std::vector<GradientTimes> gradients(index.size());
  for (const Task &task : graph.tasks) {
    if (task.kind == TaskKind::input)
      continue;
    int64_t layer = layerOf(task);
    switch (task.kind) {
    case TaskKind::backward:
      coupled[layer] = true;
      gradients[layer].input += task.time;
      break;
    case TaskKind::grad_input:
    case TaskKind::other:
      gradients[layer].input += task.time;
      break;
    case TaskKind::grad_weight:
    case TaskKind::update:
    case TaskKind::norm:
      gradients[layer].weight += task.time;
      break;
    case TaskKind::input:
    case TaskKind::forward:
    case TaskKind::loss:
      result.layers[layer].forwardTime += task.time;
      break;
    }
  }
  for (size_t layer = 0; layer < index.size(); ++layer) {
    result.layers[layer].backwardTime =
        gradients[layer].input + gradients[layer].weight;
    if (!coupled[layer])
      result.layers[layer].gradients = gradients[layer];
  }
  for (const Parameter &parameter : graph.parameters)
    if (auto at = index.find(parameter.layer); at != index.end())
      addBytes(result.layers[at->second].parameterBytes, parameter.bytes);
}

void Contraction::addNames() {
  for (const auto &[number, name] : layerNames(graph))
    result.layers[index.at(number)].name = name;
}

void Contraction::addFlow() {
  std::vector<std::pair<int64_t, int64_t>> pairs;
  std::vector<bool> counted(graph.values.size(), false);
  for (const Edge &edge : graph.edges) {
    const Task &from = graph.tasks[edge.from], &to = graph.tasks[edge.to];
    if (edge.distance != 0 || from.kind != TaskKind::forward ||
        to.kind != TaskKind::forward || layerOf(from) == layerOf(to))
      continue;
    pairs.emplace_back(layerOf(from), layerOf(to));
    if (!counted[edge.value])
      addBytes(result.layers[layerOf(from)].activationBytes,
               graph.values[edge.value].bytes);
    counted[edge.value] = true;
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  for (const auto &[from, to] : pairs)
    result.edges.push_back({from, to});
}

Result<LayerGraph> Contraction::run() {
  findLayers();
  if (index.empty())
    return Error{"the graph has no layers: every task is of layer 0"};
  addTimes();
  addNames();
  addFlow();
  if (Status status = check(result); !status)
    return status;
  return std::move(result);
}

} // namespace

Result<LayerGraph> layerGraphOf(const TaskGraph &graph) {
  if (Status status = check(graph); !status)
    return status;
  return Contraction(graph).run();
}

} // namespace layerpipe::scheduling
