//===- MinimumPeriod.cpp - Retiming for the shortest clock period ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FEAS in its label form. The label of a task is its lag and, within that lag,
// when it ends; an edge pushes its reader's label up, and a task that would
// end after the period moves to the next lag. The least labels are a retiming
// of that period, or they grow for ever, which a cycle of raises proves.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Retiming.h"

#include "GraphOrder.h"

#include <algorithm>
#include <compare>
#include <numeric>

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
  bool sweep();
  void push(int64_t index);
  bool hasContradiction() const;

  const TaskGraph &graph;
  Adjacency out;
  std::vector<int64_t> order;
  int64_t period = 0;
  std::vector<Label> labels;
  /// Where the stretch without delays began that ends at a task's label.
  std::vector<int64_t> origin;
  /// The task u whose lag last raised r(v), by r(v) ≥ r(u) − w over an edge or
  /// r(v) ≥ r(u) + 1 − w over a path that is longer than the period; or −1.
  std::vector<int64_t> raisedBy;
  std::vector<char> changed;
};

/// Raises the label of the edge's reader to what its producer's label demands.
void PeriodTest::push(int64_t index) {
  const Edge &edge = graph.edges[index];
  int64_t time = graph.tasks[edge.to].time;
  const Label &from = labels[edge.from];
  Label label{from.lag - edge.distance, from.end + time};
  bool tooLong = label.end > period;
  if (tooLong)
    label = {label.lag + 1, time};
  if (label <= labels[edge.to])
    return;
  if (label.lag > labels[edge.to].lag)
    raisedBy[edge.to] = tooLong ? origin[edge.from] : edge.from;
  origin[edge.to] = tooLong ? edge.to : origin[edge.from];
  labels[edge.to] = label;
  changed[edge.to] = 1;
}

bool PeriodTest::sweep() {
  bool any = false;
  for (int64_t task : order) {
    if (!changed[task])
      continue;
    changed[task] = 0;
    any = true;
    for (int64_t index : out.of(task))
      push(index);
  }
  return any;
}

/// A cycle of raises. Each raise was strict, so the constraints around the
/// cycle ask a lag to exceed itself, as in Bellman–Ford.
bool PeriodTest::hasContradiction() const {
  std::vector<int64_t> visitor(labels.size(), -1);
  for (int64_t root = 0; root < static_cast<int64_t>(labels.size()); ++root) {
    int64_t task = root;
    while (task >= 0 && visitor[task] < 0) {
      visitor[task] = root;
      task = raisedBy[task];
    }
    if (task >= 0 && visitor[task] == root)
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
  origin.resize(tasks);
  std::iota(origin.begin(), origin.end(), 0);
  raisedBy.assign(tasks, -1);
  changed.assign(tasks, 1);
  // Without a cycle of raises lags stay below |V|, and within a lag labels only
  // grow up to the period, so the sweeps end; the limit bounds their time.
  constexpr int64_t maxSteps = int64_t(1) << 26;
  int64_t sweeps =
      std::max<int64_t>(maxSteps / (tasks + graph.edges.size() + 1), 16);
  for (int64_t i = 0; i < sweeps; ++i) {
    if (!sweep())
      return Verdict::feasible;
    if (hasContradiction())
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
