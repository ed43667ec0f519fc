//===- TrainingTasks.cpp - Task graphs of layers --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainingTasks.h"

#include <algorithm>
#include <map>
#include <utility>

namespace layerpipe::testing {
namespace {

using namespace scheduling;

/// This is a value together with the task that makes it; −1 means that there is
/// none.
struct Made {
  int64_t task = -1;
  int64_t value = -1;
};

/// A node is one layer, with the values that the tasks made so far hold of it.
struct Node {
  Layer layer;
  int64_t number = 0;
  std::vector<int64_t> sources;
  /// Says whether a parameter influences the result, and some source's result.
  bool trained = false;
  bool inputTrained = false;
  Made result;
  /// This is the gradient of the result, as far as it is added up.
  Made gradient;
  int64_t parameter = -1;
  int64_t update = -1;
};

class Maker {
public:
  Maker(const LayerGraph &layers, bool coupled) : coupled(coupled) {
    readLayers(layers);
  }
  TaskGraph make(const std::map<int64_t, int64_t> &stages);

private:
  void readLayers(const LayerGraph &layers);
  void joinSinks();
  int64_t addTask(const std::string &name, const Node &node, TaskKind kind,
                  int64_t time);
  Made addValue(int64_t task, const std::string &name, int64_t bytes);
  Edge &addEdge(Made from, int64_t to, EdgeKind kind);
  void readWeights(const Node &node, int64_t task);
  void readInputs(const Node &node, int64_t task);
  void addForward(Node &node);
  void addUpdate(Node &node);
  void addLoss(Node &last);
  void addBackward(Node &node);
  void passGradients(Node &node, int64_t task);
  void addWeightGradient(Node &node, int64_t task);

