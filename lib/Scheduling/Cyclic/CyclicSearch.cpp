//===- CyclicSearch.cpp - Good cyclic schedules at a period ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the placement orders, the attempts, and the choice among them.
//
//===----------------------------------------------------------------------===//

#include "CyclicSearch.h"

#include "ArcPlacement.h"
#include "Lags.h"
#include "LagsExact.h"
#include "ModuloScheduling.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>

namespace layerpipe::scheduling {

CyclicSearch::CyclicSearch(const CyclicProblem &problem,
                           const ActivityGraph &graph,
                           std::optional<int64_t> wantedStaleness,
                           Deadline &deadline)
    : problem(problem), graph(graph), wantedStaleness(wantedStaleness),
      deadline(deadline), blocks(problem, graph) {
  orders.push_back(graph.order);
  orders.push_back(orderBy(listIteration(graph).time));
  orders.push_back(orderBy(earliestIteration(graph).time));
  orders.push_back(criticalFirst());
}

/// Returns the activities by time, in topological order where times are equal.
std::vector<int64_t>
CyclicSearch::orderBy(const std::vector<int64_t> &time) const {
  std::vector<int64_t> order = graph.order;
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::pair(time[a], graph.rank[a]) <
           std::pair(time[b], graph.rank[b]);
  });
  return order;
}

/// Returns a topological order that always takes the ready activity from which
/// the longest way leads to the end. The gradients of activations thus come
/// before those of weights: after the loss of three layers, I3 (I3 I2 G1 follow
/// it) comes before G3.
std::vector<int64_t> CyclicSearch::criticalFirst() const {
  int64_t count = graph.activities.size();
  Adjacency out(count, graph.dependences.size(),
                [&](int64_t index) { return graph.dependences[index].from; });
  std::vector<int64_t> height(count, 0);
  std::vector<Arc> arcs;
  for (auto it = graph.order.rbegin(); it != graph.order.rend(); ++it) {
    height[*it] = -graph.activities[*it].duration;
    for (int64_t index : out.of(*it)) {
      const Dependence &dependence = graph.dependences[index];
      if (dependence.distance != 0)
        continue;
      arcs.push_back({*it, dependence.to});
      height[*it] =
          std::min(height[*it], height[dependence.to] - dependence.delay);
    }
  }
  return topologicalOrder(count, arcs, height);
}

std::optional<Starts> CyclicSearch::placeIteratively(int64_t period,
                                                     bool byRank) const {
  ModuloOptions options;
  options.ignoreGroups = problem.delays == Delays::least;
  options.byRank = byRank;
  options.attemptsPerActivity = size() > manyActivities ? 3 : 8;
  options.deadline = &deadline;
  return placeModulo(graph, period, options);
}

std::optional<Placement> CyclicSearch::quickLags(int64_t period,
                                                 const Starts &starts) const {
  if (problem.delays == Delays::least)
    return findLeastStaleness(problem, graph, period, starts);
  return findLags(graph, period, starts, {});
}

void CyclicSearch::begin(int64_t period) {
  if (period == currentPeriod)
    return;
  currentPeriod = period;
  bestSolution.reset();
}

bool CyclicSearch::fitsMemory(const std::vector<int64_t> &held) {
  if (problem.machine.memory.empty())
    return true;
  MemoryNeed worst;
  Wide excess = 0;
  for (size_t processor = 0; processor < held.size(); ++processor)
    if (Wide over = Wide(held[processor]) - problem.machine.memory[processor];
        over > excess) {
      excess = over;
      worst = {static_cast<int64_t>(processor), held[processor]};
    }
  if (excess == 0)
    return true;
  if (need.processor < 0 ||
      excess < need.bytes - problem.machine.memory[need.processor])
    need = worst;
  return false;
}

Wide CyclicSearch::stalenessOf(const Placement &placement) const {
  Wide sum = 0;
  for (size_t group = 0; group < graph.groups.size(); ++group)
    sum += graph.groups[group].weight * placement.staleness[group];
  return sum;
}

int64_t CyclicSearch::excessOf(const Placement &placement) const {
  int64_t excess = 0;
  for (int64_t late : placement.staleness)
    excess = std::max(excess, late - wantedStaleness.value_or(late));
  return excess;
}

