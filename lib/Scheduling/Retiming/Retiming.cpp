//===- Retiming.cpp - Moving delays without changing values ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the retiming verifier, LayerPipe2's demands, and the
// feasibility of demands as a system of difference constraints.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// Larger lags are no user's intention and would overflow sums.
constexpr int64_t maxDemand = int64_t(1) << 31;

/// Returns the constraints of edges and demands. Variables are the tasks and
/// one more, the origin, fixed at 0. Constraints 0 … E − 1 are the edges',
/// r(to) − r(from) ≥ −w; the demands follow.
std::vector<Constraint> demandConstraints(const TaskGraph &graph,
                                          const LagDemands &demands) {
  int64_t origin = graph.tasks.size();
  std::vector<Constraint> constraints;
  for (const Edge &edge : graph.edges)
    constraints.push_back({edge.from, edge.to, -Wide(edge.distance)});
  for (int64_t task = 0; task < origin; ++task) {
    if (!demands[task])
      continue;
    constraints.push_back({origin, task, *demands[task]});
    constraints.push_back({task, origin, -Wide(*demands[task])});
  }
  return constraints;
}

/// Returns the edge to blame: a gradient edge, whose distance is the staleness
/// that the user chose, before any other.
int64_t edgeToBlame(const TaskGraph &graph, const std::vector<int64_t> &cycle) {
  int64_t edges = graph.edges.size();
  int64_t blamed = -1;
  for (int64_t index : cycle) {
    if (index >= edges)
      continue;
    if (graph.edges[index].parameter >= 0)
      return index;
    if (blamed < 0)
      blamed = index;
  }
  return blamed;
}

Error explainContradiction(const TaskGraph &graph, const LagDemands &demands,
                           const std::vector<Constraint> &constraints,
                           const std::vector<int64_t> &cycle) {
  int64_t edges = graph.edges.size();
  int64_t origin = graph.tasks.size();
  Wide missing = 0;
  std::string chain;
  for (int64_t index : cycle) {
    missing += constraints[index].weight;
    if (!chain.empty())
      chain += ", ";
    if (index < edges) {
      chain += fmt::format("{} has distance {}", describeEdge(graph, index),
                           graph.edges[index].distance);
      continue;
    }
    const Constraint &demand = constraints[index];
    int64_t task = demand.from == origin ? demand.to : demand.from;
    chain += fmt::format("{} is demanded at lag {}", describeTask(graph, task),
                         *demands[task]);
  }
  int64_t blamed = edgeToBlame(graph, cycle);
  return Error{fmt::format(
      "edge {} has {} delays and needs at least {}: {}",
      describeEdge(graph, blamed), graph.edges[blamed].distance,
      graph.edges[blamed].distance + static_cast<int64_t>(missing), chain)};
}

/// Gives the tasks that nothing binds from below the latest lag that their
/// readers allow, and 0 to those that nothing binds at all.
void runLate(const TaskGraph &graph, std::vector<Wide> &lag,
             std::vector<int64_t> order) {
  std::vector<Constraint> constraints;
  for (const Edge &edge : graph.edges)
    if (lag[edge.from] == unbounded)
      constraints.push_back({edge.to, edge.from, -Wide(edge.distance)});
  std::vector<Wide> negated(lag.size(), unbounded);
  for (size_t task = 0; task < lag.size(); ++task)
    if (lag[task] != unbounded)
      negated[task] = -lag[task];
  std::reverse(order.begin(), order.end());
  ConstraintSolution late = solveConstraints(constraints, negated, order);
  for (size_t task = 0; task < lag.size(); ++task)
    lag[task] = late.value[task] == unbounded ? 0 : -late.value[task];
}

} // namespace

std::vector<int64_t> retimedDistances(const TaskGraph &graph,
                                      const Retiming &retiming) {
  std::vector<int64_t> distances;
  for (const Edge &edge : graph.edges)
    distances.push_back(edge.distance + retiming[edge.to] -
                        retiming[edge.from]);
  return distances;
}