  bool coupled;
  std::vector<Node> nodes; // The nodes are in topological order.
  TaskGraph graph;
  Made input;
};

void Maker::readLayers(const LayerGraph &layers) {
  std::vector<int64_t> order = topologicalOrder(layers);
  std::vector<int64_t> place(layers.layers.size());
  for (int64_t layer : order) {
    place[layer] = static_cast<int64_t>(nodes.size());
    Node node;
    node.layer = layers.layers[layer];
    nodes.push_back(std::move(node));
  }
  for (const LayerEdge &edge : layers.edges)
    nodes[place[edge.to]].sources.push_back(place[edge.from]);
  joinSinks();
  for (size_t index = 0; index < nodes.size(); ++index) {
    Node &node = nodes[index];
    node.number = static_cast<int64_t>(index) + 1;
    std::sort(node.sources.begin(), node.sources.end());
    for (int64_t source : node.sources)
      node.inputTrained |= nodes[source].trained;
    node.trained = node.inputTrained || node.layer.parameterBytes > 0;
  }
}

void Maker::joinSinks() {
  std::vector<bool> read(nodes.size(), false);
  for (const Node &node : nodes)
    for (int64_t source : node.sources)
      read[source] = true;
  Node outputs;
  outputs.layer.name = "outputs";
  for (size_t index = 0; index < nodes.size(); ++index)
    if (!read[index]) {
      outputs.sources.push_back(static_cast<int64_t>(index));
      outputs.layer.activationBytes += nodes[index].layer.activationBytes;
    }
  if (outputs.sources.size() > 1)
    nodes.push_back(std::move(outputs));
}

int64_t Maker::addTask(const std::string &name, const Node &node, TaskKind kind,
                       int64_t time) {
  graph.tasks.push_back({name, node.number, kind, time});
  return static_cast<int64_t>(graph.tasks.size()) - 1;
}

Made Maker::addValue(int64_t task, const std::string &name, int64_t bytes) {
  graph.values.push_back({name, task, bytes});
  return {task, static_cast<int64_t>(graph.values.size()) - 1};
}

/// Adds an edge. The reference is valid until the next edge is added.
Edge &Maker::addEdge(Made from, int64_t to, EdgeKind kind) {
  Edge edge;
  edge.from = from.task;
  edge.to = to;
  edge.kind = kind;
  edge.value = from.value;
  graph.edges.push_back(std::move(edge));
  return graph.edges.back();
}

/// Lets the task read the layer's weights. The update's value is the weight of
/// the next iteration.
void Maker::readWeights(const Node &node, int64_t task) {
  if (node.update < 0)
    return;
  EdgeKind kind = task == node.update ? EdgeKind::state : EdgeKind::weight;
  Edge &edge = addEdge({node.update, node.parameter}, task, kind);
  edge.distance = 1;
  edge.initial = "parameter:" + node.layer.name + ".weight";
}

void Maker::readInputs(const Node &node, int64_t task) {
  for (int64_t source : node.sources)
    addEdge(nodes[source].result, task, EdgeKind::activation);
  if (node.sources.empty())
    addEdge(input, task, EdgeKind::activation);
}

/// Adds the layer's update. It comes before the forward that reads it, so that
/// its value exists from the start.
void Maker::addUpdate(Node &node) {
  const Layer &layer = node.layer;
  node.update = addTask(layer.name + ".update", node, TaskKind::update, 0);
  node.parameter =
      addValue(node.update, layer.name + ".update", layer.parameterBytes).value;
  readWeights(node, node.update);
}

void Maker::addForward(Node &node) {
  if (node.layer.parameterBytes > 0)
    addUpdate(node);
  std::string name = node.layer.name + ".forward";
  int64_t task = addTask(name, node, TaskKind::forward, node.layer.forwardTime);
  node.result = addValue(task, name, node.layer.activationBytes);
  readInputs(node, task);
  readWeights(node, task);
}

void Maker::addLoss(Node &last) {
  Node none;
  int64_t labels = addTask("labels", none, TaskKind::input, 0);
  Made targets = addValue(labels, "labels", last.layer.activationBytes);
  int64_t task = addTask("loss", last, TaskKind::loss, 0);
  addEdge(last.result, task, EdgeKind::activation);
  addEdge(targets, task, EdgeKind::activation);
  last.gradient = addValue(task, "loss", last.layer.activationBytes);
}

/// Passes the gradients of the task on to the sources of its layer. A source
/// whose gradient has been added up but for this share gets the sum: the task
/// reads it and passes it on.
void Maker::passGradients(Node &node, int64_t task) {
  for (int64_t index : node.sources) {
    Node &source = nodes[index];
    if (!source.trained)
      continue;
    if (source.gradient.task >= 0)
      addEdge(source.gradient, task, EdgeKind::gradient);
    source.gradient =
        addValue(task, graph.tasks[task].name + ":" + source.layer.name,
                 source.layer.activationBytes);
  }
}

void Maker::addWeightGradient(Node &node, int64_t task) {
  const Layer &layer = node.layer;
  Made gradient =
      addValue(task, graph.tasks[task].name + ":weight", layer.parameterBytes);
  Edge &edge = addEdge(gradient, node.update, EdgeKind::gradient);
  edge.initial = "absent";
  edge.parameter = static_cast<int64_t>(graph.parameters.size());
  graph.parameters.push_back(
      {layer.name + ".weight", layer.parameterBytes, node.number});
}

void Maker::addBackward(Node &node) {
  const Layer &layer = node.layer;
  bool weights = layer.parameterBytes > 0;
  bool both = weights && node.inputTrained;
  int64_t inputTime = layer.backwardTime, weightTime = layer.backwardTime;
  if (both && layer.gradients) {
    inputTime = layer.gradients->input;
    weightTime = layer.gradients->weight;
  } else if (both) {
    weightTime = 0;
  }
  if (both && coupled) {
    int64_t task = addTask(layer.name + ".backward", node, TaskKind::backward,
                           layer.backwardTime);
    addEdge(node.gradient, task, EdgeKind::gradient);
    addEdge(node.result, task, EdgeKind::activation);
    readInputs(node, task);
    readWeights(node, task);
    passGradients(node, task);
    addWeightGradient(node, task);
    return;
  }
  if (node.inputTrained) {
    int64_t task = addTask(layer.name + ".grad_input", node,
                           TaskKind::grad_input, inputTime);
    addEdge(node.gradient, task, EdgeKind::gradient);
    addEdge(node.result, task, EdgeKind::activation);
    readWeights(node, task);
    passGradients(node, task);
  }
  if (weights) {
    int64_t task = addTask(layer.name + ".grad_weight", node,
                           TaskKind::grad_weight, weightTime);
    addEdge(node.gradient, task, EdgeKind::gradient);
    readInputs(node, task);
    addWeightGradient(node, task);
  }
}

TaskGraph Maker::make(const std::map<int64_t, int64_t> &stages) {
  Node none;
  int64_t source = addTask("input", none, TaskKind::input, 0);
  input = addValue(source, "input", 4);
  for (Node &node : nodes)
    addForward(node);
  addLoss(nodes.back());
  std::vector<std::pair<int64_t, int64_t>> order;
  for (const Node &node : nodes) {
    auto stage = stages.find(node.number);
    order.emplace_back(stage != stages.end() ? stage->second : 0,
                       node.number - 1);
  }
  std::sort(order.rbegin(), order.rend());
  for (auto [stage, index] : order)
    addBackward(nodes[index]);
  return std::move(graph);
}

} // namespace

TaskGraph makeTrainingTasks(const LayerGraph &layers, bool coupled,
                            const std::map<int64_t, int64_t> &stages) {
  return Maker(layers, coupled).make(stages);
}

} // namespace layerpipe::testing
