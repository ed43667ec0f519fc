//===- BoostGraph.h - The core's graphs as Boost.Graph's --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This makes the core's graphs models of Boost.Graph's concepts, so that every
// algorithm of that library runs on them. Nothing is copied: nodes and edges
// are their indices, which are also their index maps.
//
// A graph that lists its edges is a VertexListGraph and an EdgeListGraph,
// `Outgoing` also an IncidenceGraph and an AdjacencyGraph, and `Bidirectional`
// a BidirectionalGraph:
//
//   Outgoing links(graph);
//   std::vector<int64_t> component(graph.tasks.size());
//   boost::strong_components(
//       links, boost::make_iterator_property_map(
//                  component.begin(), get(boost::vertex_index, links)));
//
// Include this header in .cpp files: Boost.Graph takes long to parse.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_BOOSTGRAPH_H
#define LAYERPIPE_SCHEDULING_MODEL_BOOSTGRAPH_H

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <boost/graph/adjacency_iterator.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/property_map/property_map.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <utility>

namespace layerpipe::scheduling {

/// This is a graph that also has the edges out of each node, as Outgoing.
template <typename Graph>
concept ListsOutgoing = ListsEdges<Graph> && requires(const Graph &graph) {
  { graph.edgesFrom(0) } -> std::same_as<std::span<const int64_t>>;
};

/// This is a graph that also has the edges into each node, as Bidirectional.
template <typename Graph>
concept ListsIncoming = ListsOutgoing<Graph> && requires(const Graph &graph) {
  { graph.edgesInto(0) } -> std::same_as<std::span<const int64_t>>;
};

//===----------------------------------------------------------------------===//
// Boost.Graph's functions, which it finds by the type of the graph
//===----------------------------------------------------------------------===//

using IndexIterator = boost::counting_iterator<int64_t>;
using IndexMap = boost::typed_identity_property_map<int64_t>;

template <ListsEdges Graph>
std::pair<IndexIterator, IndexIterator> vertices(const Graph &graph) {
  return {IndexIterator(0), IndexIterator(countNodes(graph))};
}
template <ListsEdges Graph> size_t num_vertices(const Graph &graph) {
  return static_cast<size_t>(countNodes(graph));
}
template <ListsEdges Graph>
std::pair<IndexIterator, IndexIterator> edges(const Graph &graph) {
  return {IndexIterator(0),
          IndexIterator(static_cast<int64_t>(listEdges(graph).size()))};
}
template <ListsEdges Graph> size_t num_edges(const Graph &graph) {
  return listEdges(graph).size();
}
template <ListsEdges Graph> int64_t source(int64_t edge, const Graph &graph) {
  return listEdges(graph)[edge].from;
}
template <ListsEdges Graph> int64_t target(int64_t edge, const Graph &graph) {
  return listEdges(graph)[edge].to;
}

inline std::pair<const int64_t *, const int64_t *>
iteratorsOf(std::span<const int64_t> edges) {
  return {edges.data(), edges.data() + edges.size()};
}

template <ListsOutgoing Graph>
auto out_edges(int64_t node, const Graph &graph) {
  return iteratorsOf(graph.edgesFrom(node));
}
template <ListsOutgoing Graph>
size_t out_degree(int64_t node, const Graph &graph) {
  return graph.edgesFrom(node).size();
}
template <ListsIncoming Graph> auto in_edges(int64_t node, const Graph &graph) {
  return iteratorsOf(graph.edgesInto(node));
}
template <ListsIncoming Graph>
size_t in_degree(int64_t node, const Graph &graph) {
  return graph.edgesInto(node).size();
}
template <ListsIncoming Graph> size_t degree(int64_t node, const Graph &graph) {
  return in_degree(node, graph) + out_degree(node, graph);
}

template <ListsOutgoing Graph>
using AdjacencyIterator =
    boost::adjacency_iterator_generator<Graph, int64_t, const int64_t *>::type;

template <ListsOutgoing Graph>
std::pair<AdjacencyIterator<Graph>, AdjacencyIterator<Graph>>
adjacent_vertices(int64_t node, const Graph &graph) {
  auto [begin, end] = out_edges(node, graph);
  return {AdjacencyIterator<Graph>(begin, &graph),
          AdjacencyIterator<Graph>(end, &graph)};
}

template <ListsEdges Graph>
IndexMap get(boost::vertex_index_t, const Graph &graph) {
  return {};
}
template <ListsEdges Graph>
IndexMap get(boost::edge_index_t, const Graph &graph) {
  return {};
}
template <ListsEdges Graph>
int64_t get(boost::vertex_index_t, const Graph &graph, int64_t node) {
  return node;
}
template <ListsEdges Graph>
int64_t get(boost::edge_index_t, const Graph &graph, int64_t edge) {
  return edge;
}

//===----------------------------------------------------------------------===//
// Boost.Graph's traits
//===----------------------------------------------------------------------===//

/// Boost.Graph asks every graph for these names of types.
struct EdgeListTraits {
  struct traversal_category : virtual boost::vertex_list_graph_tag,
                              virtual boost::edge_list_graph_tag {};
  using directed_category = boost::directed_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using vertex_descriptor = int64_t;
  using edge_descriptor = int64_t;
  using vertex_iterator = IndexIterator;
  using edge_iterator = IndexIterator;
  using vertices_size_type = size_t;
  using edges_size_type = size_t;
  using degree_size_type = size_t;
  using out_edge_iterator = void;
  using in_edge_iterator = void;
  using adjacency_iterator = void;

  static vertex_descriptor null_vertex() { return -1; }
};

template <ListsOutgoing Graph> struct OutgoingTraits : EdgeListTraits {
  struct traversal_category : virtual EdgeListTraits::traversal_category,
                              virtual boost::incidence_graph_tag,
                              virtual boost::adjacency_graph_tag {};
  using out_edge_iterator = const int64_t *;
  using adjacency_iterator = AdjacencyIterator<Graph>;
};

template <ListsIncoming Graph>
struct BidirectionalTraits : OutgoingTraits<Graph> {
  struct traversal_category : OutgoingTraits<Graph>::traversal_category,
                              virtual boost::bidirectional_graph_tag {};
  using directed_category = boost::bidirectional_tag;
  using in_edge_iterator = const int64_t *;
};

} // namespace layerpipe::scheduling

namespace boost {

template <layerpipe::scheduling::ListsEdges Graph>
struct graph_traits<Graph> : layerpipe::scheduling::EdgeListTraits {};

template <layerpipe::scheduling::ListsOutgoing Graph>
struct graph_traits<Graph> : layerpipe::scheduling::OutgoingTraits<Graph> {};

template <layerpipe::scheduling::ListsIncoming Graph>
struct graph_traits<Graph> : layerpipe::scheduling::BidirectionalTraits<Graph> {
};

template <layerpipe::scheduling::ListsEdges Graph>
struct property_map<Graph, vertex_index_t> {
  using type = layerpipe::scheduling::IndexMap;
  using const_type = type;
};

template <layerpipe::scheduling::ListsEdges Graph>
struct property_map<Graph, edge_index_t> {
  using type = layerpipe::scheduling::IndexMap;
  using const_type = type;
};

} // namespace boost

#endif // LAYERPIPE_SCHEDULING_MODEL_BOOSTGRAPH_H
