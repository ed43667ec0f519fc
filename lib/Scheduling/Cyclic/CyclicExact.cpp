//===- CyclicExact.cpp - Exhaustive search of cyclic schedules ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the longest paths, their propagation through orders and
// stalenesses, and the depth-first search over what it leaves open.
//
//===----------------------------------------------------------------------===//

#include "CyclicExact.h"

#include "LongestPaths.h"

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// These are two activities of one resource, at least one of which takes time.
struct Pair {
  int64_t a = -1;
  int64_t b = -1;
};

struct GroupEdge {
  int64_t group = -1;
  int64_t from = -1;
  int64_t to = -1;
  int64_t delay = 0;
};

struct State {
  LongestPaths distances;
  /// Each group's staleness is at least and at most this.
  std::vector<int64_t> least;
  std::vector<int64_t> most;
};

int64_t divideUp(int64_t value, int64_t by) {
  return value >= 0 ? (value + by - 1) / by : -(-value / by);
}
int64_t divideDown(int64_t value, int64_t by) { return -divideUp(-value, by); }

class OrderSearch {
public:
  OrderSearch(const ActivityGraph &graph, int64_t period, SearchEffort &effort)
      : graph(graph), period(period), effort(effort) {}

  /// Searches. Without `below`, any starts do, and groups are left out.
  ExactAnswer run(std::optional<Wide> below);

private:
  void collect();
  std::vector<int64_t> components(bool withGroups) const;
  bool start(State &state);
  bool setMost(State &state);
  bool propagate(State &state);
  bool propagatePair(State &state, const Pair &pair);
  bool propagateGroups(State &state);
  std::pair<int64_t, int64_t> rangeOf(const State &state,
                                      const Pair &pair) const;
  bool add(State &state, int64_t from, int64_t to, int64_t weight);
  int64_t openGroup(const State &state) const;
  int64_t openPair(const State &state) const;
  void search(State state);
  bool splitGroup(State &state, int64_t group);
  void record(const State &state);
  bool isDone() const { return effort.spent || (!below && answer.starts); }

  const ActivityGraph &graph;
  int64_t period;
  SearchEffort &effort;
  std::optional<Wide> below;
  /// `members` has the activities that occupy a resource, and `place` the place
  /// of each among them.
  std::vector<int64_t> members;
  std::vector<int64_t> place;
  std::vector<Pair> pairs;
  std::vector<GroupEdge> groupEdges;
  bool changed = false;
  ExactAnswer answer;
};

void OrderSearch::collect() {
  place.assign(graph.activities.size(), -1);
  for (size_t index = 0; index < graph.activities.size(); ++index) {
    const Activity &activity = graph.activities[index];
    if (activity.resource < 0)
      continue;
    for (size_t other = 0; other < members.size(); ++other) {
      const Activity &before = graph.activities[members[other]];
      if (before.resource == activity.resource &&
          before.duration + activity.duration > 0)
        pairs.push_back({static_cast<int64_t>(other),
                         static_cast<int64_t>(members.size())});
    }
    place[index] = static_cast<int64_t>(members.size());
    members.push_back(static_cast<int64_t>(index));
  }
}

/// Returns the strongly connected component of every member.
std::vector<int64_t> OrderSearch::components(bool withGroups) const {
  int64_t count = members.size();
  std::vector<bool> reaches(count * count, false);
  for (const Dependence &dependence : graph.dependences)
    if (withGroups || dependence.group < 0)
      reaches[place[dependence.from] * count + place[dependence.to]] = true;
  for (int64_t via = 0; via < count; ++via)
    for (int64_t a = 0; a < count; ++a)
      for (int64_t b = 0; b < count; ++b)
        if (reaches[a * count + via] && reaches[via * count + b])
          reaches[a * count + b] = true;
  std::vector<int64_t> component(count);
  for (int64_t b = 0; b < count; ++b) {
    component[b] = b;
    for (int64_t a = 0; a < b; ++a)
      if (reaches[a * count + b] && reaches[b * count + a]) {
        component[b] = a;
        break;
      }
  }
  return component;
}

bool OrderSearch::add(State &state, int64_t from, int64_t to, int64_t weight) {
  if (state.distances.of(from, to) >= weight)
    return true;
  changed = true;
  effort.take(static_cast<int64_t>(members.size() * members.size()));
  return state.distances.add(from, to, weight);
}

