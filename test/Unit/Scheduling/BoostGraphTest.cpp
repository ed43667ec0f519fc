//===- BoostGraphTest.cpp - Boost.Graph on the core's graphs --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// That the core's graphs are models of Boost.Graph's concepts, and that its
// algorithms run on them as they are.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/BoostGraph.h"

#include "Activities.h"
#include "Graphs.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <boost/graph/bellman_ford_shortest_paths.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::ElementsAre;

namespace {

//===----------------------------------------------------------------------===//
// Concepts
//===----------------------------------------------------------------------===//

template <typename Graph> void checkEdgeList() {
  BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT(
      (boost::ReadablePropertyGraphConcept<Graph, int64_t,
                                           boost::vertex_index_t>));
  BOOST_CONCEPT_ASSERT(
      (boost::ReadablePropertyGraphConcept<Graph, int64_t,
                                           boost::edge_index_t>));
}

template <typename Graph> void checkOutgoing() {
  checkEdgeList<Graph>();
  BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<Graph>));
  BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<Graph>));
}

template <typename Graph> void checkConcepts() {
  checkEdgeList<Graph>();
  checkOutgoing<Outgoing<Graph>>();
  checkOutgoing<Bidirectional<Graph>>();
  BOOST_CONCEPT_ASSERT(
      (boost::BidirectionalGraphConcept<Bidirectional<Graph>>));
}

struct DelayFree {
  const TaskGraph *graph = nullptr;
  bool operator()(int64_t edge) const {
    return graph->edges[edge].distance == 0;
  }
};

auto mapOf(std::vector<int64_t> &values) {
  return boost::make_iterator_property_map(values.begin(), IndexMap());
}

auto distancesIn(const TaskGraph &graph) {
  return boost::make_function_property_map<int64_t>(
      [&graph](int64_t edge) { return graph.edges[edge].distance; });
}

/// a → b → c → d, and from c back to b after one delay.
TaskGraph makeLoop() {
  TaskGraph graph;
  for (const char *name : {"a", "b", "c", "d"})
    addTask(graph, name, TaskKind::other, 0, 1);
  addEdge(graph, 0, 1);
  addEdge(graph, 1, 2);
  addEdge(graph, 2, 3);
  addEdge(graph, 2, 1, EdgeKind::activation, 1);
  return graph;
}

} // namespace

TEST(BoostGraph, hasTheConceptsOfEachGraph) {
  checkConcepts<TaskGraph>();
  checkConcepts<LayerGraph>();
  checkConcepts<ActivityGraph>();
  checkConcepts<EdgeList<Arc>>();
}

//===----------------------------------------------------------------------===//
// Algorithms
//===----------------------------------------------------------------------===//

TEST(BoostGraph, sortsTheEdgesWithoutDelay) {
  TaskGraph graph = makeLoop();
  Outgoing links(graph);
  auto undelayed = boost::make_filtered_graph(links, DelayFree{&graph});
  std::vector<int64_t> order;
  boost::topological_sort(undelayed, std::back_inserter(order));
  EXPECT_THAT(order, ElementsAre(3, 2, 1, 0));
}

TEST(BoostGraph, findsComponents) {
  TaskGraph graph = makeLoop();
  std::vector<int64_t> component(graph.tasks.size());
  int64_t count = boost::strong_components(Outgoing(graph), mapOf(component));
  EXPECT_EQ(count, 3);
  EXPECT_EQ(component[1], component[2]);
}

TEST(BoostGraph, findsPathsOnAListOfEdges) {
  TaskGraph graph = makeLoop();
  std::vector<int64_t> delays(graph.tasks.size());
  EXPECT_TRUE(boost::bellman_ford_shortest_paths(
      graph, boost::weight_map(distancesIn(graph))
                 .distance_map(mapOf(delays))
                 .root_vertex(int64_t(0))));
  EXPECT_THAT(delays, ElementsAre(0, 0, 0, 0));
}

