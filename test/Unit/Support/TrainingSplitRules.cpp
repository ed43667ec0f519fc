//===- TrainingSplitRules.cpp - How tasks of layers may be cut ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values have their samples along dimension 0 and their channels along
// dimension 1. Weights have their output channels along 0 and their input
// channels along 1.
//
//===----------------------------------------------------------------------===//

#include "Support/TrainingTasks.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <algorithm>

namespace layerpipe::testing {
namespace {

using namespace scheduling;
using Kind = ResultSplit::Kind;

class Maker {
public:
  Maker(const LayerGraph &layers, const TaskGraph &graph, int64_t quantum);
  std::vector<SplitRule> make();

private:
  void splitBySamples(int64_t task, int64_t samples);
  void splitForward(int64_t task, const LayerAxes &axes);
  void splitGradInput(int64_t task, const LayerAxes &axes);
  void splitGradWeight(int64_t task, const LayerAxes &axes);
  SplitRule begin(int64_t task, SplitAxis axis, int64_t length, Kind kind,
                  int64_t dimension) const;
  void slice(SplitRule &rule, EdgeKind kind, int64_t dimension) const;

  const LayerGraph &layers;
  const TaskGraph &graph;
  int64_t quantum;
  std::vector<int64_t> order;
  // Each task has the edges that it reads here.
  std::vector<std::vector<int64_t>> inputs;
  // Each task has the values that it makes here.
  std::vector<std::vector<int64_t>> results;
  std::vector<SplitRule> rules;
};

Maker::Maker(const LayerGraph &layers, const TaskGraph &graph, int64_t quantum)
    : layers(layers), graph(graph), quantum(quantum),
      order(topologicalOrder(layers)), inputs(graph.tasks.size()),
      results(graph.tasks.size()) {
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    inputs[graph.edges[edge].to].push_back(edge);
  for (size_t value = 0; value < graph.values.size(); ++value)
    results[graph.values[value].producer].push_back(value);
}

SplitRule Maker::begin(int64_t task, SplitAxis axis, int64_t length, Kind kind,
                       int64_t dimension) const {
  SplitRule rule{task, axis, length};
  rule.quantum = axis == SplitAxis::batch ? 1 : quantum;
  for (int64_t value : results[task])
    rule.results.push_back({value, kind, dimension});
  return rule;
}

void Maker::slice(SplitRule &rule, EdgeKind kind, int64_t dimension) const {
  for (int64_t edge : inputs[rule.task])
    if (graph.edges[edge].kind == kind)
      rule.slices.push_back({edge, dimension});
}

void Maker::splitBySamples(int64_t task, int64_t samples) {
  if (samples < 2)
    return;
  bool sum = graph.tasks[task].kind == TaskKind::grad_weight;
  SplitRule rule = begin(task, SplitAxis::batch, samples,
                         sum ? Kind::sum : Kind::concatenate, 0);
  slice(rule, EdgeKind::activation, 0);
  slice(rule, EdgeKind::gradient, 0);
  rules.push_back(std::move(rule));
}

void Maker::splitForward(int64_t task, const LayerAxes &axes) {
  if (axes.outputChannels < 2)
    return;
  SplitRule rule = begin(task, SplitAxis::output_channels, axes.outputChannels,
                         Kind::concatenate, 1);
  slice(rule, EdgeKind::weight, 0);
  rules.push_back(std::move(rule));
}

/// Adds the split rules of a grad_input. It is the product alone if it reads
/// only one gradient.
void Maker::splitGradInput(int64_t task, const LayerAxes &axes) {
  int64_t gradients = std::count_if(
      inputs[task].begin(), inputs[task].end(), [&](int64_t edge) {
        return graph.edges[edge].kind == EdgeKind::gradient;
      });
  if (axes.inputChannels < 2 || gradients != 1)
    return;
  SplitRule rule = begin(task, SplitAxis::input_channels, axes.inputChannels,
                         Kind::concatenate, 1);
  slice(rule, EdgeKind::weight, 1);
  rules.push_back(std::move(rule));
}

void Maker::splitGradWeight(int64_t task, const LayerAxes &axes) {
  if (axes.inputChannels >= 2) {
    SplitRule rule = begin(task, SplitAxis::input_channels, axes.inputChannels,
                           Kind::concatenate, 1);
    slice(rule, EdgeKind::activation, 1);
    rules.push_back(std::move(rule));
  }
  if (axes.outputChannels >= 2) {
    SplitRule rule = begin(task, SplitAxis::output_channels,
                           axes.outputChannels, Kind::concatenate, 0);
    slice(rule, EdgeKind::gradient, 1);
    rules.push_back(std::move(rule));
  }
}

std::vector<SplitRule> Maker::make() {
  for (size_t index = 0; index < graph.tasks.size(); ++index) {
    const Task &task = graph.tasks[index];
    if (task.layer < 1 || task.layer > static_cast<int64_t>(order.size()))
      continue;
    const LayerAxes &axes = layers.layers[order[task.layer - 1]].axes;
    switch (task.kind) {
    case TaskKind::forward:
      splitBySamples(index, axes.samples);
      splitForward(index, axes);
      break;
    case TaskKind::grad_input:
      splitBySamples(index, axes.samples);
      splitGradInput(index, axes);
      break;
    case TaskKind::grad_weight:
      splitBySamples(index, axes.samples);
      splitGradWeight(index, axes);
      break;
    default:
      break;
    }
  }
  return std::move(rules);
}

} // namespace

std::vector<SplitRule> makeTrainingSplitRules(const LayerGraph &layers,
                                              const TaskGraph &tasks,
                                              int64_t quantum) {
  return Maker(layers, tasks, quantum).make();
}

} // namespace layerpipe::testing
