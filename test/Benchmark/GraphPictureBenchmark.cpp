//===- GraphPictureBenchmark.cpp - Graphviz, own and Boost's --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The picture of 100,000 tasks as Graphviz reads it.
//
//===----------------------------------------------------------------------===//

#include "Alternate.h"

#include <boost/graph/graphviz.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <sstream>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::benchmarks;

namespace {

/// The length of the graph as Graphviz reads it.
void graphviz(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  alternate(
      state,
      [&] {
        std::ostringstream text;
        text << "digraph G {\n";
        for (size_t task = 0; task < graph.tasks.size(); ++task)
          text << task << "[label=" << graph.tasks[task].name << "];\n";
        for (const Edge &edge : graph.edges)
          text << edge.from << "->" << edge.to << " ;\n";
        text << "}\n";
        return text.str().size();
      },
      [&] {
        std::ostringstream text;
        auto names = boost::make_function_property_map<int64_t>(
            [&](int64_t task) { return graph.tasks[task].name; });
        boost::write_graphviz(text, graph, boost::make_label_writer(names));
        return text.str().size();
      });
}

} // namespace

BENCHMARK(graphviz)->Apply(onAllShapes);
