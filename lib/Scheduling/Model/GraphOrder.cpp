//===- GraphOrder.cpp - Adjacency and topological order -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is Kahn's algorithm with a deterministic choice, the extraction of one
// cycle from the nodes that it leaves, and Boost.Graph's search where no choice
// matters.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include "layerpipe/Scheduling/Model/BoostGraph.h"

#include <boost/graph/depth_first_search.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// This visitor lists the nodes as a search leaves them, each after all that it
/// leads to, and notes whether an edge led back to a node not left yet.
struct LeavingOrder : boost::default_dfs_visitor {
  LeavingOrder(std::vector<int64_t> &left, bool &cycle)
      : left(left), cycle(cycle) {}

  template <typename Graph> void finish_vertex(int64_t node, const Graph &) {
    left.push_back(node);
  }
  template <typename Graph> void back_edge(int64_t, const Graph &) {
    cycle = true;
  }

  std::vector<int64_t> &left;
  bool &cycle;
};

} // namespace

Adjacency outgoingEdges(const TaskGraph &graph) {
  return Adjacency(graph.tasks.size(), graph.edges.size(),
                   [&](int64_t edge) { return graph.edges[edge].from; });
}

Adjacency incomingEdges(const TaskGraph &graph) {
  return Adjacency(graph.tasks.size(), graph.edges.size(),
                   [&](int64_t edge) { return graph.edges[edge].to; });
}

std::vector<int64_t> topologicalOrder(int64_t nodes,
                                      const std::vector<Arc> &arcs,
                                      const std::vector<int64_t> &rank) {
  Adjacency out(nodes, arcs.size(),
                [&](int64_t arc) { return arcs[arc].from; });
  std::vector<int64_t> waiting(nodes, 0);
  for (const Arc &arc : arcs)
    ++waiting[arc.to];

  using Ready = std::pair<int64_t, int64_t>; // This has a rank and a node.
  std::priority_queue<Ready, std::vector<Ready>, std::greater<Ready>> ready;
  auto push = [&](int64_t node) {
    ready.push({rank.empty() ? node : rank[node], node});
  };
  for (int64_t node = 0; node < nodes; ++node)
    if (waiting[node] == 0)
      push(node);

  std::vector<int64_t> order;
  order.reserve(nodes);
  while (!ready.empty()) {
    int64_t node = ready.top().second;
    ready.pop();
    order.push_back(node);
    for (int64_t arc : out.of(node))
      if (--waiting[arcs[arc].to] == 0)
        push(arcs[arc].to);
  }
  return order;
}

std::optional<std::vector<int64_t>>
anyTopologicalOrder(int64_t nodes, const std::vector<Arc> &arcs) {
  EdgeList<Arc> graph{nodes, arcs};
  std::vector<boost::default_color_type> colours(nodes);
  std::vector<int64_t> order;
  order.reserve(nodes);
  bool cycle = false;
  boost::depth_first_search(
      Outgoing(graph), LeavingOrder(order, cycle),
      boost::make_iterator_property_map(colours.begin(), IndexMap()));
  if (cycle)
    return std::nullopt;
  std::reverse(order.begin(), order.end());
  return order;
}

std::vector<Arc> delayFreeArcs(const TaskGraph &graph,
                               const std::vector<int64_t> &distances) {
  std::vector<Arc> arcs;
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    if (distances[edge] == 0)
      arcs.push_back({graph.edges[edge].from, graph.edges[edge].to});
  return arcs;
}

Status checkClosedWalk(const TaskGraph &graph,
                       const std::vector<int64_t> &walk) {
  int64_t edges = graph.edges.size();
  if (walk.empty())
    return Error{"the obstacle has no edges"};
  for (int64_t edge : walk)
    if (edge < 0 || edge >= edges)
      return Error{
          fmt::format("the obstacle names edge {} of {}", edge, edges)};
  for (size_t i = 0; i < walk.size(); ++i) {
    int64_t next = walk[(i + 1) % walk.size()];
    if (graph.edges[walk[i]].to != graph.edges[next].from)
      return Error{fmt::format(
          "the obstacle is no closed walk: edge {} does not lead to edge {}",
          describeEdge(graph, walk[i]), describeEdge(graph, next))};
  }
  return Status::success();
}

std::vector<int64_t> findCycle(int64_t nodes, const std::vector<Arc> &arcs) {
  if (anyTopologicalOrder(nodes, arcs))
    return {};
  std::vector<bool> sorted(nodes, false);
  for (int64_t node : topologicalOrder(nodes, arcs))
    sorted[node] = true;
  // Every node that is left has a predecessor that is left, so walking back
  // must return to a node already seen.
  std::vector<int64_t> predecessor(nodes, -1);
  for (const Arc &arc : arcs)
    if (!sorted[arc.from] && !sorted[arc.to] && predecessor[arc.to] < 0)
      predecessor[arc.to] = arc.from;
  int64_t node =
      std::find(sorted.begin(), sorted.end(), false) - sorted.begin();
  std::vector<bool> seen(nodes, false);
  while (!seen[node]) {
    seen[node] = true;
    node = predecessor[node];
  }
  std::vector<int64_t> cycle{node};
  for (int64_t at = predecessor[node]; at != node; at = predecessor[at])
    cycle.push_back(at);
  std::reverse(cycle.begin(), cycle.end());
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()),
              cycle.end());
  return cycle;
}

} // namespace layerpipe::scheduling
