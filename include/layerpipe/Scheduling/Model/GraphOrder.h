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

#include <concepts>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace layerpipe::scheduling {

/// Lists the items (edges, mostly) that belong to each of n nodes, by ascending
/// index.
class Adjacency {
public:
  /// Makes the lists; `nodeOf(item)` is the node that an item belongs to.
  template <std::regular_invocable<int64_t> NodeOf>
  Adjacency(int64_t nodes, int64_t items, const NodeOf &nodeOf)
      : first(nodes + 1, 0), content(items) {
    for (int64_t item = 0; item < items; ++item)
      ++first[nodeOf(item) + 1];
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<int64_t> next(first.begin(), first.end() - 1);
    for (int64_t item = 0; item < items; ++item)
      content[next[nodeOf(item)]++] = item;
  }

  std::span<const int64_t> of(int64_t node) const {
    return {content.data() + first[node], content.data() + first[node + 1]};
  }

private:
  std::vector<int64_t> first;
  std::vector<int64_t> content;
};

//===----------------------------------------------------------------------===//
// Graphs of any kind
//===----------------------------------------------------------------------===//

/// A graph is any type with two functions beside it, which say how many nodes
/// it has and list its edges, whatever it calls them: TaskGraph.h has an
/// example.
template <typename Graph>
concept ListsEdges = requires(const Graph &graph) {
  { countNodes(graph) } -> std::same_as<int64_t>;
  { listEdges(graph)[0].from } -> std::convertible_to<int64_t>;
  { listEdges(graph)[0].to } -> std::convertible_to<int64_t>;
};

/// This graph is nothing but a list of edges, such as arcs or constraints. It
/// refers to the list and copies nothing.
template <typename EdgeType> struct EdgeList {
  int64_t nodes = 0;
  const std::vector<EdgeType> &edges;

  friend int64_t countNodes(const EdgeList &graph) { return graph.nodes; }
  friend const std::vector<EdgeType> &listEdges(const EdgeList &graph) {
    return graph.edges;
  }
};

/// This adds to a graph, which must outlive it, the edges out of each node by
/// ascending index.
template <ListsEdges Graph> class Outgoing {
public:
  explicit Outgoing(const Graph &graph)
      : graph(&graph),
        out(countNodes(graph), static_cast<int64_t>(listEdges(graph).size()),
            [&](int64_t edge) { return listEdges(graph)[edge].from; }) {}

  std::span<const int64_t> edgesFrom(int64_t node) const {
    return out.of(node);
  }

  friend int64_t countNodes(const Outgoing &links) {
    return countNodes(*links.graph);
  }
  friend decltype(auto) listEdges(const Outgoing &links) {
    return listEdges(*links.graph);
  }

private:
  const Graph *graph;
  Adjacency out;
};

/// This adds the edges into each node as well.
template <ListsEdges Graph> class Bidirectional : public Outgoing<Graph> {
public:
  explicit Bidirectional(const Graph &graph)
      : Outgoing<Graph>(graph),
        in(countNodes(graph), static_cast<int64_t>(listEdges(graph).size()),
           [&](int64_t edge) { return listEdges(graph)[edge].to; }) {}

  std::span<const int64_t> edgesInto(int64_t node) const { return in.of(node); }

private:
  Adjacency in;
};

//===----------------------------------------------------------------------===//
// Orders
//===----------------------------------------------------------------------===//

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

/// Returns nodes 0 … nodes − 1 in one of their topological orders, whichever is
/// found fastest, for a caller that computes the same along each. Returns none
/// if there is a cycle. O(V + E).
std::optional<std::vector<int64_t>>
anyTopologicalOrder(int64_t nodes, const std::vector<Arc> &arcs);

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
