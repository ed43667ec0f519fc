//===- PeriodFeasibility.cpp - Whether a clock period can be had ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the sweeps of labels, the rings of labels, and the closed walk
// of a contradiction.
//
//===----------------------------------------------------------------------===//

#include "PeriodFeasibility.h"

#include "layerpipe/Scheduling/Model/BoostGraph.h"
#include "layerpipe/Scheduling/Model/Fraction.h"

#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <unordered_set>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// Returns the cycles of the graph node → parent(node), where −1 is no parent.
/// Each begins with the node at which it was entered and follows the parents.
std::vector<std::vector<int64_t>>
parentCycles(int64_t nodes, const std::function<int64_t(int64_t)> &parent) {
  std::vector<std::vector<int64_t>> cycles;
  std::vector<int64_t> visitor(nodes, -1);
  for (int64_t root = 0; root < nodes; ++root) {
    int64_t node = root;
    while (node >= 0 && visitor[node] < 0) {
      visitor[node] = root;
      node = parent(node);
    }
    if (node < 0 || visitor[node] != root)
      continue;
    std::vector<int64_t> cycle{node};
    for (int64_t at = parent(node); at != node; at = parent(at))
      cycle.push_back(at);
    cycles.push_back(std::move(cycle));
  }
  return cycles;
}

/// Returns one round of a walk that goes round and round.
std::vector<int64_t> oneRound(std::vector<int64_t> walk) {
  // Each prefix has here the length of its longest proper prefix that is also a
  // suffix.
  std::vector<size_t> border(walk.size(), 0);
  for (size_t i = 1; i < walk.size(); ++i) {
    size_t length = border[i - 1];
    while (length > 0 && walk[i] != walk[length])
      length = border[length - 1];
    border[i] = length + (walk[i] == walk[length]);
  }
  size_t round = walk.size() - border.back();
  if (walk.size() % round == 0)
    walk.resize(round);
  return walk;
}

} // namespace

//===----------------------------------------------------------------------===//
// LabelRing
//===----------------------------------------------------------------------===//

LabelRing::LabelRing(const TaskGraph &graph, const std::vector<int64_t> &walk)
    : time{graph.tasks[graph.edges[walk.front()].from].time}, sum{0} {
  for (int64_t edge : walk) {
    time.push_back(graph.tasks[graph.edges[edge].to].time);
    sum.push_back(sum.back() + time.back());
    delays += graph.edges[edge].distance;
  }
}

PeriodLabel LabelRing::round(PeriodLabel label, int64_t period) const {
  size_t place = 0;
  int64_t cuts = 0;
  while (true) {
    auto next = std::upper_bound(sum.begin() + place + 1, sum.end(),
                                 period - label.end + sum[place]);
    if (next == sum.end())
      break;
    place = next - sum.begin();
    label.end = time[place];
    ++cuts;
  }
  return {label.lag + cuts - delays, label.end + sum.back() - sum[place]};
}

std::optional<PeriodLabel> LabelRing::rest(PeriodLabel label,
                                           int64_t period) const {
  if (Wide(sum.back()) > Wide(period) * delays)
    return std::nullopt;
  std::unordered_set<int64_t> ends;
  while (true) {
    PeriodLabel next = round(label, period);
    if (next <= label)
      return label;
    // The end is the same at a greater lag, and so it goes on.
    if (!ends.insert(next.end).second)
      return std::nullopt;
    label = next;
  }
}