/// Keeps the placement if it is better. Returns false when it does not fit the
/// memory.
bool CyclicSearch::keepIfBetter(const Placement &placement) {
  Wide stale = stalenessOf(placement), bytes = 0;
  int64_t excess = excessOf(placement);
  least = bestSolution ? std::min(least, stale) : stale;
  if (bestSolution &&
      std::tie(excess, stale) >
          std::tie(std::get<0>(bestScore), std::get<1>(bestScore)))
    return true;
  CyclicSolution solution = makeSolution(problem, graph, placement);
  std::vector<int64_t> held = memoryBytes(problem, solution);
  if (!fitsMemory(held))
    return false;
  for (int64_t each : held)
    bytes += each;
  Score score{excess, stale, bytes};
  if (bestSolution && score >= bestScore)
    return true;
  bestSolution = std::move(solution);
  bestStarts = placement.start;
  bestScore = score;
  leastForStarts = placement.leastStaleness;
  return true;
}

void CyclicSearch::offer(int64_t period, const Starts &starts) {
  begin(period);
  std::optional<Placement> placement;
  if (size() <= maxActivitiesForEveryFlow)
    placement = findBestLags(problem, graph, period, starts);
  if (!placement)
    placement = quickLags(period, starts);
  if (!placement)
    return;
  bool fits = keepIfBetter(*placement);
  if (fits || size() > maxActivitiesForFlow)
    return;
  // The schedule holds too much. Fewer bytes may do, at the price of staleness.
  for (bool storageFirst : {false, true})
    if (placement = findBestLags(problem, graph, period, starts, storageFirst);
        placement && keepIfBetter(*placement))
      return;
}

void CyclicSearch::improveLags() {
  if (!bestSolution || size() <= maxActivitiesForEveryFlow ||
      size() > maxActivitiesForFlow)
    return;
  std::optional<Placement> placement =
      findBestLags(problem, graph, currentPeriod, bestStarts);
  if (!placement)
    return;
  keepIfBetter(*placement);
  leastForStarts |=
      placement->leastStaleness && stalenessOf(*placement) == staleness();
}

bool CyclicSearch::solveAt(int64_t period) {
  begin(period);
  if (knownStarts && knownPeriod == period)
    offer(period, *knownStarts);
  for (bool inTurn : {true, false})
    if (std::optional<Starts> starts = blocks.place(period, inTurn);
        starts && (inTurn || size() <= maxActivitiesForEveryFlow))
      offer(period, *starts);
  // The blocks of a pipeline are hard to beat.
  if (bestSolution && size() > manyActivities && blocks.isPipeline())
    return true;
  for (const std::vector<int64_t> &order : orders)
    if (std::optional<Starts> starts = placeOnArcs(graph, period, order))
      offer(period, *starts);
  for (bool byRank : {false, true})
    if (!bestSolution)
      if (std::optional<Starts> starts = placeIteratively(period, byRank))
        offer(period, *starts);
  improveLags();
  return bestSolution.has_value();
}

bool CyclicSearch::isPossible(int64_t period) {
  if (!problem.machine.memory.empty())
    return solveAt(period);
  std::optional<Starts> starts;
  auto works = [&] {
    if (!starts ||
        (problem.delays == Delays::given &&
         !findLags(graph, period, *starts, {})) ||
        (problem.delays == Delays::least &&
         !findLeastStaleness(problem, graph, period, *starts)))
      return false;
    knownStarts = std::move(starts);
    knownPeriod = period;
    return true;
  };
  for (const std::vector<int64_t> &order : orders)
    if (starts = placeOnArcs(graph, period, order); works())
      return true;
  if (starts = blocks.place(period); works())
    return true;
  for (bool byRank : {false, true})
    if (starts = placeIteratively(period, byRank); works())
      return true;
  return false;
}

int64_t CyclicSearch::safePeriod() const {
  return std::max<int64_t>(listIteration(graph).makespan, 1);
}

bool CyclicSearch::solveSafely(int64_t period) {
  Starts starts = listIteration(graph).time;
  for (int64_t &start : starts)
    start %= period;
  offer(period, starts);
  return bestSolution.has_value();
}

} // namespace layerpipe::scheduling
