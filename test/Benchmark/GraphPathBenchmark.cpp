//===- GraphPathBenchmark.cpp - Parts and paths, own and Boost's ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Components and shortest paths of 100,000 tasks: a plain loop for
// one purpose beside Boost.Graph's algorithm for any.
//
//===----------------------------------------------------------------------===//

#include "Alternate.h"

#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/graph/incremental_components.hpp>
#include <boost/pending/disjoint_sets.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <limits>
#include <numeric>
#include <queue>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::benchmarks;

namespace {

//===----------------------------------------------------------------------===//
// Components and paths
//===----------------------------------------------------------------------===//

/// How many parts the graph has that no edge joins.
void components(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  alternate(
      state,
      [&] {
        std::vector<int64_t> parent(graph.tasks.size());
        std::iota(parent.begin(), parent.end(), 0);
        auto of = [&](int64_t node) {
          while (parent[node] != node)
            node = parent[node] = parent[parent[node]];
          return node;
        };
        for (const Edge &edge : graph.edges) {
          int64_t a = of(edge.from), b = of(edge.to);
          parent[std::max(a, b)] = std::min(a, b);
        }
        int64_t parts = 0;
        for (int64_t task = 0; task < countNodes(graph); ++task)
          parts += of(task) == task;
        return parts;
      },
      [&] {
        boost::disjoint_sets_with_storage<IndexMap, IndexMap> sets(
            graph.tasks.size());
        boost::incremental_components(graph, sets);
        int64_t parts = 0;
        for (int64_t task = 0; task < countNodes(graph); ++task)
          parts += sets.find_set(task) == task;
        return parts;
      });
}

std::vector<int64_t> ownFewestDelays(const TaskGraph &graph,
                                     const Outgoing<TaskGraph> &links,
                                     int64_t source) {
  std::vector<int64_t> delays(graph.tasks.size(),
                              std::numeric_limits<int64_t>::max());
  using Item = std::pair<int64_t, int64_t>; // delays, task
  std::priority_queue<Item, std::vector<Item>, std::greater<Item>> queue;
  delays[source] = 0;
  for (queue.push({0, source}); !queue.empty();) {
    auto [distance, task] = queue.top();
    queue.pop();
    if (distance > delays[task])
      continue;
    for (int64_t index : links.edgesFrom(task)) {
      const Edge &edge = graph.edges[index];
      if (distance + edge.distance >= delays[edge.to])
        continue;
      delays[edge.to] = distance + edge.distance;
      queue.push({delays[edge.to], edge.to});
    }
  }
  return delays;
}

auto distanceMap(const TaskGraph &graph) {
  return boost::make_function_property_map<int64_t>(
      [&graph](int64_t edge) { return graph.edges[edge].distance; });
}

/// The fewest delays on a path from the first edge's task to each.
void fewestDelays(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  Outgoing links(graph);
  int64_t source = graph.edges[0].from;
  alternate(
      state, [&] { return ownFewestDelays(graph, links, source); },
      [&] {
        std::vector<int64_t> delays(graph.tasks.size());
        boost::dijkstra_shortest_paths_no_color_map(
            links, source,
            boost::weight_map(distanceMap(graph)).distance_map(mapOf(delays)));
        return delays;
      });
}

} // namespace

BENCHMARK(components)->Apply(onAllShapes);
BENCHMARK(fewestDelays)->Apply(onAllShapes);
