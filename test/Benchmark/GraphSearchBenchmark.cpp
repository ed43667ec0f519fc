//===- GraphSearchBenchmark.cpp - Searches of graphs, own and Boost's -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders and traversals of 100,000 tasks: a plain loop for one purpose beside
// Boost.Graph's algorithm for any. docs/dependencies.md says which of the two
// the product runs.
//
//===----------------------------------------------------------------------===//

#include "Alternate.h"
#include "DelayFreePaths.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/reverse_graph.hpp>
#include <boost/graph/topological_sort.hpp>

#include <algorithm>
#include <numeric>
#include <optional>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::benchmarks;

namespace {

//===----------------------------------------------------------------------===//
// Orders and cycles
//===----------------------------------------------------------------------===//

struct CycleFinder : boost::default_dfs_visitor {
  explicit CycleFinder(bool &found) : found(&found) {}
  template <typename Graph> void back_edge(int64_t, const Graph &) {
    *found = true;
  }
  bool *found;
};

/// Whether a cycle without delays exists, from the list of edges on.
void acyclic(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  std::vector<int64_t> distances = distancesOf(graph);
  int64_t count = countNodes(graph);
  alternate(
      state,
      [&] {
        std::vector<Arc> arcs = delayFreeArcs(graph, distances);
        return static_cast<int64_t>(topologicalOrder(count, arcs).size()) <
               count;
      },
      [&] {
        std::vector<Arc> arcs = delayFreeArcs(graph, distances);
        EdgeList<Arc> list{count, arcs};
        bool found = false;
        Colours colours(count);
        boost::depth_first_search(Outgoing(list), CycleFinder(found),
                                  mapOf(colours));
        return found;
      });
}

/// The time of the longest path without delays.
void clockPeriodOf(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  std::vector<int64_t> distances = distancesOf(graph);
  auto longest = [&](const auto &order, const Adjacency &out,
                     const std::vector<Arc> &arcs) {
    int64_t period = 0;
    std::vector<int64_t> end;
    for (const Task &task : graph.tasks)
      end.push_back(task.time);
    for (int64_t task : order) {
      period = std::max(period, end[task]);
      for (int64_t arc : out.of(task)) {
        int64_t to = arcs[arc].to;
        end[to] = std::max(end[to], end[task] + graph.tasks[to].time);
      }
    }
    return period;
  };
  alternate(
      state,
      [&] {
        std::vector<Arc> arcs = delayFreeArcs(graph, distances);
        std::vector<int64_t> order = topologicalOrder(countNodes(graph), arcs);
        Adjacency out(countNodes(graph), arcs.size(),
                      [&](int64_t arc) { return arcs[arc].from; });
        return longest(order, out, arcs);
      },
      [&] {
        std::vector<Arc> arcs = delayFreeArcs(graph, distances);
        EdgeList<Arc> list{countNodes(graph), arcs};
        Outgoing links(list);
        std::vector<int64_t> order;
        boost::topological_sort(links, std::back_inserter(order));
        std::reverse(order.begin(), order.end());
        Adjacency out(countNodes(graph), arcs.size(),
                      [&](int64_t arc) { return arcs[arc].from; });
        return longest(order, out, arcs);
      });
}

/// The edges of each node, from the list of edges.
void adjacency(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  alternate(
      state,
      [&] { return outgoingEdges(graph).of(countNodes(graph) - 1).size(); },
      [&] {
        using Csr =
            boost::compressed_sparse_row_graph<boost::directedS,
                                               boost::no_property, int64_t>;
        std::vector<std::pair<int64_t, int64_t>> ends;
        std::vector<int64_t> index(graph.edges.size());
        std::iota(index.begin(), index.end(), 0);
        for (const Edge &edge : graph.edges)
          ends.emplace_back(edge.from, edge.to);
        Csr csr(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(),
                index.begin(), graph.tasks.size());
        return static_cast<size_t>(
            boost::out_degree(graph.tasks.size() - 1, csr));
      });
}

//===----------------------------------------------------------------------===//
// Traversals
//===----------------------------------------------------------------------===//

/// Everything that leads to the last task, or to the loss.
void reachability(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  Bidirectional links(graph);
  int64_t last = countNodes(graph) - 1;
  alternate(
      state,
      [&] {
        std::vector<char> below(countNodes(graph), 0);
        std::vector<int64_t> open{last};
        below[last] = 1;
        while (!open.empty()) {
          int64_t at = open.back();
          open.pop_back();
          for (int64_t edge : links.edgesInto(at))
            if (int64_t from = graph.edges[edge].from; !below[from]) {
              below[from] = 1;
              open.push_back(from);
            }
        }
        return std::count(below.begin(), below.end(), 1);
      },
      [&] {
        Colours colours(countNodes(graph));
        boost::queue<int64_t> queue;
        boost::breadth_first_visit(boost::make_reverse_graph(links), last,
                                   queue, boost::default_bfs_visitor(),
                                   mapOf(colours));
        return std::count(colours.begin(), colours.end(), boost::black_color);
      });
}

struct CycleEntries : boost::default_dfs_visitor {
  explicit CycleEntries(std::vector<int64_t> &found) : found(&found) {}
  template <typename Graph> void back_edge(int64_t edge, const Graph &graph) {
    found->push_back(target(edge, graph));
  }
  std::vector<int64_t> *found;
};

/// The cycles of a graph with one edge out of each task, by where a search from
/// the first task on enters them.
void parentCycles(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  Outgoing links(graph);
  std::vector<int64_t> parent(countNodes(graph), -1);
  std::vector<Arc> arcs;
  for (int64_t task = 0; task < countNodes(graph); ++task)
    if (!links.edgesFrom(task).empty()) {
      parent[task] = graph.edges[links.edgesFrom(task).back()].to;
      arcs.push_back({task, parent[task]});
    }
  alternate(
      state,
      [&] {
        std::vector<int64_t> found, visitor(parent.size(), -1);
        for (size_t root = 0; root < parent.size(); ++root) {
          int64_t node = root;
          while (node >= 0 && visitor[node] < 0) {
            visitor[node] = root;
            node = parent[node];
          }
          if (node >= 0 && visitor[node] == static_cast<int64_t>(root))
            found.push_back(node);
        }
        return found;
      },
      [&] {
        std::vector<int64_t> found;
        EdgeList<Arc> list{countNodes(graph), arcs};
        Colours colours(parent.size());
        boost::depth_first_search(Outgoing(list), CycleEntries(found),
                                  mapOf(colours));
        return found;
      });
}

/// Counts the tasks of each tree above and below, by the instants at which a
/// search enters and leaves them.
struct Clock : boost::default_dfs_visitor {
  Clock(std::vector<int64_t> &enter, std::vector<int64_t> &leave,
        int64_t &instant)
      : enter(&enter), leave(&leave), instant(&instant) {}
  template <typename Graph> void discover_vertex(int64_t task, const Graph &) {
    (*enter)[task] = (*instant)++;
  }
  template <typename Graph> void finish_vertex(int64_t task, const Graph &) {
    (*leave)[task] = *instant;
  }
  std::vector<int64_t> *enter, *leave;
  int64_t *instant;
};

std::vector<Arc> firstEdgesInto(const TaskGraph &graph) {
  std::vector<Arc> tree;
  std::vector<char> has(graph.tasks.size(), 0);
  for (const Edge &edge : graph.edges)
    if (edge.distance == 0 && !has[edge.to]) {
      tree.push_back({edge.from, edge.to});
      has[edge.to] = 1;
    }
  return tree;
}

std::vector<int64_t> sizesByOrder(int64_t count, const std::vector<Arc> &tree) {
  std::vector<int64_t> parent(count, -1), below(count, 1);
  for (const Arc &arc : tree)
    parent[arc.to] = arc.from;
  std::vector<int64_t> order = topologicalOrder(count, tree);
  for (auto task = order.rbegin(); task != order.rend(); ++task)
    if (parent[*task] >= 0)
      below[parent[*task]] += below[*task];
  return below;
}

/// How many tasks are below each in a forest.
void forest(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  std::vector<Arc> tree = firstEdgesInto(graph);
  int64_t count = countNodes(graph);
  alternate(
      state, [&] { return sizesByOrder(count, tree); },
      [&] {
        std::vector<int64_t> enter(count), leave(count);
        int64_t instant = 0;
        Colours colours(count);
        EdgeList<Arc> list{count, tree};
        boost::depth_first_search(Outgoing(list), Clock(enter, leave, instant),
                                  mapOf(colours));
        for (int64_t task = 0; task < count; ++task)
          leave[task] -= enter[task];
        return leave;
      });
}

/// The path from a root down to the task that a search is at. Begins and
/// delays count from the root.
class Path {
public:
  Path(const TaskGraph &graph, const std::vector<int64_t> &tree)
      : graph(graph), tree(tree), begin(graph.tasks.size(), 0),
        delays(graph.tasks.size(), 0) {}

