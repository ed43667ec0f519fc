//===- LagsExact.cpp - Least staleness and storage for given starts -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With the starts known, lags and stalenesses are variables of difference
// constraints. One of them is n(l) + lag(U), bounded from below by lag(U) and
// by what each gradient asks for; another one, for each value and reader, is
// what channels hold. If a gradient asks for n + lag(U) ≥ 2 and the weights
// allow lag(U) ≤ 1, for instance,
//
//   m = n + lag(U) is at least 2, and n = m − lag(U) is least at lag(U) = 1,
//   where n is 1.
//
//===----------------------------------------------------------------------===//

#include "LagsExact.h"

#include "Lags.h"
#include "layerpipe/Scheduling/Constraints/DualFlow.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

class LagOptimizer {
public:
  LagOptimizer(const CyclicProblem &problem, const ActivityGraph &graph,
               int64_t period, const Starts &starts, bool storageFirst)
      : problem(problem), graph(graph), period(period), starts(starts),
        storageFirst(storageFirst) {
    for (const Dependence &dependence : graph.dependences)
      periods.push_back(periodsBetween(graph, period, starts, dependence));
  }

  std::optional<Placement> run();

private:
  // A mirror stands for a group and an update.
  using Mirror = std::pair<int64_t, int64_t>;
  bool isFeasible() const;
  void addDependences();
  void addGroups(bool tied);
  bool minimizeStaleness();
  std::optional<DualFlowSolution> solveGroups(bool tied);
  void consider(const std::vector<int64_t> &lag);
  void findCarriers();
  Wide stalenessOf(const std::vector<int64_t> &lag,
                   std::vector<int64_t> &staleness) const;
  void fixStaleness();
  void placeInputs();
  void addStorage();
  void addStorageOf(int64_t edge, std::map<Mirror, int64_t> &most);
  Wide capacityOffset(int64_t edge) const;

  const CyclicProblem &problem;
  const ActivityGraph &graph;
  int64_t period;
  const Starts &starts;
  bool storageFirst;
  std::vector<Wide> periods;
  DualFlowProblem flow;
  /// Each group and update has n + lag(update) here.
  std::map<Mirror, int64_t> mirrors;
  std::map<int64_t, int64_t> updatesOf;
  /// Each group has here the update that carries all of its weight; if it has
  /// none, all updates share it.
  std::map<int64_t, int64_t> carrier;
  std::vector<int64_t> bestLag;
  std::vector<int64_t> bestStaleness;
  Wide bestCost = -1;
  Wide bound = 0;
  /// Each input has the start of its first reader here.
  std::vector<int64_t> inputStart;
};

bool LagOptimizer::isFeasible() const {
  std::vector<Constraint> constraints;
  for (size_t i = 0; i < periods.size(); ++i)
    if (const Dependence &dependence = graph.dependences[i];
        dependence.group < 0)
      constraints.push_back(
          {dependence.from, dependence.to, periods[i] - dependence.distance});
  return solveConstraints(constraints,
                          std::vector<Wide>(graph.activities.size(), 0),
                          graph.order)
      .feasible();
}

void LagOptimizer::addDependences() {
  flow = {};
  flow.cost.assign(graph.activities.size(), 0);
  for (size_t i = 0; i < periods.size(); ++i)
    if (const Dependence &dependence = graph.dependences[i];
        dependence.group < 0)
      flow.addConstraint(dependence.from, dependence.to,
                         periods[i] - dependence.distance);
}