int64_t LabelRing::shortestPeriod(int64_t low, int64_t high) const {
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (rest({0, time.front()}, middle))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

//===----------------------------------------------------------------------===//
// PeriodFeasibility
//===----------------------------------------------------------------------===//

PeriodFeasibility::PeriodFeasibility(const TaskGraph &graph)
    : graph(graph), out(graph),
      order(topologicalOrder(graph.tasks.size(),
                             delayFreeArcs(graph, distancesOf(graph)))) {}

Retiming PeriodFeasibility::retiming() const {
  Retiming lags;
  for (const PeriodLabel &label : labels)
    lags.push_back(label.lag);
  return lags;
}

void PeriodFeasibility::reset(const Retiming &start) {
  int64_t tasks = graph.tasks.size();
  labels.clear();
  for (int64_t task = 0; task < tasks; ++task)
    labels.push_back({start[task], graph.tasks[task].time});
  pushedBy.assign(tasks, -1);
  origin.resize(tasks);
  std::iota(origin.begin(), origin.end(), 0);
  raisedBy.assign(tasks, -1);
  changed.assign(tasks, 1);
}

/// Returns the label that the edge demands of its reader.
PeriodLabel PeriodFeasibility::pushed(int64_t index) const {
  const Edge &edge = graph.edges[index];
  int64_t time = graph.tasks[edge.to].time;
  const PeriodLabel &from = labels[edge.from];
  if (from.end + time > period)
    return {from.lag - edge.distance + 1, time};
  return {from.lag - edge.distance, from.end + time};
}

/// Raises the label of the edge's reader to what its producer's label demands.
void PeriodFeasibility::push(int64_t index) {
  const Edge &edge = graph.edges[index];
  PeriodLabel label = pushed(index);
  bool tooLong = labels[edge.from].end + graph.tasks[edge.to].time > period;
  if (label <= labels[edge.to])
    return;
  if (label.lag > labels[edge.to].lag)
    raisedBy[edge.to] = tooLong ? origin[edge.from] : edge.from;
  origin[edge.to] = tooLong ? edge.to : origin[edge.from];
  labels[edge.to] = label;
  pushedBy[edge.to] = index;
  changed[edge.to] = 1;
}

/// Pushes along all edges of changed labels once; returns whether any label may
/// still push others.
bool PeriodFeasibility::sweep(Deadline &deadline) {
  bool any = false;
  for (int64_t task : order) {
    if (!changed[task])
      continue;
    if (deadline.passed())
      return true;
    changed[task] = 0;
    any = true;
    for (int64_t index : out.edgesFrom(task))
      push(index);
  }
  return any;
}

/// Returns the path with the fewest delays, and of these the one with the most
/// time. There must be one.
std::vector<int64_t> PeriodFeasibility::pathBetween(int64_t from,
                                                    int64_t to) const {
  constexpr int64_t far = std::numeric_limits<int64_t>::max();
  std::vector<int64_t> delays(graph.tasks.size());
  auto distances = boost::make_function_property_map<int64_t>(
      [&](int64_t index) { return graph.edges[index].distance; });
  boost::dijkstra_shortest_paths_no_color_map(
      out, from,
      boost::weight_map(distances).distance_map(
          boost::make_iterator_property_map(delays.begin(), IndexMap())));
  // Edges that lie on such paths form no cycle: delays grow along them, or
  // stay, and then the topological order grows.
  // An item has delays and a place in the order.
  std::vector<std::pair<int64_t, int64_t>> sorted;
  for (size_t place = 0; place < order.size(); ++place)
    if (delays[order[place]] != far)
      sorted.push_back({delays[order[place]], place});
  std::sort(sorted.begin(), sorted.end());
  std::vector<int64_t> time(graph.tasks.size(), -1), last(time);
  time[from] = graph.tasks[from].time;
  for (auto [distance, place] : sorted) {
    int64_t task = order[place];
    if (time[task] < 0)
      continue;
    for (int64_t index : out.edgesFrom(task)) {
      const Edge &edge = graph.edges[index];
      int64_t end = time[task] + graph.tasks[edge.to].time;
      if (distance + edge.distance != delays[edge.to] || end <= time[edge.to])
        continue;
      time[edge.to] = end;
      last[edge.to] = index;
    }
  }
  std::vector<int64_t> path;
  for (int64_t at = to; at != from; at = graph.edges[last[at]].from)
    path.push_back(last[at]);
  std::reverse(path.begin(), path.end());
  return path;
}

/// Finds a cycle of raises, which contradicts itself: each raise was strict, so
/// the constraints around the cycle ask a lag to exceed itself, as in
/// Bellman–Ford.
bool PeriodFeasibility::findContradiction() {
  std::vector<std::vector<int64_t>> cycles =
      parentCycles(labels.size(), [&](int64_t task) { return raisedBy[task]; });
  if (cycles.empty())
    return false;
  std::vector<int64_t> &cycle = cycles.front();
  std::reverse(cycle.begin(), cycle.end());
  std::vector<int64_t> walk;
  // The raises mostly lead round one ring many times, and once is enough.
  std::vector<int64_t> firstVisit(labels.size(), -1);
  for (size_t i = 0; i < cycle.size(); ++i) {
    bool closed = false;
    for (int64_t edge : pathBetween(cycle[i], cycle[(i + 1) % cycle.size()])) {
      int64_t &visit = firstVisit[graph.edges[edge].from];
      if (visit < 0)
        visit = walk.size();
      else if (!std::exchange(closed, true) &&
               rulesOut({walk.begin() + visit, walk.end()}))
        return true;
      walk.push_back(edge);
    }
  }
  conflicting = oneRound(std::move(walk));
  return true;
}

/// Returns whether the closed walk is too long for the period, and keeps it if
/// so.
bool PeriodFeasibility::rulesOut(std::vector<int64_t> walk) {
  int64_t first = graph.edges[walk.front()].from;
  if (LabelRing(graph, walk).rest({0, graph.tasks[first].time}, period))
    return false;
  conflicting = std::move(walk);
  return true;
}

/// Returns the rings of edges that pushed last, each in the order of its edges.
std::vector<std::vector<int64_t>> PeriodFeasibility::findRings() const {
  std::vector<std::vector<int64_t>> rings =
      parentCycles(labels.size(), [&](int64_t task) {
        return pushedBy[task] < 0 ? -1 : graph.edges[pushedBy[task]].from;
      });
  for (std::vector<int64_t> &ring : rings) {
    for (int64_t &task : ring)
      task = pushedBy[task];
    std::reverse(ring.begin(), ring.end());
  }
  return rings;
}

/// Raises `lags` to where the ring comes to rest; returns false if it never
/// does.
bool PeriodFeasibility::followRing(const std::vector<int64_t> &ring,
                                   Retiming &lags) {
  int64_t first = graph.edges[ring.front()].from;
  std::optional<PeriodLabel> label =
      LabelRing(graph, ring).rest(labels[first], period);
  if (!label) {
    conflicting = ring;
    return false;
  }
  lags[first] = std::max(lags[first], label->lag);
  for (int64_t index : ring) {
    const Edge &edge = graph.edges[index];
    label->lag -= edge.distance;
    label->end += graph.tasks[edge.to].time;
    if (label->end > period)
      *label = {label->lag + 1, graph.tasks[edge.to].time};
    lags[edge.to] = std::max(lags[edge.to], label->lag);
  }
  return true;
}

/// Starts again from greater lags where rings raise any; returns false if a
/// ring rules the period out.
bool PeriodFeasibility::followRings() {
  Retiming lags = retiming();
  for (const std::vector<int64_t> &ring : findRings())
    if (!followRing(ring, lags))
      return false;
  if (lags != retiming())
    reset(lags);
  return true;
}

PeriodFeasibility::Verdict PeriodFeasibility::run(int64_t candidate,
                                                  const Retiming &start,
                                                  Deadline &deadline) {
  period = candidate;
  reset(start);
  // Without a cycle of raises lags stay below start + |V|, and within a lag
  // labels only grow up to the period, so the sweeps end. Starting again
  // forgets raises, so it must not go on for ever.
  constexpr int64_t mostFollowed = 1000;
  for (int64_t followed = 0; sweep(deadline); ++followed) {
    if (deadline.passed())
      return Verdict::out_of_time;
    if (followed < mostFollowed && !followRings())
      return Verdict::infeasible;
    if (findContradiction())
      return Verdict::infeasible;
  }
  return Verdict::feasible;
}

} // namespace layerpipe::scheduling
