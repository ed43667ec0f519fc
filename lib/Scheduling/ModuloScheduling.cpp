//===- ModuloScheduling.cpp - Iterative modulo scheduling -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The modulo reservation table as ordered intervals (times are not slots: a
// task may take a million units), and the placement with eviction.
//
//===----------------------------------------------------------------------===//

#include "ModuloScheduling.h"

#include "DifferenceConstraints.h"
#include "GraphOrder.h"

#include <algorithm>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// One resource's occupation of the period.
class Reservations {
public:
  explicit Reservations(int64_t period) : period(period) {}

  void add(int64_t start, int64_t duration, int64_t activity) {
    entries.insert({start, duration > 0, activity, duration});
  }
  void remove(int64_t start, int64_t duration, int64_t activity) {
    entries.erase({start, duration > 0, activity, duration});
  }

  /// The least wait from `start` (within the period) until the duration fits;
  /// none if it fits nowhere.
  std::optional<int64_t> waitFor(int64_t start, int64_t duration) const;

  /// Whatever an activity at `start` would overlap.
  std::vector<int64_t> conflicts(int64_t start, int64_t duration) const;

private:
  using Entry = std::tuple<int64_t, bool, int64_t, int64_t>;
  static int64_t startOf(const Entry &entry) { return std::get<0>(entry); }
  static int64_t activityOf(const Entry &entry) { return std::get<2>(entry); }
  static int64_t durationOf(const Entry &entry) { return std::get<3>(entry); }

  int64_t period;
  std::set<Entry> entries;
};

std::optional<int64_t> Reservations::waitFor(int64_t start,
                                             int64_t duration) const {
  if (entries.empty())
    return 0;
  // Once around the circle, with all times counted from `start`.
  auto first = entries.lower_bound({start, false, -1, -1});
  auto last = std::prev(first == entries.begin() ? entries.end() : first);
  if (first == entries.end())
    first = entries.begin();
  int64_t behind = start - startOf(*last);
  behind += behind <= 0 ? period : 0;
  int64_t wait = std::max<int64_t>(durationOf(*last) - behind, 0);
  auto at = first;
  do {
    int64_t next = startOf(*at) - start;
    next += next < 0 ? period : 0;
    if (wait <= next && duration <= next - wait)
      return wait;
    wait = std::max(wait, next + durationOf(*at));
    if (++at == entries.end())
      at = entries.begin();
  } while (at != first);
  int64_t again = startOf(*first) - start;
  again += again < 0 ? period : 0;
  if (wait < period && duration <= period + again - wait)
    return wait;
  return std::nullopt;
}

std::vector<int64_t> Reservations::conflicts(int64_t start,
                                             int64_t duration) const {
  std::vector<int64_t> found;
  if (entries.empty())
    return found;
  auto first = entries.lower_bound({start, false, -1, -1});
  auto last = std::prev(first == entries.begin() ? entries.end() : first);
  int64_t behind = start - startOf(*last);
  behind += behind <= 0 ? period : 0;
  if (durationOf(*last) > behind)
    found.push_back(activityOf(*last));
  auto at = first;
  for (size_t i = 0; i < entries.size(); ++i, ++at) {
    if (at == entries.end())
      at = entries.begin();
    int64_t next = startOf(*at) - start;
    next += next < 0 ? period : 0;
    if (next >= duration)
      break;
    bool atStart = next == 0 && durationOf(*at) == 0;
    if (!atStart && (found.empty() || activityOf(*at) != found.front()))
      found.push_back(activityOf(*at));
  }
  return found;
}

class ModuloScheduler {
public:
  ModuloScheduler(const ActivityGraph &graph, int64_t period, bool ignoreGroups)
      : graph(graph), period(period), ignoreGroups(ignoreGroups),
        count(graph.activities.size()), time(count, 0), lastTime(count, -1),
        placed(count, false),
        in(count, graph.dependences.size(),
           [&](int64_t index) { return graph.dependences[index].to; }),
        out(count, graph.dependences.size(),
            [&](int64_t index) { return graph.dependences[index].from; }),
        tables(graph.resources, Reservations(period)) {}