/// Adds a mirror n + lag(U) for each update. Where several updates share one
/// staleness, its weight is shared out among them, which bounds the optimum
/// from below. If they are `tied`, they are bound together with the lags
/// between them that the best answer so far has, which gives an answer.
void LagOptimizer::addGroups(bool tied) {
  mirrors.clear();
  std::map<int64_t, int64_t> firstUpdate;
  for (size_t i = 0; i < periods.size(); ++i) {
    const Dependence &dependence = graph.dependences[i];
    if (dependence.group < 0)
      continue;
    int64_t update = dependence.to;
    if (tied) {
      update = firstUpdate.emplace(dependence.group, update).first->second;
      Wide apart = bestLag[dependence.to] - bestLag[update];
      flow.addConstraint(update, dependence.to, apart);
      flow.addConstraint(dependence.to, update, -apart);
    }
    auto [entry, isNew] = mirrors.emplace(Mirror(dependence.group, update), -1);
    if (isNew) {
      entry->second = flow.addVariable();
      flow.addConstraint(update, entry->second, 0);
    }
    Wide apart = tied ? bestLag[dependence.to] - bestLag[update] : 0;
    flow.addConstraint(dependence.from, entry->second, periods[i] - apart);
  }
  updatesOf.clear();
  for (const auto &[mirror, variable] : mirrors)
    ++updatesOf[mirror.first];
  std::map<int64_t, int64_t> seen;
  for (const auto &[mirror, variable] : mirrors) {
    Wide weight = graph.groups[mirror.first].weight;
    Wide shares = updatesOf[mirror.first];
    Wide share =
        weight / shares + (seen[mirror.first]++ == 0 ? weight % shares : 0);
    if (auto chosen = carrier.find(mirror.first);
        !tied && chosen != carrier.end())
      share = chosen->second == mirror.second ? weight : 0;
    flow.addCost(variable, mirror.second, share);
  }
}

Wide LagOptimizer::stalenessOf(const std::vector<int64_t> &lag,
                               std::vector<int64_t> &staleness) const {
  staleness.assign(graph.groups.size(), 0);
  for (size_t i = 0; i < periods.size(); ++i) {
    const Dependence &dependence = graph.dependences[i];
    if (dependence.group < 0)
      continue;
    int64_t needed = static_cast<int64_t>(periods[i]) + lag[dependence.from] -
                     lag[dependence.to];
    staleness[dependence.group] = std::max(staleness[dependence.group], needed);
  }
  Wide cost = 0;
  for (size_t group = 0; group < staleness.size(); ++group)
    cost += graph.groups[group].weight * staleness[group];
  return cost;
}

void LagOptimizer::consider(const std::vector<int64_t> &lag) {
  std::vector<int64_t> staleness;
  Wide cost = stalenessOf(lag, staleness);
  if (bestCost >= 0 && cost >= bestCost)
    return;
  bestCost = cost;
  bestLag = lag;
  bestStaleness = std::move(staleness);
}

/// Finds the update that asks for its group's staleness with the best lags.
void LagOptimizer::findCarriers() {
  carrier.clear();
  for (size_t i = 0; i < periods.size(); ++i)
    if (const Dependence &dependence = graph.dependences[i];
        dependence.group >= 0 &&
        periods[i] + bestLag[dependence.from] - bestLag[dependence.to] ==
            bestStaleness[dependence.group])
      carrier.emplace(dependence.group, dependence.to);
}

std::optional<DualFlowSolution> LagOptimizer::solveGroups(bool tied) {
  addDependences();
  addGroups(tied);
  std::optional<DualFlowSolution> solution = solveDualFlow(flow);
  if (!solution)
    return solution;
  Wide value = 0;
  for (size_t i = 0; i < flow.cost.size(); ++i)
    value += flow.cost[i] * solution->value[i];
  if (!tied)
    bound = std::max(bound, value);
  consider(solution->value);
  return solution;
}

bool LagOptimizer::minimizeStaleness() {
  std::optional<DualFlowSolution> solution = solveGroups(false);
  if (!solution)
    return false;
  // Storage may choose among all lags of the least staleness.
  if (mirrors.size() == updatesOf.size()) {
    for (size_t i = 0, count = flow.constraints.size(); i < count; ++i)
      if (Constraint tight = flow.constraints[i]; solution->flow[i] > 0)
        flow.addConstraint(tight.to, tight.from, -tight.weight);
    std::fill(flow.cost.begin(), flow.cost.end(), 0);
    return true;
  }
  // Where several updates share one staleness, the flow is not the proof, so
  // the numbers are kept. The bound is better with all weight on the updates
  // that ask for most.
  for (int64_t round = 0; round < 3 && bestCost > bound; ++round) {
    solveGroups(true);
    findCarriers();
    if (bestCost > bound)
      solveGroups(false);
  }
  fixStaleness();
  return true;
}

/// Adds the constraints with the stalenesses found as distances.
void LagOptimizer::fixStaleness() {
  addDependences();
  mirrors.clear();
  for (size_t i = 0; i < periods.size(); ++i)
    if (const Dependence &dependence = graph.dependences[i];
        dependence.group >= 0)
      flow.addConstraint(dependence.from, dependence.to,
                         periods[i] - bestStaleness[dependence.group]);
}

