//===- ModuloScheduling.cpp - Iterative modulo scheduling -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the placement with eviction, in an order of priority.
//
//===----------------------------------------------------------------------===//

#include "ModuloScheduling.h"

#include "Reservations.h"
#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

namespace layerpipe::scheduling {
namespace {

class ModuloScheduler {
public:
  ModuloScheduler(const ActivityGraph &graph, int64_t period,
                  const ModuloOptions &options)
      : graph(graph), period(period), options(options),
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
    return options.ignoreGroups && dependence.group >= 0;
  }
  int64_t wrap(Wide value) const {
    return static_cast<int64_t>(value - floorDiv(value, period) * period);
  }
  bool computeHeights();
  void sortByUrgency();
  Wide readyTime(int64_t index) const;
  void placeOne(int64_t index);
  void evict(int64_t index);

  const ActivityGraph &graph;
  int64_t period;
  const ModuloOptions &options;
  int64_t count;
  std::vector<Wide> height;
  /// These are the activities by urgency, and the place of each among them.
  std::vector<int64_t> byUrgency;
  std::vector<int64_t> urgency;
  std::vector<Wide> time;
  std::vector<Wide> lastTime;
  std::vector<bool> placed;
  Adjacency in;
  Adjacency out;
  std::vector<Reservations> tables;
  /// These are to be placed, by their place in byUrgency.
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<int64_t>>
      waiting;
};

/// Computes for each activity the longest way to the end of anything, distances
/// taken off. Returns false if there is none, which is so when some cycle is
/// longer than its distance allows.
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

void ModuloScheduler::sortByUrgency() {
  byUrgency = graph.order;
  if (!options.byRank)
    std::sort(byUrgency.begin(), byUrgency.end(), [&](int64_t a, int64_t b) {
      return std::pair(-height[a], graph.rank[a]) <
             std::pair(-height[b], graph.rank[b]);
    });
  urgency.resize(count);
  for (int64_t position = 0; position < count; ++position)
    urgency[byUrgency[position]] = position;
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
  waiting.push(urgency[index]);
}

void ModuloScheduler::placeOne(int64_t index) {
  const Activity &activity = graph.activities[index];
  Reservations &table = tables[activity.resource];
  Wide ready = readyTime(index);
  std::optional<int64_t> wait = table.waitFor(wrap(ready), activity.duration);
  if (wait) {
    time[index] = ready + *wait;
  } else {
    // An activity never takes the same place twice in a row, or two activities
    // could evict each other for ever.
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
  sortByUrgency();
  for (int64_t index = 0; index < count; ++index)
    if (graph.activities[index].resource >= 0)
      waiting.push(urgency[index]);
  int64_t budget = options.attemptsPerActivity * count + 256;
  while (!waiting.empty()) {
    if (budget-- == 0 || options.deadline->passed())
      return std::nullopt;
    int64_t index = byUrgency[waiting.top()];
    waiting.pop();
    placeOne(index);
  }
  Starts starts;
  for (Wide value : time)
    starts.push_back(wrap(value));
  return starts;
}

} // namespace

std::optional<Starts> placeModulo(const ActivityGraph &graph, int64_t period,
                                  const ModuloOptions &options) {
  return ModuloScheduler(graph, period, options).run();
}

} // namespace layerpipe::scheduling
