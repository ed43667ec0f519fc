//===- GraphOrder.h - Adjacency and topological order -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are compact adjacency lists and the topological order of the edges
// without delay, which every solver walks along. Both depend on indices alone.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_GRAPHORDER_H
#define LAYERPIPE_SCHEDULING_MODEL_GRAPHORDER_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace layerpipe::scheduling {

/// Lists the items (edges, mostly) that belong to each of n nodes, by ascending
/// index.
class Adjacency {
public:
  /// Makes the lists; `nodeOf(item)` is the node that an item belongs to.
  Adjacency(int64_t nodes, int64_t items,
            const std::function<int64_t(int64_t)> &nodeOf);

  std::span<const int64_t> of(int64_t node) const {
    return {content.data() + first[node], content.data() + first[node + 1]};
  }

private:
  std::vector<int64_t> first;
  std::vector<int64_t> content;
};

Adjacency outgoingEdges(const TaskGraph &graph);
Adjacency incomingEdges(const TaskGraph &graph);

/// This is an arc of a plain graph.
struct Arc {
  int64_t from = -1;
  int64_t to = -1;
};

/// Returns the nodes 0 … nodes − 1 in topological order, and first the one with
/// the smallest `rank` among the ready ones (their index where `rank` is
/// empty). The order is shorter than `nodes` when there is a cycle: nodes on or
/// behind one are missing. The arcs 0 → 2 and 1 → 2 with the ranks 5, 3, 0 give
/// 1 0 2.
std::vector<int64_t> topologicalOrder(int64_t nodes,
                                      const std::vector<Arc> &arcs,
                                      const std::vector<int64_t> &rank = {});

/// Returns the edges of distance 0 as arcs.
std::vector<Arc> delayFreeArcs(const TaskGraph &graph,
                               const std::vector<int64_t> &distances);

/// Checks that the edges of an obstacle exist and lead one to the next, and the
/// last one to the first.
Status checkClosedWalk(const TaskGraph &graph,
                       const std::vector<int64_t> &walk);

/// Returns a cycle of the graph as nodes in order, or an empty list if there is
/// none.
std::vector<int64_t> findCycle(int64_t nodes, const std::vector<Arc> &arcs);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_GRAPHORDER_H