/// Adds the dependences. Those between components are left out, since whole
/// components can move by periods until they hold. Each component begins within
/// one period of the first, which bounds every difference.
bool OrderSearch::start(State &state) {
  std::vector<int64_t> component = components(below.has_value());
  for (const Dependence &dependence : graph.dependences) {
    int64_t from = place[dependence.from], to = place[dependence.to];
    if (component[from] != component[to])
      continue;
    if (dependence.group >= 0) {
      if (below)
        groupEdges.push_back({dependence.group, from, to, dependence.delay});
      continue;
    }
    int64_t weight = dependence.delay - dependence.distance * period;
    if (!add(state, from, to, weight))
      return false;
  }
  for (size_t i = 1; i < members.size(); ++i)
    if (component[i] == static_cast<int64_t>(i) &&
        (!add(state, 0, i, 0) || !add(state, i, 0, 1 - period)))
      return false;
  return true;
}

/// Sets the largest stalenesses: none is above the sum of all periods that
/// dependences ask for.
bool OrderSearch::setMost(State &state) {
  int64_t all = 0;
  for (const Dependence &dependence : graph.dependences)
    all += 2 + dependence.delay / period;
  state.least.assign(graph.groups.size(), 0);
  state.most.assign(graph.groups.size(), 0);
  for (const GroupEdge &edge : groupEdges)
    state.most[edge.group] = all;
  for (const GroupEdge &edge : groupEdges)
    if (!add(state, edge.from, edge.to, edge.delay - all * period))
      return false;
  return true;
}

/// Returns the first and the last k that the differences still allow.
std::pair<int64_t, int64_t> OrderSearch::rangeOf(const State &state,
                                                 const Pair &pair) const {
  int64_t least = state.distances.of(pair.a, pair.b);
  int64_t most = -state.distances.of(pair.b, pair.a);
  int64_t durationA = graph.activities[members[pair.a]].duration;
  int64_t durationB = graph.activities[members[pair.b]].duration;
  return {divideUp(least + durationB, period) - 1,
          divideDown(most - durationA, period)};
}

bool OrderSearch::propagatePair(State &state, const Pair &pair) {
  auto [first, last] = rangeOf(state, pair);
  int64_t durationA = graph.activities[members[pair.a]].duration;
  int64_t durationB = graph.activities[members[pair.b]].duration;
  return first <= last &&
         add(state, pair.a, pair.b, durationA + first * period) &&
         add(state, pair.b, pair.a, durationB - (last + 1) * period);
}

/// Raises stalenesses to what the paths ask for, and lowers them to what the
/// best answer so far leaves to gain.
bool OrderSearch::propagateGroups(State &state) {
  for (const GroupEdge &edge : groupEdges) {
    int64_t needed =
        divideUp(state.distances.of(edge.to, edge.from) + edge.delay, period);
    int64_t &least = state.least[edge.group];
    changed |= needed > least;
    least = std::max(least, needed);
  }
  Wide cost = 0;
  for (size_t group = 0; group < state.least.size(); ++group)
    cost += graph.groups[group].weight * state.least[group];
  if (cost >= *below)
    return false;
  for (const GroupEdge &edge : groupEdges) {
    int64_t &most = state.most[edge.group];
    int64_t least = state.least[edge.group];
    Wide gain = (*below - 1 - cost) / graph.groups[edge.group].weight;
    if (gain < most - least)
      most = least + static_cast<int64_t>(gain);
    if (least > most ||
        !add(state, edge.from, edge.to, edge.delay - most * period))
      return false;
  }
  return true;
}

bool OrderSearch::propagate(State &state) {
  do {
    changed = false;
    if (!effort.take(static_cast<int64_t>(pairs.size() + 1)))
      return false;
    for (const Pair &pair : pairs)
      if (!propagatePair(state, pair))
        return false;
    if (below && !propagateGroups(state))
      return false;
  } while (changed);
  return true;
}

int64_t OrderSearch::openGroup(const State &state) const {
  int64_t best = -1;
  for (size_t group = 0; group < state.least.size(); ++group)
    if (state.least[group] < state.most[group] &&
        (best < 0 || graph.groups[group].weight > graph.groups[best].weight))
      best = static_cast<int64_t>(group);
  return best;
}

