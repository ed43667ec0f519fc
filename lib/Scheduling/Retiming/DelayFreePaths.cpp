//===- DelayFreePaths.cpp - Paths that exceed a period --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DelayFreePaths.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>

namespace layerpipe::scheduling {

std::vector<int64_t> longestPathTree(const TaskGraph &graph,
                                     const Retiming &retiming) {
  std::vector<int64_t> distances = retimedDistances(graph, retiming);
  Adjacency out = outgoingEdges(graph);
  std::vector<int64_t> into(graph.tasks.size(), -1), end;
  for (const Task &task : graph.tasks)
    end.push_back(task.time);
  for (int64_t task :
       topologicalOrder(graph.tasks.size(), delayFreeArcs(graph, distances))) {
    for (int64_t index : out.of(task)) {
      int64_t to = graph.edges[index].to;
      int64_t later = end[task] + graph.tasks[to].time;
      if (distances[index] != 0 || (into[to] >= 0 && later <= end[to]))
        continue;
      into[to] = index;
      end[to] = later;
    }
  }
  return into;
}

std::vector<Stretch> stretchesLongerThan(const TaskGraph &graph,
                                         const std::vector<int64_t> &tree,
                                         int64_t period) {
  int64_t tasks = graph.tasks.size();
  Adjacency below(tasks + 1, tasks, [&](int64_t task) {
    return tree[task] < 0 ? tasks : graph.edges[tree[task]].from;
  });
  std::vector<Stretch> found;
  // The walk is depth first. `path` leads from the root down to the task;
  // begin, end and delays count from the root.
  std::vector<int64_t> path, depth(tasks, 0), begin(tasks, 0), delays(tasks, 0);
  std::vector<int64_t> waiting(below.of(tasks).begin(), below.of(tasks).end());
  while (!waiting.empty()) {
    int64_t task = waiting.back();
    waiting.pop_back();
    if (tree[task] >= 0) {
      const Edge &edge = graph.edges[tree[task]];
      depth[task] = depth[edge.from] + 1;
      begin[task] = begin[edge.from] + graph.tasks[edge.from].time;
      delays[task] = delays[edge.from] + edge.distance;
    }
    path.resize(depth[task]);
    path.push_back(task);
    for (int64_t child : below.of(task))
      waiting.push_back(child);
    // These tasks begin more than a period before this one ends.
    int64_t latest = begin[task] + graph.tasks[task].time - period;
    auto after =
        std::partition_point(path.begin(), path.end(), [&](int64_t first) {
          return begin[first] < latest;
        });
    if (after == path.begin())
      continue;
    int64_t first = *(after - 1);
    found.push_back({first, task, delays[task] - delays[first]});
  }
  return found;
}

} // namespace layerpipe::scheduling