Status verify(const TaskGraph &graph, const Retiming &retiming) {
  if (retiming.size() != graph.tasks.size())
    return Error{fmt::format("the retiming has {} lags for {} tasks",
                             retiming.size(), graph.tasks.size())};
  for (size_t task = 0; task < retiming.size(); ++task)
    if (retiming[task] > maxLag || retiming[task] < -maxLag)
      return Error{fmt::format("the lag {} of {} is out of range",
                               retiming[task], describeTask(graph, task))};
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    const Edge &edge = graph.edges[index];
    Wide delays = Wide(edge.distance) + retiming[edge.to] - retiming[edge.from];
    if (delays < 0)
      return Error{fmt::format(
          "edge {} would get fewer than no delays: distance {}, lags {} and {}",
          describeEdge(graph, index), edge.distance, retiming[edge.from],
          retiming[edge.to])};
  }
  return Status::success();
}

Status verify(const TaskGraph &graph, const LagDemands &demands,
              const Retiming &retiming) {
  if (Status status = verify(graph, retiming); !status)
    return status;
  if (demands.size() != retiming.size())
    return Error{fmt::format("there are {} demands for {} tasks",
                             demands.size(), retiming.size())};
  for (size_t task = 0; task < retiming.size(); ++task)
    if (demands[task] && *demands[task] != retiming[task])
      return Error{fmt::format("task {} has lag {}, but {} is demanded",
                               describeTask(graph, task), retiming[task],
                               *demands[task])};
  return Status::success();
}

Result<Retiming> retimeToDemands(const TaskGraph &graph,
                                 const LagDemands &demands) {
  if (Status status = check(graph); !status)
    return status;
  int64_t tasks = graph.tasks.size();
  if (demands.size() != graph.tasks.size())
    return Error{fmt::format("{} demands for {} tasks", demands.size(), tasks)};
  for (int64_t task = 0; task < tasks; ++task)
    if (demands[task] &&
        (*demands[task] > maxDemand || *demands[task] < -maxDemand))
      return Error{fmt::format("the lag {} demanded of {} is out of range",
                               *demands[task], describeTask(graph, task))};

  std::vector<int64_t> order{tasks};
  std::vector<int64_t> sorted =
      topologicalOrder(tasks, delayFreeArcs(graph, distancesOf(graph)));
  order.insert(order.end(), sorted.begin(), sorted.end());
  std::vector<Wide> start(tasks + 1, unbounded);
  start[tasks] = 0;
  std::vector<Constraint> constraints = demandConstraints(graph, demands);
  ConstraintSolution solution = solveConstraints(constraints, start, order);
  if (!solution.feasible())
    return explainContradiction(graph, demands, constraints,
                                solution.contradiction);
  solution.value.pop_back();
  runLate(graph, solution.value, sorted);
  Retiming retiming;
  for (Wide lag : solution.value)
    retiming.push_back(static_cast<int64_t>(lag));
  return retiming;
}

Result<LagDemands> stageDemands(const TaskGraph &graph, int64_t stages,
                                bool freeUpdates) {
  int64_t layers = 0;
  for (const Task &task : graph.tasks)
    layers = std::max(layers, task.layer);
  if (stages < 1 || stages > layers)
    return Error{fmt::format("{} stages asked for; with {} layers there can be "
                             "1 to {}",
                             stages, layers, layers)};
  LagDemands demands(graph.tasks.size());
  for (size_t index = 0; index < graph.tasks.size(); ++index) {
    const Task &task = graph.tasks[index];
    if (task.kind == TaskKind::loss) {
      demands[index] = stages - 1;
      continue;
    }
    if (task.layer < 1)
      continue;
    int64_t stage =
        static_cast<int64_t>(Wide(task.layer - 1) * stages / layers);
    if (task.kind == TaskKind::forward ||
        (task.kind == TaskKind::update && !freeUpdates))
      demands[index] = stage;
    else if (task.kind == TaskKind::backward ||
             task.kind == TaskKind::grad_input ||
             task.kind == TaskKind::grad_weight)
      demands[index] = 2 * (stages - 1) - stage;
  }
  return demands;
}

} // namespace layerpipe::scheduling