  std::optional<Starts> run();

private:
  bool isIgnored(const Dependence &dependence) const {
    return ignoreGroups && dependence.group >= 0;
  }
  int64_t wrap(Wide value) const {
    return static_cast<int64_t>(value - floorDiv(value, period) * period);
  }
  bool computeHeights();
  Wide readyTime(int64_t index) const;
  void placeOne(int64_t index);
  void evict(int64_t index);

  const ActivityGraph &graph;
  int64_t period;
  bool ignoreGroups;
  int64_t count;
  std::vector<Wide> height;
  std::vector<Wide> time;
  std::vector<Wide> lastTime;
  std::vector<bool> placed;
  Adjacency in;
  Adjacency out;
  std::vector<Reservations> tables;
  /// What is to be placed: the greatest height first, then by rank.
  std::set<std::tuple<Wide, int64_t, int64_t>> waiting;
};

/// The longest way to the end of anything, distances taken off. None exists
/// when some cycle is longer than its distance allows.
bool ModuloScheduler::computeHeights() {
  std::vector<Constraint> constraints;
  for (const Dependence &dependence : graph.dependences)
    if (!isIgnored(dependence))
      constraints.push_back(
          {dependence.to, dependence.from,
           dependence.delay - Wide(dependence.distance) * period});
  std::vector<int64_t> order(graph.order.rbegin(), graph.order.rend());
  ConstraintSolution solution =
      solveConstraints(constraints, std::vector<Wide>(count, 0), order);
  height = std::move(solution.value);
  return solution.feasible();
}

Wide ModuloScheduler::readyTime(int64_t index) const {
  Wide ready = 0;
  for (int64_t at : in.of(index)) {
    const Dependence &dependence = graph.dependences[at];
    if (placed[dependence.from] && !isIgnored(dependence))
      ready = std::max(ready, time[dependence.from] + dependence.delay -
                                  Wide(dependence.distance) * period);
  }
  return ready;
}

void ModuloScheduler::evict(int64_t index) {
  const Activity &activity = graph.activities[index];
  tables[activity.resource].remove(wrap(time[index]), activity.duration, index);
  placed[index] = false;
  waiting.insert({-height[index], graph.rank[index], index});
}

void ModuloScheduler::placeOne(int64_t index) {
  const Activity &activity = graph.activities[index];
  Reservations &table = tables[activity.resource];
  Wide ready = readyTime(index);
  std::optional<int64_t> wait = table.waitFor(wrap(ready), activity.duration);
  if (wait) {
    time[index] = ready + *wait;
  } else {
    // Never the same place twice in a row, or two activities could evict each
    // other for ever.
    Wide step = std::max<int64_t>(activity.duration, 1);
    time[index] = lastTime[index] < ready ? ready : lastTime[index] + step;
    for (int64_t other : table.conflicts(wrap(time[index]), activity.duration))
      evict(other);
  }
  lastTime[index] = time[index];
  placed[index] = true;
  table.add(wrap(time[index]), activity.duration, index);
  for (int64_t at : out.of(index)) {
    const Dependence &dependence = graph.dependences[at];
    Wide arrival =
        time[index] + dependence.delay - Wide(dependence.distance) * period;
    if (placed[dependence.to] && dependence.to != index &&
        !isIgnored(dependence) && time[dependence.to] < arrival)
      evict(dependence.to);
  }
}

std::optional<Starts> ModuloScheduler::run() {
  for (int64_t load : graph.load)
    if (load > period)
      return std::nullopt;
  if (!computeHeights())
    return std::nullopt;
  for (int64_t index = 0; index < count; ++index)
    if (graph.activities[index].resource >= 0)
      waiting.insert({-height[index], graph.rank[index], index});
  int64_t budget = 8 * count + 256;
  while (!waiting.empty()) {
    if (budget-- == 0)
      return std::nullopt;
    int64_t index = std::get<2>(*waiting.begin());
    waiting.erase(waiting.begin());
    placeOne(index);
  }
  Starts starts;
  for (Wide value : time)
    starts.push_back(wrap(value));
  return starts;
}

} // namespace

std::optional<Starts> placeModulo(const ActivityGraph &graph, int64_t period,
                                  bool ignoreGroups) {
  return ModuloScheduler(graph, period, ignoreGroups).run();
}

} // namespace layerpipe::scheduling
