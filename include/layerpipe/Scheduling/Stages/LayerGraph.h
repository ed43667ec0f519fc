//===- LayerGraph.h - A network as a graph of layers ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the network as PipeDream's optimizer sees it: layers with the times
// of their forward and backward, the bytes that they hand on and the bytes that
// they own, and the edges along which activations flow. It has plain values;
// indices refer to positions in the vectors, and the unit of time is the
// caller's.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_STAGES_LAYERGRAPH_H
#define LAYERPIPE_SCHEDULING_STAGES_LAYERGRAPH_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

/// These say how a backward's time is divided. Their sum is the whole backward.
struct GradientTimes {
  int64_t input = 0;
  int64_t weight = 0;
};

/// These say along what a layer's tasks may be cut; 0 means that they may not.
struct LayerAxes {
  /// The layer treats each sample of the batch apart, and has so many.
  int64_t samples = 0;
  /// The layer is a product with weights, and these are its channels or
  /// features.
  int64_t inputChannels = 0;
  int64_t outputChannels = 0;
};

struct Layer {
  std::string name;
  int64_t forwardTime = 0;
  /// This is the whole backward, with both gradients.
  int64_t backwardTime = 0;
  /// This is empty where only the whole is known.
  std::optional<GradientTimes> gradients = {};
  /// Later layers read so many bytes of the layer; its gradient is as large.
  int64_t activationBytes = 0;
  int64_t parameterBytes = 0;
  LayerAxes axes = {};
};

struct LayerEdge {
  int64_t from = -1;
  int64_t to = -1;
};

/// The graph has no cycles, and its layers are in any order. A layer that no
/// edge enters reads the network's input.
struct LayerGraph {
  std::vector<Layer> layers;
  std::vector<LayerEdge> edges;
};

/// Algorithms that run on any graph ask for its nodes and edges by these names.
inline int64_t countNodes(const LayerGraph &graph) {
  return static_cast<int64_t>(graph.layers.size());
}
inline const std::vector<LayerEdge> &listEdges(const LayerGraph &graph) {
  return graph.edges;
}

/// Succeeds if indices are in range, names unique and not empty, nothing is
/// negative, the sum of all times is at most maxTotalTime and that of all bytes
/// at most maxBytes, the gradients' times add up, no edge stands twice, and
/// there is no cycle (the message lists its layers). O((V + E) log V).
Status check(const LayerGraph &graph);

/// Returns the sum of every time of every layer.
int64_t totalTime(const LayerGraph &graph);

/// Returns the layers in topological order, the smallest index first among the
/// ready ones. The order is shorter than the graph if there is a cycle. O((V +
/// E) log V).
std::vector<int64_t> topologicalOrder(const LayerGraph &graph);

/// Returns the name of each layer of a training graph, by its number: that of
/// its first forward without ".forward", or "layerN". Forwards in parts have
/// the name of the whole. A name that another layer has already ends in "_N".
std::map<int64_t, std::string> layerNames(const TaskGraph &graph);

/// Returns the layers of a training graph: one for each number that a task
/// carries, ascending. Tasks of layer 0 other than inputs (a loss) belong to
/// the last one. A layer's forwardTime is that of its forwards and losses, and
/// its backwardTime that of everything else, updates included, so that both
/// together are all of its work. The gradients stay whole where the layer has a
/// coupled backward; elsewhere `weight` is that of grad_weights and updates. An
/// edge joins two layers where a forward of one reads a forward of the other in
/// the same iteration; activationBytes are those of the values that forwards of
/// other layers read. Layers have the names of layerNames().
///
/// Fails on a graph that check() refuses, on one without layers, and where the
/// layers wait for each other in a cycle. O((V + E) log V).
Result<LayerGraph> layerGraphOf(const TaskGraph &graph);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_STAGES_LAYERGRAPH_H
