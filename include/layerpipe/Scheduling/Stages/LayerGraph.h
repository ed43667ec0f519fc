//===- LayerGraph.h - A network as a graph of layers ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The network as PipeDream's optimizer sees it: layers with the times of their
// forward and backward, the bytes that they hand on and the bytes that they
// own, and the edges along which activations flow. Plain values; indices refer
// to positions in the vectors; the unit of time is the caller's.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_STAGES_LAYERGRAPH_H
#define LAYERPIPE_SCHEDULING_STAGES_LAYERGRAPH_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

/// How a backward's time is divided. The sum is the whole backward.
struct GradientTimes {
  int64_t input = 0;
  int64_t weight = 0;
};

/// Along what a layer's tasks may be cut; 0 where they may not.
struct LayerAxes {
  /// The layer treats each sample of the batch apart.
  int64_t samples = 0;
  /// The layer is a product with weights: its channels or features.
  int64_t inputChannels = 0;
  int64_t outputChannels = 0;
};

struct Layer {
  std::string name;
  int64_t forwardTime = 0;
  /// The whole backward: both gradients.
  int64_t backwardTime = 0;
  /// Unset where only the whole is known.
  std::optional<GradientTimes> gradients = {};
  /// What later layers read of it, in bytes; its gradient is as large.
  int64_t activationBytes = 0;
  int64_t parameterBytes = 0;
  LayerAxes axes = {};
};

struct LayerEdge {
  int64_t from = -1;
  int64_t to = -1;
};

/// Without cycles; the layers are in any order. A layer that no edge enters
/// reads the network's input.
struct LayerGraph {
  std::vector<Layer> layers;
  std::vector<LayerEdge> edges;
};

/// Indices in range, names unique and not empty, nothing negative, the sum of
/// all times at most maxTotalTime and that of all bytes at most maxBytes, the
/// gradients' times adding up, no edge twice, and no cycle (the message lists
/// its layers). O((V + E) log V).
Status check(const LayerGraph &graph);

/// Every time of every layer.
int64_t totalTime(const LayerGraph &graph);

/// The layers in topological order, the smallest index first among the ready
/// ones. Shorter than the graph if there is a cycle. O((V + E) log V).
std::vector<int64_t> topologicalOrder(const LayerGraph &graph);

/// The layers of a training graph: one for each number that a task carries,
/// ascending. Tasks of layer 0 other than inputs (a loss) belong to the last
/// one. A layer's forwardTime is that of its forwards and losses, its
/// backwardTime that of everything else, updates included, so that both
/// together are all of its work. The gradients stay whole where the layer has
/// a coupled backward; elsewhere `weight` is that of grad_weights and updates.
/// An edge joins two layers where a forward of one reads a forward of the
/// other in the same iteration; activationBytes are those of the values that
/// forwards of other layers read. A layer has its first forward's name
/// without ".forward", or "layerN".
/// Fails on a graph that check() refuses, on one without layers, and where the
/// layers wait for each other in a cycle. O((V + E) log V).
Result<LayerGraph> layerGraphOf(const TaskGraph &graph);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_STAGES_LAYERGRAPH_H