  void enter(int64_t task) {
    if (tree[task] >= 0) {
      const Edge &edge = graph.edges[tree[task]];
      begin[task] = begin[edge.from] + graph.tasks[edge.from].time;
      delays[task] = delays[edge.from] + edge.distance;
    }
    tasks.push_back(task);
  }
  void leave() { tasks.pop_back(); }

  /// The shortest stretch down to the last task with more time than `period`.
  std::optional<Stretch> stretchLongerThan(int64_t period) const {
    int64_t last = tasks.back();
    int64_t latest = begin[last] + graph.tasks[last].time - period;
    auto after =
        std::partition_point(tasks.begin(), tasks.end(), [&](int64_t first) {
          return begin[first] < latest;
        });
    if (after == tasks.begin())
      return std::nullopt;
    int64_t first = *(after - 1);
    return Stretch{first, last, delays[last] - delays[first]};
  }

private:
  const TaskGraph &graph;
  const std::vector<int64_t> &tree;
  std::vector<int64_t> tasks, begin, delays;
};

struct StretchFinder : boost::default_dfs_visitor {
  StretchFinder(Path &path, int64_t period, std::vector<Stretch> &found)
      : path(path), period(period), found(found) {}

  template <typename Tree> void discover_vertex(int64_t task, const Tree &) {
    path.enter(task);
    if (std::optional<Stretch> stretch = path.stretchLongerThan(period))
      found.push_back(*stretch);
  }
  template <typename Tree> void finish_vertex(int64_t, const Tree &) {
    path.leave();
  }

