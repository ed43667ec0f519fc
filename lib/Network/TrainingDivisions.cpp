//===- TrainingDivisions.cpp - How tasks of layers may be cut -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values have their samples along dimension 0 and their channels along
// dimension 1. Weights have their output channels along 0 and their input
// channels along 1.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Network/TrainingTasks.h"

#include <algorithm>

namespace layerpipe::network {
namespace {

using namespace scheduling;
using Role = DividedResult::Role;

class Maker {
public:
  Maker(const LayerGraph &layers, const TaskGraph &graph, int64_t quantum);
  std::vector<Division> make();

private:
  void divideBySamples(int64_t task, int64_t samples);
  void divideForward(int64_t task, const LayerAxes &axes);
  void divideGradInput(int64_t task, const LayerAxes &axes);
  void divideGradWeight(int64_t task, const LayerAxes &axes);
  Division begin(int64_t task, SplitAxis axis, int64_t length, Role role,
                 int64_t dimension) const;
  void slice(Division &division, EdgeKind kind, int64_t dimension) const;

  const LayerGraph &layers;
  const TaskGraph &graph;
  int64_t quantum;
  std::vector<int64_t> order;
  // Each task has the edges that it reads here.
  std::vector<std::vector<int64_t>> inputs;
  // Each task has the values that it makes here.
  std::vector<std::vector<int64_t>> results;
  std::vector<Division> divisions;
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

Division Maker::begin(int64_t task, SplitAxis axis, int64_t length, Role role,
                      int64_t dimension) const {
  Division division{task, axis, length};
  division.quantum = axis == SplitAxis::batch ? 1 : quantum;
  for (int64_t value : results[task])
    division.results.push_back({value, role, dimension});
  return division;
}

void Maker::slice(Division &division, EdgeKind kind, int64_t dimension) const {
  for (int64_t edge : inputs[division.task])
    if (graph.edges[edge].kind == kind)
      division.slices.push_back({edge, dimension});
}

void Maker::divideBySamples(int64_t task, int64_t samples) {
  if (samples < 2)
    return;
  bool sum = graph.tasks[task].kind == TaskKind::grad_weight;
  Division division = begin(task, SplitAxis::batch, samples,
                            sum ? Role::sum : Role::concatenate, 0);
  slice(division, EdgeKind::activation, 0);
  slice(division, EdgeKind::gradient, 0);
  divisions.push_back(std::move(division));
}

void Maker::divideForward(int64_t task, const LayerAxes &axes) {
  if (axes.outputChannels < 2)
    return;
  Division division = begin(task, SplitAxis::output_channels,
                            axes.outputChannels, Role::concatenate, 1);
  slice(division, EdgeKind::weight, 0);
  divisions.push_back(std::move(division));
}

/// Adds the divisions of a grad_input. It is the product alone if it reads only
/// one gradient.
void Maker::divideGradInput(int64_t task, const LayerAxes &axes) {
  int64_t gradients = std::count_if(
      inputs[task].begin(), inputs[task].end(), [&](int64_t edge) {
        return graph.edges[edge].kind == EdgeKind::gradient;
      });
  if (axes.inputChannels < 2 || gradients != 1)
    return;
  Division division = begin(task, SplitAxis::input_channels, axes.inputChannels,
                            Role::concatenate, 1);
  slice(division, EdgeKind::weight, 1);
  divisions.push_back(std::move(division));
}

void Maker::divideGradWeight(int64_t task, const LayerAxes &axes) {
  if (axes.inputChannels >= 2) {
    Division division = begin(task, SplitAxis::input_channels,
                              axes.inputChannels, Role::concatenate, 1);
    slice(division, EdgeKind::activation, 1);
    divisions.push_back(std::move(division));
  }
  if (axes.outputChannels >= 2) {
    Division division = begin(task, SplitAxis::output_channels,
                              axes.outputChannels, Role::concatenate, 0);
    slice(division, EdgeKind::gradient, 1);
    divisions.push_back(std::move(division));
  }
}

std::vector<Division> Maker::make() {
  for (size_t index = 0; index < graph.tasks.size(); ++index) {
    const Task &task = graph.tasks[index];
    if (task.layer < 1 || task.layer > static_cast<int64_t>(order.size()))
      continue;
    const LayerAxes &axes = layers.layers[order[task.layer - 1]].axes;
    switch (task.kind) {
    case TaskKind::forward:
      divideBySamples(index, axes.samples);
      divideForward(index, axes);
      break;
    case TaskKind::grad_input:
      divideBySamples(index, axes.samples);
      divideGradInput(index, axes);
      break;
    case TaskKind::grad_weight:
      divideBySamples(index, axes.samples);
      divideGradWeight(index, axes);
      break;
    default:
      break;
    }
  }
  return std::move(divisions);
}

} // namespace

std::vector<Division> makeTrainingDivisions(const LayerGraph &layers,
                                            const TaskGraph &tasks,
                                            int64_t quantum) {
  return Maker(layers, tasks, quantum).make();
}

} // namespace layerpipe::network
