//===- MinimumPeriod.cpp - Retiming for the shortest clock period ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FEAS in its label form. The label of a task is its lag and, within that lag,
// when it ends; an edge pushes its reader's label up, and a task that would
// end after the period moves to the next lag. The least labels are a retiming
// of that period, or they grow for ever, which a cycle of causes proves.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Retiming.h"

#include "GraphOrder.h"

#include <algorithm>
#include <compare>

namespace layerpipe::scheduling {
namespace {

struct Label {
  int64_t lag = 0;
  int64_t end = 0;
  auto operator<=>(const Label &) const = default;
};

enum class Verdict { feasible, infeasible, unknown };

/// Tests one period after the other on the same graph.
class PeriodTest {
public:
  explicit PeriodTest(const TaskGraph &graph)
      : graph(graph), out(outgoingEdges(graph)),
        order(topologicalOrder(graph.tasks.size(),
                               delayFreeArcs(graph, distancesOf(graph)))) {}

  Verdict run(int64_t period);
  /// After a feasible run.
  Retiming retiming() const {
    Retiming lags;
    for (const Label &label : labels)
      lags.push_back(label.lag);
    return lags;
  }

private:
  /// The least label of the edge's reader, given its producer's. Monotone, and
  /// it commutes with adding to the lag.
  Label push(const Edge &edge, Label from) const {
    int64_t time = graph.tasks[edge.to].time;
    Label label{from.lag - edge.distance, from.end + time};
    return label.end > period ? Label{label.lag + 1, time} : label;
  }
  bool sweep();
  bool growsForEver() const;
  bool cycleGrows(int64_t task) const;

  const TaskGraph &graph;
  Adjacency out;
  std::vector<int64_t> order;
  int64_t period = 0;
  std::vector<Label> labels;
  /// The edge that set a task's label, or −1.
  std::vector<int64_t> cause;
  std::vector<char> changed;
};

bool PeriodTest::sweep() {
  bool any = false;
  for (int64_t task : order) {
    if (!changed[task])
      continue;
    changed[task] = 0;
    for (int64_t index : out.of(task)) {
      const Edge &edge = graph.edges[index];
      Label label = push(edge, labels[task]);
      if (label <= labels[edge.to])
        continue;
      labels[edge.to] = label;
      cause[edge.to] = index;
      changed[edge.to] = 1;
      any = true;
    }
  }
  return any;
}

/// Follows the cycle of causes through `task`, round after round. A round that
/// returns with a higher lag and no earlier end can be repeated for ever.
bool PeriodTest::cycleGrows(int64_t task) const {
  std::vector<int64_t> cycle;
  int64_t at = task;
  do {
    cycle.push_back(cause[at]);
    at = graph.edges[cause[at]].from;
  } while (at != task);
  std::reverse(cycle.begin(), cycle.end());
  constexpr int rounds = 8;
  Label label = labels[task];
  for (int round = 0; round < rounds; ++round) {
    for (int64_t index : cycle)
      label = push(graph.edges[index], label);
    if (label.lag > labels[task].lag && label.end >= labels[task].end)
      return true;
  }
  return false;
}

bool PeriodTest::growsForEver() const {
  std::vector<int64_t> visitor(labels.size(), -1);
  for (int64_t root = 0; root < static_cast<int64_t>(labels.size()); ++root) {
    int64_t task = root;
    while (visitor[task] < 0 && cause[task] >= 0) {
      visitor[task] = root;
      task = graph.edges[cause[task]].from;
    }
    if (cause[task] >= 0 && visitor[task] == root && cycleGrows(task))
      return true;
  }
  return false;
}

Verdict PeriodTest::run(int64_t candidate) {
  period = candidate;
  int64_t tasks = graph.tasks.size();
  labels.clear();
  for (const Task &task : graph.tasks)
    labels.push_back({0, task.time});
  cause.assign(tasks, -1);
  changed.assign(tasks, 1);
  // Leiserson and Saxe: the least lags of a feasible period are below |V|, and
  // each sweep that changes something without a growing cycle raises one. The
  // limit bounds the time on large graphs.
  constexpr int64_t maxSteps = int64_t(1) << 29;
  int64_t sweeps =
      std::max<int64_t>(maxSteps / (tasks + graph.edges.size() + 1), 16);
  for (int64_t i = 0; i < sweeps; ++i) {
    if (!sweep())
      return Verdict::feasible;
    if (growsForEver())
      return Verdict::infeasible;
  }
  return Verdict::unknown;
}

} // namespace

int64_t clockPeriod(const TaskGraph &graph,
                    const std::vector<int64_t> &distances) {
  std::vector<int64_t> order =
      topologicalOrder(graph.tasks.size(), delayFreeArcs(graph, distances));
  Adjacency out = outgoingEdges(graph);
  std::vector<int64_t> end;
  for (const Task &task : graph.tasks)
    end.push_back(task.time);
  int64_t period = 0;
  for (int64_t task : order) {
    period = std::max(period, end[task]);
    for (int64_t index : out.of(task)) {
      int64_t to = graph.edges[index].to;
      if (distances[index] == 0)
        end[to] = std::max(end[to], end[task] + graph.tasks[to].time);
    }
  }
  return period;
}

Result<PeriodRetiming> minimumPeriodRetiming(const TaskGraph &graph) {
  if (Status status = check(graph); !status)
    return status;
  PeriodRetiming best;
  best.retiming.assign(graph.tasks.size(), 0);
  best.period = clockPeriod(graph, distancesOf(graph));
  for (const Task &task : graph.tasks)
    best.lowerBound = std::max(best.lowerBound, task.time);

  PeriodTest test(graph);
  int64_t low = best.lowerBound;
  bool proven = true;
  while (low < best.period) {
    int64_t middle = low + (best.period - low) / 2;
    Verdict verdict = test.run(middle);
    if (verdict == Verdict::feasible) {
      best.retiming = test.retiming();
      best.period = clockPeriod(graph, retimedDistances(graph, best.retiming));
      continue;
    }
    low = middle + 1;
    proven &= verdict == Verdict::infeasible;
    if (proven)
      best.lowerBound = low;
  }
  return best;
}

} // namespace layerpipe::scheduling
