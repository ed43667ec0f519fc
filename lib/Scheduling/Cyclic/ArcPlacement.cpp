//===- ArcPlacement.cpp - Placing activities without waste ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the arc of a resource and the greedy that extends it, and the
// schedules of one iteration from which placement orders are made.
//
//===----------------------------------------------------------------------===//

#include "ArcPlacement.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <set>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// This is what one resource does in a period: a contiguous stretch of the
/// circle, with holes that later activities may fill.
class BusyArc {
public:
  BusyArc(int64_t period, int64_t load) : period(period), unplaced(load) {}

  /// Returns the earliest time ≥ ready at which an activity of this duration
  /// fits such that everything unplaced still fits, and occupies it.
  Wide place(Wide ready, int64_t duration);

private:
  struct Hole {
    int64_t begin = 0;
    int64_t length = 0;
  };

  int64_t wrap(Wide value) const {
    return static_cast<int64_t>(value - floorDiv(value, period) * period);
  }
  Wide inHole(Wide ready, int64_t duration, size_t &hole) const;
  Wide atBoundary(Wide ready) const;
  void fill(size_t hole, Wide time, int64_t duration);
  void append(Wide time, int64_t duration);
  void addHole(Hole hole);
  void mark(Wide time, int64_t duration) {
    boundaries.insert(wrap(time));
    boundaries.insert(wrap(time + duration));
  }

  static constexpr Wide never = Wide(1) << 120;

  int64_t period;
  int64_t unplaced;
  int64_t begin = 0;
  int64_t length = 0;
  std::vector<Hole> holes;
  /// Nothing is in progress at these instants, now or later.
  std::set<int64_t> boundaries;
};

Wide BusyArc::inHole(Wide ready, int64_t duration, size_t &best) const {
  Wide earliest = never;
  for (size_t index = 0; index < holes.size(); ++index) {
    const Hole &hole = holes[index];
    if (hole.length < duration)
      continue;
    int64_t offset = wrap(ready - hole.begin);
    Wide time =
        offset <= hole.length - duration ? ready : ready + period - offset;
    if (time < earliest) {
      earliest = time;
      best = index;
    }
  }
  return earliest;
}

Wide BusyArc::atBoundary(Wide ready) const {
  auto next = boundaries.lower_bound(wrap(ready));
  if (next == boundaries.end())
    next = boundaries.begin();
  return ready + wrap(*next - ready);
}

void BusyArc::addHole(Hole hole) {
  // A few holes bring most of the gain; more would make every search longer.
  constexpr size_t maxHoles = 16;
  if (hole.length == 0)
    return;
  if (holes.size() == maxHoles)
    holes.erase(holes.begin());
  holes.push_back(hole);
}

void BusyArc::fill(size_t index, Wide time, int64_t duration) {
  Hole hole = holes[index];
  holes.erase(holes.begin() + static_cast<int64_t>(index));
  int64_t before = wrap(time - hole.begin);
  addHole({hole.begin, before});
  addHole({wrap(time + duration), hole.length - before - duration});
  mark(time, duration);
}

void BusyArc::append(Wide time, int64_t duration) {
  int64_t gap = wrap(time - begin - length);
  addHole({wrap(Wide(begin) + length), gap});
  length += gap + duration;
  mark(time, duration);
}

Wide BusyArc::place(Wide ready, int64_t duration) {
  unplaced -= duration;
  if (boundaries.empty()) {
    begin = wrap(ready);
    length = duration;
    mark(ready, duration);
    return ready;
  }
  size_t hole = 0;
  Wide inside =
      duration == 0 ? atBoundary(ready) : inHole(ready, duration, hole);
  int64_t slack = period - length - duration - unplaced;
  int64_t gap = wrap(ready - begin - length);
  Wide after = gap <= slack ? ready : ready + period - gap;
  Wide before = ready + wrap(Wide(begin) - duration - ready);
  // An activity in a hole uses up no slack.
  if (inside <= after && inside <= before) {
    if (duration > 0)
      fill(hole, inside, duration);
    return inside;
  }
  if (after <= before || length + duration > period) {
    append(after, duration);
    return after;
  }
  begin = wrap(before);
  length += duration;
  mark(before, duration);
  return before;
}

