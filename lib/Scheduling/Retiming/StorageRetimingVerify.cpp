//===- StorageRetimingVerify.cpp - Checks storage and its proof -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weak duality is checked anew: the flow is balanced, none of it is negative,
// each of its paths is a path that is too long, and it adds up to the bound.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"
#include "layerpipe/Scheduling/Retiming/StorageRetiming.h"

#include "layerpipe/Scheduling/Model/BoostGraph.h"

#include <boost/graph/depth_first_search.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// Returns whether a flow is not negative, and not so large that sums of
/// products could overflow. Every sum of bytes is within this.
bool inRange(Wide flow) { return flow >= 0 && flow <= Wide(1) << 80; }

/// This is a forest of edges, each task below the one that its edge comes from.
class Forest {
public:
  /// Makes the forest; fails unless `into` is a forest of the graph.
  static Result<Forest> make(const TaskGraph &graph,
                             const std::vector<int64_t> &into);

  bool isAbove(int64_t first, int64_t last) const {
    return enter[first] <= enter[last] && leave[last] <= leave[first];
  }

  /// These count from the root down to the task, and include it.
  std::vector<Wide> time, distance;

private:
  struct Surveyor;

  /// A search from the roots down counts the tasks that it enters. These are
  /// its counts when it entered each task, and when it had been through all
  /// below.
  std::vector<int64_t> enter, leave;
};

/// This visitor measures every task that a search from the roots down enters.
struct Forest::Surveyor : boost::default_dfs_visitor {
  Surveyor(const TaskGraph &graph, const std::vector<int64_t> &into,
           Forest &forest, int64_t &entered)
      : graph(graph), into(into), forest(forest), entered(entered) {}

  template <typename Tree> void discover_vertex(int64_t task, const Tree &) {
    forest.enter[task] = entered++;
    forest.time[task] = graph.tasks[task].time;
    if (into[task] < 0)
      return;
    const Edge &edge = graph.edges[into[task]];
    forest.time[task] += forest.time[edge.from];
    forest.distance[task] = forest.distance[edge.from] + edge.distance;
  }
  template <typename Tree> void finish_vertex(int64_t task, const Tree &) {
    forest.leave[task] = entered;
  }

  const TaskGraph &graph;
  const std::vector<int64_t> &into;
  Forest &forest;
  int64_t &entered;
};

Result<Forest> Forest::make(const TaskGraph &graph,
                            const std::vector<int64_t> &into) {
  int64_t tasks = graph.tasks.size(), edges = graph.edges.size();
  if (into.size() != graph.tasks.size())
    return Error{fmt::format("a tree of the flow has {} entries for {} tasks",
                             into.size(), tasks)};
  std::vector<Arc> arcs;
  for (int64_t task = 0; task < tasks; ++task) {
    if (into[task] == -1)
      continue;
    if (into[task] < 0 || into[task] >= edges ||
        graph.edges[into[task]].to != task)
      return Error{fmt::format("a tree of the flow has no edge into {}",
                               describeTask(graph, task))};
    arcs.push_back({graph.edges[into[task]].from, task});
  }
  Forest forest;
  forest.time.resize(tasks);
  forest.distance.resize(tasks);
  forest.enter.resize(tasks);
  forest.leave.resize(tasks);
  EdgeList<Arc> list{tasks, arcs};
  Outgoing trees(list);
  std::vector<boost::default_color_type> colours(tasks);
  int64_t entered = 0;
  for (int64_t root = 0; root < tasks; ++root)
    if (into[root] < 0)
      boost::depth_first_visit(
          trees, root, Surveyor(graph, into, forest, entered),
          boost::make_iterator_property_map(colours.begin(), IndexMap()));
  // No task has two edges into it, so no root leads to a cycle.
  if (entered != tasks)
    return Error{"a tree of the flow has a cycle"};
  return forest;
}

/// Sums what the flow brings to each variable and what it proves.
class FlowCheck {
public:
  FlowCheck(const TaskGraph &graph, const StorageOptions &options)
      : graph(graph), options(options), toTask(graph.tasks.size(), 0),
        toValue(graph.values.size(), 0) {}

  Status add(const StorageProof &flow);
  Status checkBalance() const;
  Wide bound() const { return proven; }

private:
  Status addEdges(const StorageProof &flow);
  Status addPaths(const StorageProof &flow);

  const TaskGraph &graph;
  const StorageOptions &options;
  std::vector<Wide> toTask, toValue;
  Wide proven = 0;
};

Status FlowCheck::addEdges(const StorageProof &flow) {
  size_t edges = graph.edges.size();
  if (flow.edges.size() != edges)
    return Error{
        fmt::format("the flow has {} edges for {}", flow.edges.size(), edges)};
  if (flow.readers.size() != (options.byEdge ? 0 : edges))
    return Error{fmt::format("the flow has {} readers for {} edges{}",
                             flow.readers.size(), edges,
                             options.byEdge ? " counted by edge" : "")};
  for (size_t index = 0; index < edges; ++index) {
    const Edge &edge = graph.edges[index];
    Wide along = flow.edges[index];
    Wide reads = options.byEdge ? 0 : flow.readers[index];
    if (!inRange(along) || !inRange(reads))
      return Error{fmt::format("the flow at edge {} is negative or too large",
                               describeEdge(graph, index))};
    toTask[edge.to] += along - reads;
    toTask[edge.from] -= along;
    toValue[edge.value] += reads;
    proven += edge.distance * (reads - along);
    if (options.byEdge)
      proven += Wide(graph.values[edge.value].bytes) * edge.distance;
  }
  return Status::success();
}