/// Returns the pair with the fewest orders, and the longest among those; −1
/// when each has only one.
int64_t OrderSearch::openPair(const State &state) const {
  int64_t best = -1, fewest = 0, longest = 0;
  for (size_t index = 0; index < pairs.size(); ++index) {
    const Pair &pair = pairs[index];
    auto [first, last] = rangeOf(state, pair);
    int64_t duration = graph.activities[members[pair.a]].duration +
                       graph.activities[members[pair.b]].duration;
    if (first == last || (best >= 0 && last - first > fewest) ||
        (best >= 0 && last - first == fewest && duration <= longest))
      continue;
    best = static_cast<int64_t>(index);
    fewest = last - first;
    longest = duration;
  }
  return best;
}

void OrderSearch::record(const State &state) {
  Starts starts(graph.activities.size(), 0);
  for (size_t i = 0; i < members.size(); ++i) {
    int64_t time = state.distances.of(0, static_cast<int64_t>(i));
    starts[members[i]] = time - divideDown(time, period) * period;
  }
  answer.starts = std::move(starts);
  if (!below)
    return;
  Wide cost = 0;
  for (size_t group = 0; group < state.least.size(); ++group)
    cost += graph.groups[group].weight * state.least[group];
  below = cost;
}

/// Searches first the state in which the group's staleness is the least
/// possible; then makes `state` the one in which it is not. Returns false when
/// that is empty.
bool OrderSearch::splitGroup(State &state, int64_t group) {
  int64_t least = state.least[group];
  State lower = state;
  lower.most[group] = least;
  search(std::move(lower));
  state.least[group] = least + 1;
  int64_t edges = 0;
  const GroupEdge *only = nullptr;
  for (const GroupEdge &edge : groupEdges)
    if (edge.group == group) {
      ++edges;
      only = &edge;
    }
  return edges != 1 ||
         add(state, only->to, only->from, least * period - only->delay + 1);
}

/// Searches a state. Recurses at most once per pair and group, of which there
/// are few.
void OrderSearch::search(State state) {
  while (!isDone() && propagate(state)) {
    if (int64_t group = openGroup(state); below && group >= 0) {
      if (!splitGroup(state, group))
        return;
      continue;
    }
    int64_t index = openPair(state);
    if (index < 0) {
      record(state);
      return;
    }
    const Pair &pair = pairs[index];
    auto [first, last] = rangeOf(state, pair);
    int64_t durationA = graph.activities[members[pair.a]].duration;
    int64_t durationB = graph.activities[members[pair.b]].duration;
    for (int64_t k = first; k <= last && !isDone(); ++k) {
      State next = state;
      if (add(next, pair.a, pair.b, durationA + k * period) &&
          add(next, pair.b, pair.a, durationB - (k + 1) * period))
        search(std::move(next));
    }
    return;
  }
}

ExactAnswer OrderSearch::run(std::optional<Wide> limit) {
  below = limit;
  for (int64_t load : graph.load)
    if (load > period)
      return {std::nullopt, true};
  collect();
  State state{LongestPaths(static_cast<int64_t>(members.size())), {}, {}};
  if (members.empty())
    record(state);
  else if (start(state) && (!below || setMost(state)))
    search(std::move(state));
  answer.exhausted = !effort.spent || (!below && answer.starts);
  return answer;
}

} // namespace

bool isSmallEnough(const ActivityGraph &graph, int64_t period) {
  int64_t members = 0;
  for (const Activity &activity : graph.activities)
    members += activity.resource >= 0;
  if (members > maxExactActivities)
    return false;
  // This is above every sum of weights along a path.
  Wide periods = 4 * members + 4;
  Wide delays = 0, groupEdges = 0;
  for (const Dependence &dependence : graph.dependences) {
    periods += dependence.distance + 3 + dependence.delay / period;
    delays += dependence.delay;
    groupEdges += dependence.group >= 0;
  }
  periods *= 1 + groupEdges;
  return periods * period + delays < Wide(1) << 60;
}

ExactAnswer searchStarts(const ActivityGraph &graph, int64_t period,
                         SearchEffort &effort) {
  return OrderSearch(graph, period, effort).run(std::nullopt);
}

ExactAnswer searchLeastStaleness(const ActivityGraph &graph, int64_t period,
                                 Wide below, SearchEffort &effort) {
  return OrderSearch(graph, period, effort).run(below);
}

} // namespace layerpipe::scheduling