/// Lets each input come when its first reader, in topological order, starts.
void LagOptimizer::placeInputs() {
  inputStart.assign(problem.graph.tasks.size(), 0);
  std::vector<int64_t> first(problem.graph.tasks.size(), -1);
  for (const Edge &edge : problem.graph.edges) {
    int64_t &reader = first[edge.from];
    if (reader < 0 || graph.rank[edge.to] < graph.rank[reader])
      reader = edge.to;
  }
  for (size_t task = 0; task < first.size(); ++task)
    if (first[task] >= 0)
      inputStart[task] = starts[first[task]];
}

/// Returns by how much a channel's capacity exceeds distance + lag(to) −
/// lag(from).
Wide LagOptimizer::capacityOffset(int64_t index) const {
  const Edge &edge = problem.graph.edges[index];
  bool input = problem.assignment[edge.from] < 0;
  auto key = [&](int64_t task) {
    return std::tuple(starts[task], graph.activities[task].duration > 0,
                      graph.rank[task]);
  };
  constexpr int64_t far = 8; // This is beyond the least capacity of 1.
  CapacityQuery query;
  query.period = period;
  query.fromStart = input ? inputStart[edge.from] : starts[edge.from];
  query.fromDuration = graph.activities[edge.from].duration;
  query.toStart = starts[edge.to];
  query.toLag = far;
  query.toDuration = graph.activities[edge.to].duration;
  query.sameProcessor =
      !input && problem.assignment[edge.from] == problem.assignment[edge.to];
  query.fromFirst = !input && key(edge.from) < key(edge.to);
  return requiredCapacity(query) - far;
}

void LagOptimizer::addStorageOf(int64_t index,
                                std::map<Mirror, int64_t> &most) {
  const Edge &edge = problem.graph.edges[index];
  int64_t bytes = problem.graph.values[edge.value].bytes;
  if (edge.from == edge.to)
    return;
  int64_t reader = edge.to;
  Wide distance = edge.distance;
  if (int64_t group = graph.edgeGroup[index]; group >= 0) {
    auto mirror = mirrors.find({group, edge.to});
    distance = mirror == mirrors.end() ? bestStaleness[group] : 0;
    reader = mirror == mirrors.end() ? reader : mirror->second;
  }
  if (problem.assignment[edge.from] < 0)
    flow.addConstraint(
        edge.from, edge.to,
        -Wide(edge.distance) -
            floorDiv(Wide(starts[edge.to]) - inputStart[edge.from], period));
  if (bytes == 0)
    return;
  auto [entry, isNew] =
      most.emplace(Mirror(edge.value, problem.assignment[edge.to]), -1);
  if (isNew) {
    entry->second = flow.addVariable();
    flow.addConstraint(edge.from, entry->second, 1);
    flow.addCost(entry->second, edge.from, bytes);
  }
  flow.addConstraint(reader, entry->second, distance + capacityOffset(index));
}

void LagOptimizer::addStorage() {
  placeInputs();
  std::map<Mirror, int64_t> most; // A key has a value and a processor.
  for (size_t edge = 0; edge < problem.graph.edges.size(); ++edge)
    addStorageOf(static_cast<int64_t>(edge), most);
}

std::optional<Placement> LagOptimizer::run() {
  if (!isFeasible())
    return std::nullopt;
  if (graph.groups.empty()) {
    addDependences();
  } else if (storageFirst) {
    bound = -1;
    addDependences();
    addGroups(false);
    std::fill(flow.cost.begin(), flow.cost.end(), 0);
  } else if (!minimizeStaleness()) {
    return std::nullopt;
  }
  addStorage();
  std::optional<DualFlowSolution> solution = solveDualFlow(flow);
  if (!solution)
    return std::nullopt;
  std::vector<int64_t> values = leastValues(flow, *solution, graph.order);
  Placement placement;
  placement.period = period;
  placement.start = starts;
  placement.lag.assign(values.begin(),
                       values.begin() +
                           static_cast<int64_t>(graph.activities.size()));
  placement.leastStaleness =
      stalenessOf(placement.lag, placement.staleness) == bound;
  return placement;
}

} // namespace

std::optional<Placement> findBestLags(const CyclicProblem &problem,
                                      const ActivityGraph &graph,
                                      int64_t period, const Starts &starts,
                                      bool storageFirst) {
  return LagOptimizer(problem, graph, period, starts, storageFirst).run();
}

} // namespace layerpipe::scheduling