Status FlowCheck::addPaths(const StorageProof &flow) {
  if (!options.period && !flow.paths.empty())
    return Error{"the flow has paths without a period that they exceed"};
  std::vector<Forest> forests;
  for (const std::vector<int64_t> &tree : flow.trees) {
    Result<Forest> forest = Forest::make(graph, tree);
    if (!forest)
      return forest.error();
    forests.push_back(std::move(*forest));
  }
  int64_t tasks = graph.tasks.size();
  for (const StorageProof::Path &path : flow.paths) {
    if (path.tree < 0 || path.tree >= static_cast<int64_t>(forests.size()) ||
        path.first < 0 || path.first >= tasks || path.last < 0 ||
        path.last >= tasks)
      return Error{"a path of the flow names no tree or no task"};
    const Forest &forest = forests[path.tree];
    std::string ends =
        fmt::format("from {} to {}", describeTask(graph, path.first),
                    describeTask(graph, path.last));
    if (!forest.isAbove(path.first, path.last))
      return Error{fmt::format("the flow's tree has no path {}", ends)};
    Wide time = forest.time[path.last] - forest.time[path.first] +
                graph.tasks[path.first].time;
    if (time <= *options.period)
      return Error{
          fmt::format("the flow's path {} fits into the period", ends)};
    if (!inRange(path.flow))
      return Error{fmt::format("the flow on the path {} is negative or too "
                               "large",
                               ends)};
    Wide delays = forest.distance[path.last] - forest.distance[path.first];
    toTask[path.last] += path.flow;
    toTask[path.first] -= path.flow;
    proven += (1 - delays) * path.flow;
  }
  return Status::success();
}

Status FlowCheck::add(const StorageProof &flow) {
  if (Status status = addEdges(flow); !status)
    return status;
  return addPaths(flow);
}

/// Checks that what flows into a variable is its factor in the storage. Inputs
/// that keep together are one variable.
Status FlowCheck::checkBalance() const {
  std::vector<Wide> factor(graph.tasks.size(), 0);
  std::vector<char> read(graph.values.size(), 0);
  for (const Edge &edge : graph.edges) {
    Wide bytes = graph.values[edge.value].bytes;
    if (options.byEdge)
      factor[edge.to] += bytes;
    if (options.byEdge || !read[edge.value])
      factor[edge.from] -= bytes;
    read[edge.value] = 1;
  }
  Wide inputs = 0;
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    Wide excess = toTask[task] - factor[task];
    if (options.inputsTogether && graph.tasks[task].kind == TaskKind::input)
      inputs += excess;
    else if (excess != 0)
      return Error{fmt::format("the flow is not balanced at task {}",
                               describeTask(graph, task))};
  }
  if (inputs != 0)
    return Error{"the flow is not balanced at the inputs"};
  for (size_t value = 0; value < graph.values.size(); ++value) {
    bool counts = !options.byEdge && read[value];
    if (toValue[value] != (counts ? graph.values[value].bytes : 0))
      return Error{fmt::format("the flow is not balanced at value '{}'",
                               graph.values[value].name)};
  }
  return Status::success();
}

/// Checks that the lags are legal, within the period, and keep inputs together.
Status checkLags(const TaskGraph &graph, const StorageOptions &options,
                 const Retiming &retiming) {
  if (Status status = verify(graph, retiming); !status)
    return status;
  int64_t input = -1;
  for (size_t task = 0; task < graph.tasks.size(); ++task) {
    if (!options.inputsTogether || graph.tasks[task].kind != TaskKind::input)
      continue;
    if (input >= 0 && retiming[task] != retiming[input])
      return Error{fmt::format("inputs {} and {} have lags {} and {}, but they "
                               "are to keep together",
                               describeTask(graph, input),
                               describeTask(graph, task), retiming[input],
                               retiming[task])};
    input = task;
  }
  if (!options.period)
    return Status::success();
  int64_t period = clockPeriod(graph, retimedDistances(graph, retiming));
  if (period > *options.period)
    return Error{fmt::format("the retiming has the period {}; {} is allowed",
                             period, *options.period)};
  return Status::success();
}

} // namespace

Wide storageOf(const TaskGraph &graph, const Retiming &retiming, bool byEdge) {
  std::vector<int64_t> distances = retimedDistances(graph, retiming);
  std::vector<int64_t> longest(graph.values.size(), 0);
  Wide storage = 0;
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    int64_t value = graph.edges[index].value;
    if (byEdge)
      storage += Wide(graph.values[value].bytes) * distances[index];
    longest[value] = std::max(longest[value], distances[index]);
  }
  if (!byEdge)
    for (size_t value = 0; value < graph.values.size(); ++value)
      storage += Wide(graph.values[value].bytes) * longest[value];
  return storage;
}

Status verify(const TaskGraph &graph, const StorageOptions &options,
              const StorageRetiming &answer) {
  if (Status status = check(graph); !status)
    return status;
  if (Status status = checkLags(graph, options, answer.retiming); !status)
    return status;
  if (storageOf(graph, answer.retiming, options.byEdge) != answer.storage)
    return Error{"the retiming stores another number of bytes than is said"};
  FlowCheck flow(graph, options);
  if (Status status = flow.add(answer.flow); !status)
    return status;
  if (Status status = flow.checkBalance(); !status)
    return status;
  if (flow.bound() != answer.lowerBound)
    return Error{"the flow proves another bound than is said"};
  if ((answer.proof == Proof::optimal) != (answer.storage == answer.lowerBound))
    return Error{fmt::format("the storage is said to be {}, which its bound "
                             "does not say",
                             toString(answer.proof))};
  return Status::success();
}

} // namespace layerpipe::scheduling