TEST(BoostGraph, findsPathsBackwards) {
  TaskGraph graph = makeLoop();
  Bidirectional links(graph);
  std::vector<int64_t> delays(graph.tasks.size());
  auto reversed = boost::make_reverse_graph(links);
  using ReversedEdge = decltype(reversed)::edge_descriptor;
  auto original = get(boost::edge_underlying, reversed);
  auto weights = boost::make_function_property_map<ReversedEdge>(
      [&](const ReversedEdge &edge) {
        return graph.edges[get(original, edge)].distance;
      });
  boost::dijkstra_shortest_paths(
      links, 2,
      boost::weight_map(distancesIn(graph)).distance_map(mapOf(delays)));
  EXPECT_EQ(delays[1], 1);
  boost::dijkstra_shortest_paths(
      reversed, 1, boost::weight_map(weights).distance_map(mapOf(delays)));
  EXPECT_EQ(delays[2], 1);
}

TEST(BoostGraph, findsDominators) {
  TaskGraph graph = makeLoop();
  Bidirectional links(graph);
  std::vector<int64_t> dominator(graph.tasks.size(), -1);
  boost::lengauer_tarjan_dominator_tree(links, int64_t(0), mapOf(dominator));
  EXPECT_THAT(dominator, ElementsAre(-1, 0, 1, 2));
}

TEST(BoostGraph, countsStepsThroughLayers) {
  LayerGraph graph;
  graph.layers.resize(4);
  graph.edges = {{0, 1}, {1, 3}, {0, 2}, {2, 3}};
  std::vector<int64_t> steps(4, 0);
  boost::breadth_first_search(
      Outgoing(graph), 0,
      boost::visitor(boost::make_bfs_visitor(
          boost::record_distances(mapOf(steps), boost::on_tree_edge()))));
  EXPECT_THAT(steps, ElementsAre(0, 1, 1, 2));
}

TEST(BoostGraph, writesPictures) {
  TaskGraph graph = makeLoop();
  std::ostringstream text;
  boost::write_graphviz(text, graph);
  EXPECT_EQ(text.str(), "digraph G {\n0;\n1;\n2;\n3;\n"
                        "0->1 ;\n1->2 ;\n2->3 ;\n2->1 ;\n}\n");
}

TEST(BoostGraph, takesAGraphWithoutNodes) {
  TaskGraph graph;
  Outgoing links(graph);
  std::vector<int64_t> order;
  boost::topological_sort(links, std::back_inserter(order));
  EXPECT_TRUE(order.empty());
}

/// Its searches keep their own stack.
TEST(BoostGraph, followsAChainOfAnyLength) {
  constexpr int64_t length = 100'000;
  std::vector<Arc> arcs;
  for (int64_t node = 1; node < length; ++node)
    arcs.push_back({node - 1, node});
  EdgeList<Arc> chain{length, arcs};
  Outgoing links(chain);
  std::vector<int64_t> order, component(length);
  boost::topological_sort(links, std::back_inserter(order));
  EXPECT_EQ(order.front(), length - 1);
  EXPECT_EQ(order.back(), 0);
  EXPECT_EQ(boost::strong_components(links, mapOf(component)), length);
}

//===----------------------------------------------------------------------===//
// What the core does with them
//===----------------------------------------------------------------------===//

TEST(BoostGraph, sortsWhatHasNoCycle) {
  for (uint64_t seed = 0; seed < seeds(300); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    int64_t nodes = draw(random, 1, 20);
    std::vector<Arc> arcs(draw(random, 0, 2 * nodes));
    for (Arc &arc : arcs)
      arc = {draw(random, 0, nodes - 1), draw(random, 0, nodes - 1)};
    std::optional<std::vector<int64_t>> order =
        anyTopologicalOrder(nodes, arcs);
    bool acyclic =
        topologicalOrder(nodes, arcs).size() == static_cast<size_t>(nodes);
    ASSERT_EQ(order.has_value(), acyclic);
    if (!order)
      continue;
    std::vector<int64_t> place(nodes, -1);
    for (int64_t at = 0; at < nodes; ++at)
      place[(*order)[at]] = at;
    EXPECT_THAT(place, testing::Each(testing::Ge(0)));
    for (const Arc &arc : arcs)
      EXPECT_LT(place[arc.from], place[arc.to]);
  }
}

TEST(BoostGraph, namesACycleOfAnyLength) {
  constexpr int64_t length = 100'000;
  std::vector<Arc> arcs{{length - 1, 0}};
  for (int64_t node = 1; node < length; ++node)
    arcs.push_back({node - 1, node});
  std::vector<int64_t> cycle = findCycle(length, arcs);
  ASSERT_EQ(cycle.size(), static_cast<size_t>(length));
  EXPECT_EQ(cycle.front(), 0);
}
