//===- StorageRetiming.cpp - Retiming for the least storage ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The flow, and the rounds in which a period's paths are added to it: those
// that the last answer leaves without a delay though they are too long.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/StorageRetiming.h"

#include "GraphOrder.h"
#include "StorageFlow.h"

#include <algorithm>
#include <limits>

namespace layerpipe::scheduling {
namespace {

/// The longest paths without a delay, as a tree, and the shortest of their
/// stretches that exceed a period.
class LongPaths {
public:
  LongPaths(const TaskGraph &graph, const Retiming &retiming);

  const std::vector<int64_t> &tree() const { return into; }
  /// One path to each task that ends after the period: the least stretch of
  /// the tree's that does, as first and last task.
  std::vector<Arc> longerThan(int64_t period) const;

private:
  const TaskGraph &graph;
  std::vector<int64_t> order;
  std::vector<int64_t> into;
  std::vector<int64_t> end;
};

LongPaths::LongPaths(const TaskGraph &graph, const Retiming &retiming)
    : graph(graph), into(graph.tasks.size(), -1) {
  std::vector<int64_t> distances = retimedDistances(graph, retiming);
  order = topologicalOrder(graph.tasks.size(), delayFreeArcs(graph, distances));
  Adjacency out = outgoingEdges(graph);
  for (const Task &task : graph.tasks)
    end.push_back(task.time);
  for (int64_t task : order) {
    for (int64_t index : out.of(task)) {
      int64_t to = graph.edges[index].to;
      int64_t later = end[task] + graph.tasks[to].time;
      if (distances[index] != 0 || (into[to] >= 0 && later <= end[to]))
        continue;
      into[to] = index;
      end[to] = later;
    }
  }
}

std::vector<Arc> LongPaths::longerThan(int64_t period) const {
  int64_t tasks = graph.tasks.size();
  Adjacency below(tasks + 1, tasks, [&](int64_t task) {
    return into[task] < 0 ? tasks : graph.edges[into[task]].from;
  });
  std::vector<Arc> found;
  // Depth first, the path from the root down on a stack.
  std::vector<int64_t> path, depth(tasks, 0), waiting;
  for (int64_t root : below.of(tasks))
    waiting.push_back(root);
  while (!waiting.empty()) {
    int64_t task = waiting.back();
    waiting.pop_back();
    if (into[task] >= 0)
      depth[task] = depth[graph.edges[into[task]].from] + 1;
    path.resize(depth[task]);
    path.push_back(task);
    for (int64_t child : below.of(task))
      waiting.push_back(child);
    if (end[task] <= period)
      continue;
    // The last task on the path that begins more than a period before the end.
    auto after =
        std::partition_point(path.begin(), path.end(), [&](int64_t first) {
          return end[task] - end[first] + graph.tasks[first].time > period;
        });
    found.push_back({*(after - 1), task});
  }
  return found;
}

/// A deadline looks at the clock once in so many calls, and rounds are long.
bool isOver(Deadline &deadline) {
  bool over = false;
  for (int call = 0; call < 256; ++call)
    over |= deadline.passed();
  return over;
}

StorageRetiming makeAnswer(const TaskGraph &graph,
                           const StorageOptions &options, Retiming retiming,
                           const StorageFlow &network,
                           std::vector<std::vector<int64_t>> trees) {
  StorageRetiming answer;
  answer.storage = storageOf(graph, retiming, options.byEdge);
  answer.retiming = std::move(retiming);
  answer.lowerBound = network.optimum();
  answer.flow = network.flow();
  answer.flow.trees = std::move(trees);
  answer.proof =
      answer.storage == answer.lowerBound ? Proof::optimal : Proof::out_of_time;
  return answer;
}

/// Inputs as late as needed: at the least of their lags.
void joinInputs(const TaskGraph &graph, Retiming &retiming) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].kind == TaskKind::input)
      least = std::min(least, retiming[task]);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].kind == TaskKind::input)
      retiming[task] = least;
}

} // namespace

Result<StorageRetiming> minimumStorageRetiming(const TaskGraph &graph,
                                               const StorageOptions &options,
                                               const Limits &limits) {
  if (Status status = check(graph); !status)
    return status;
  Deadline deadline(limits);
  StorageFlow network(graph, options);
  if (Status status = network.checkSize(); !status)
    return status;
  Retiming fallback;
  if (options.period) {
    Result<Retiming> feasible = retimeToPeriod(graph, *options.period, limits);
    if (!feasible)
      return feasible.error();
    fallback = std::move(*feasible);
    if (options.inputsTogether)
      joinInputs(graph, fallback);
  }
  std::vector<std::vector<int64_t>> trees;
  while (true) {
    Retiming retiming = network.solve();
    if (!options.period)
      return makeAnswer(graph, options, std::move(retiming), network, {});
    LongPaths paths(graph, retiming);
    std::vector<Arc> found = paths.longerThan(*options.period);
    if (found.empty())
      return makeAnswer(graph, options, std::move(retiming), network,
                        std::move(trees));
    if (isOver(deadline))
      return makeAnswer(graph, options, std::move(fallback), network,
                        std::move(trees));
    for (const Arc &path : found) {
      StorageProof::Path stretch;
      stretch.tree = trees.size();
      stretch.first = path.from;
      stretch.last = path.to;
      // No delay is left on it, so the lags tell how many there were.
      network.addPath(stretch, retiming[path.from] - retiming[path.to]);
    }
    trees.push_back(paths.tree());
  }
}

} // namespace layerpipe::scheduling
