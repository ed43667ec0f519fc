//===- Howard.cpp - Howard's policy iteration -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The policy is one outgoing edge per task. Its best cycle gives a ratio, the
// ratio gives every task a value, and edges that lead to a better value than
// the policy's take their place in it. Suppose that one task lies on two cycles
// of one delay each:
//
//   cycle 1: Σ time 4, chosen by the policy, so that the ratio is 4
//   cycle 2: its edge leads to a value of 6 − 4 = 2 > 0, and takes the place
//   then the ratio is 6, and no edge leads to a better value.
//
//===----------------------------------------------------------------------===//

#include "Howard.h"

#include "layerpipe/Scheduling/Model/Fraction.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

class PolicyIteration {
public:
  PolicyIteration(const TaskGraph &graph,
                  const std::vector<int64_t> &distances);

  std::vector<int64_t> run();

private:
  struct PolicyEdge {
    int64_t from, to, index;
    double time, distance;
  };

  void removeDeadEnds();
  void findBestCycle();
  void closeCycle(int64_t entry);
  void evaluate();
  bool improve();

  double scaledRatio() const {
    return static_cast<double>(ratio.numerator) /
           static_cast<double>(ratio.denominator) /
           static_cast<double>(longest);
  }

  const TaskGraph &graph;
  const std::vector<int64_t> &distances;
  /// Times are divided by this, so that all are at most 1.
  int64_t longest = 1;
  std::vector<PolicyEdge> edges;
  /// Each task has its place in `edges` here; tasks from which no cycle is
  /// reached have −1.
  std::vector<int64_t> policy;
  std::vector<double> value;
  /// This is a task on the policy's best cycle.
  int64_t best = -1;
  Fraction ratio{0, 1};
};

PolicyIteration::PolicyIteration(const TaskGraph &graph,
                                 const std::vector<int64_t> &distances)
    : graph(graph), distances(distances), policy(graph.tasks.size(), -1),
      value(graph.tasks.size(), 0) {
  for (const Task &task : graph.tasks)
    longest = std::max(longest, task.time);
  Adjacency out = outgoingEdges(graph);
  for (int64_t task = 0; task < static_cast<int64_t>(policy.size()); ++task)
    for (int64_t index : out.of(task))
      if (distances[index] >= 0)
        edges.push_back({task, graph.edges[index].to, index,
                         static_cast<double>(graph.tasks[task].time) /
                             static_cast<double>(longest),
                         static_cast<double>(distances[index])});
  removeDeadEnds();
  // Much time under few delays is a good start.
  for (size_t i = 0; i < edges.size(); ++i) {
    int64_t &chosen = policy[edges[i].from];
    if (chosen < 0 || edges[i].distance < edges[chosen].distance)
      chosen = i;
  }
}

/// Leaves only the edges whose ends both reach a cycle.
void PolicyIteration::removeDeadEnds() {
  std::vector<int64_t> left(policy.size(), 0), dead;
  for (const PolicyEdge &edge : edges)
    ++left[edge.from];
  Adjacency into(policy.size(), edges.size(),
                 [&](int64_t edge) { return edges[edge].to; });
  for (size_t task = 0; task < left.size(); ++task)
    if (left[task] == 0)
      dead.push_back(task);
  while (!dead.empty()) {
    int64_t task = dead.back();
    dead.pop_back();
    for (int64_t edge : into.of(task))
      if (--left[edges[edge].from] == 0)
        dead.push_back(edges[edge].from);
  }
  std::erase_if(edges,
                [&](const PolicyEdge &edge) { return left[edge.to] == 0; });
}

/// Keeps the cycle through the task if its ratio is the best so far.
void PolicyIteration::closeCycle(int64_t entry) {
  Fraction found{0, 0};
  int64_t at = entry;
  do {
    found.numerator += graph.tasks[at].time;
    found.denominator += distances[edges[policy[at]].index];
    at = edges[policy[at]].to;
  } while (at != entry);
  if (best >= 0 && found <= ratio)
    return;
  best = entry;
  ratio = found;
}

void PolicyIteration::findBestCycle() {
  best = -1;
  std::vector<int64_t> visitor(policy.size(), -1);
  for (size_t root = 0; root < policy.size(); ++root) {
    if (policy[root] < 0)
      continue;
    int64_t task = root;
    while (visitor[task] < 0) {
      visitor[task] = root;
      task = edges[policy[task]].to;
    }
    if (visitor[task] == static_cast<int64_t>(root))
      closeCycle(task);
  }
}

/// Computes along the policy what a task leads to before the best cycle: time
/// less ratio · distance. Tasks that lead elsewhere keep their values.
void PolicyIteration::evaluate() {
  double scaled = scaledRatio();
  Adjacency into(policy.size(), policy.size(), [&](int64_t task) {
    return policy[task] < 0 ? task : edges[policy[task]].to;
  });
  std::vector<int64_t> waiting{best};
  while (!waiting.empty()) {
    int64_t to = waiting.back();
    waiting.pop_back();
    for (int64_t task : into.of(to)) {
      if (policy[task] < 0 || task == best)
        continue;
      const PolicyEdge &edge = edges[policy[task]];
      value[task] = edge.time - scaled * edge.distance + value[to];
      waiting.push_back(task);
    }
  }
}

/// Takes the edges that lead to a better value than their task's policy does,
/// and returns whether there was any.
bool PolicyIteration::improve() {
  // The tolerance is far above the rounding noise of long paths, which could
  // keep the iteration from ending. The exact proof finds whatever it misses.
  constexpr double tolerance = 1e-7;
  double scaled = scaledRatio();
  bool improved = false;
  for (size_t i = 0; i < edges.size(); ++i) {
    const PolicyEdge &edge = edges[i];
    double better = edge.time - scaled * edge.distance + value[edge.to];
    double gain = better - value[edge.from];
    if (gain <= 0)
      continue;
    improved |= gain > tolerance;
    value[edge.from] = better;
    policy[edge.from] = i;
  }
  return improved;
}

std::vector<int64_t> PolicyIteration::run() {
  if (edges.empty())
    return {};
  // Few rounds are usual, and a guess need not be the best.
  constexpr int mostRounds = 1000;
  for (int round = 0; round < mostRounds; ++round) {
    findBestCycle();
    evaluate();
    if (!improve())
      break;
  }
  findBestCycle();
  std::vector<int64_t> cycle;
  int64_t at = best;
  do {
    cycle.push_back(edges[policy[at]].index);
    at = edges[policy[at]].to;
  } while (at != best);
  return cycle;
}

} // namespace

std::vector<int64_t> proposeCycle(const TaskGraph &graph,
                                  const std::vector<int64_t> &distances) {
  return PolicyIteration(graph, distances).run();
}

} // namespace layerpipe::scheduling