  Path &path;
  int64_t period;
  std::vector<Stretch> &found;
};

std::vector<Stretch> boostStretches(const TaskGraph &graph,
                                    const std::vector<int64_t> &tree,
                                    int64_t period) {
  // From the last task to the first: the order in which stretches are found.
  std::vector<Arc> arcs;
  std::vector<int64_t> roots;
  for (int64_t task = graph.tasks.size() - 1; task >= 0; --task) {
    if (tree[task] < 0)
      roots.push_back(task);
    else
      arcs.push_back({graph.edges[tree[task]].from, task});
  }
  EdgeList<Arc> list{static_cast<int64_t>(graph.tasks.size()), arcs};
  Outgoing below(list);
  std::vector<boost::default_color_type> colours(graph.tasks.size());
  Path path(graph, tree);
  std::vector<Stretch> found;
  for (int64_t root : roots)
    boost::depth_first_visit(
        below, root, StretchFinder(path, period, found),
        boost::make_iterator_property_map(colours.begin(), IndexMap()));
  return found;
}

/// The stretches of a tree of longest paths that are longer than a period.
void stretches(benchmark::State &state) {
  TaskGraph graph = makeShape(state);
  std::vector<int64_t> tree =
      longestPathTree(graph, Retiming(graph.tasks.size(), 0));
  auto equal = [](const std::vector<Stretch> &a,
                  const std::vector<Stretch> &b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Stretch &x, const Stretch &y) {
                        return x.first == y.first && x.last == y.last &&
                               x.delays == y.delays;
                      });
  };
  alternate(
      state, [&] { return stretchesLongerThan(graph, tree, 5000); },
      [&] { return boostStretches(graph, tree, 5000); }, equal);
}

} // namespace

BENCHMARK(acyclic)->Apply(onAllShapes);
BENCHMARK(clockPeriodOf)->Apply(onAllShapes);
BENCHMARK(adjacency)->Apply(onAllShapes);
BENCHMARK(reachability)->Apply(onAllShapes);
BENCHMARK(parentCycles)->Apply(onAllShapes);
BENCHMARK(forest)->Apply(onAllShapes);
BENCHMARK(stretches)->Apply(onAllShapes);