/// Knows when the operands of each activity are there, from the activities
/// placed so far.
class ReadyTimes {
public:
  explicit ReadyTimes(const ActivityGraph &graph)
      : graph(graph), time(graph.activities.size(), 0),
        out(graph.activities.size(), graph.dependences.size(),
            [&](int64_t index) { return graph.dependences[index].from; }) {}

  Wide of(int64_t activity) const { return time[activity]; }
  std::span<const int64_t> readers(int64_t activity) const {
    return out.of(activity);
  }
  void finish(int64_t activity, Wide start, int64_t period) {
    for (int64_t index : out.of(activity)) {
      const Dependence &dependence = graph.dependences[index];
      Wide arrival =
          start + dependence.delay - Wide(dependence.distance) * period;
      if (period > 0 || dependence.distance == 0)
        time[dependence.to] = std::max(time[dependence.to], arrival);
    }
  }

private:
  const ActivityGraph &graph;
  std::vector<Wide> time;
  Adjacency out;
};

int64_t makespanOf(const ActivityGraph &graph,
                   const std::vector<int64_t> &time) {
  int64_t makespan = 0;
  for (size_t index = 0; index < time.size(); ++index)
    makespan =
        std::max(makespan, time[index] + graph.activities[index].duration);
  for (const Dependence &dependence : graph.dependences)
    makespan = std::max(makespan, time[dependence.from] + dependence.delay);
  return makespan;
}

} // namespace

std::optional<Starts> placeOnArcs(const ActivityGraph &graph, int64_t period,
                                  const std::vector<int64_t> &order,
                                  const Starts &given) {
  std::vector<BusyArc> arcs;
  for (int64_t load : graph.load) {
    if (load > period)
      return std::nullopt;
    arcs.emplace_back(period, load);
  }
  Starts starts(graph.activities.size(), 0);
  ReadyTimes ready(graph);
  for (int64_t index : order) {
    const Activity &activity = graph.activities[index];
    if (activity.resource < 0)
      continue;
    Wide time =
        !given.empty() && given[index] >= 0
            ? given[index]
            : arcs[activity.resource].place(ready.of(index), activity.duration);
    starts[index] =
        static_cast<int64_t>(time - floorDiv(time, period) * period);
    ready.finish(index, time, period);
  }
  return starts;
}

Iteration earliestIteration(const ActivityGraph &graph) {
  ReadyTimes ready(graph);
  Iteration iteration;
  iteration.time.resize(graph.activities.size());
  for (int64_t index : graph.order) {
    iteration.time[index] = static_cast<int64_t>(ready.of(index));
    ready.finish(index, ready.of(index), 0);
  }
  iteration.makespan = makespanOf(graph, iteration.time);
  return iteration;
}

Iteration listIteration(const ActivityGraph &graph) {
  int64_t count = graph.activities.size();
  std::vector<int64_t> waiting(count, 0);
  for (const Dependence &dependence : graph.dependences)
    waiting[dependence.to] += dependence.distance == 0;
  // An arrival has a ready time and a rank.
  using Arrival = std::pair<int64_t, int64_t>;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<Arrival>>
      queue;
  for (int64_t index = 0; index < count; ++index)
    if (waiting[index] == 0)
      queue.push({0, graph.rank[index]});

  Iteration iteration;
  iteration.time.assign(count, 0);
  std::vector<int64_t> freeFrom(graph.resources, 0);
  ReadyTimes ready(graph);
  while (!queue.empty()) {
    auto [arrival, rank] = queue.top();
    queue.pop();
    int64_t index = graph.order[rank];
    const Activity &activity = graph.activities[index];
    int64_t start = arrival;
    if (activity.resource >= 0) {
      start = std::max(start, freeFrom[activity.resource]);
      freeFrom[activity.resource] = start + activity.duration;
    }
    iteration.time[index] = start;
    ready.finish(index, start, 0);
    for (int64_t reader : ready.readers(index)) {
      const Dependence &dependence = graph.dependences[reader];
      if (dependence.distance == 0 && --waiting[dependence.to] == 0)
        queue.push({static_cast<int64_t>(ready.of(dependence.to)),
                    graph.rank[dependence.to]});
    }
  }
  iteration.makespan = makespanOf(graph, iteration.time);
  return iteration;
}

} // namespace layerpipe::scheduling
