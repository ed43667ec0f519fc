//===- DualFlow.cpp - Linear objectives over differences ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the flow network and its network simplex, and finds the values
// with the shortest range on the optimal face.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Constraints/DualFlow.h"

#define LEMON_ONLY_TEMPLATES
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <numeric>

namespace layerpipe::scheduling {
namespace {

using Network = lemon::SmartDigraph;
using Simplex = lemon::NetworkSimplex<Network, int64_t, int64_t>;

/// Returns whether flows and potentials stay far from overflow.
bool fits(const DualFlowProblem &problem) {
  constexpr Wide largestFlow = Wide(1) << 60;
  constexpr Wide largestCost = Wide(1) << 31;
  Wide supply = 0;
  for (Wide cost : problem.cost)
    supply += cost > 0 ? cost : 0;
  return supply <= largestFlow &&
         std::all_of(problem.constraints.begin(), problem.constraints.end(),
                     [&](const Constraint &constraint) {
                       return constraint.weight <= largestCost &&
                              constraint.weight >= -largestCost;
                     });
}

/// A cluster is a set of variables that tight constraints bind together, each
/// at a fixed distance from its root.
class Clusters {
public:
  explicit Clusters(int64_t count) : parent(count), offset(count, 0) {
    std::iota(parent.begin(), parent.end(), 0);
  }

  /// Returns the root of a node; afterwards `offset[node]` is the node's
  /// distance from it.
  int64_t find(int64_t node) {
    std::vector<int64_t> path;
    while (parent[node] != node) {
      path.push_back(node);
      node = parent[node];
    }
    // The walk goes from the root down, so that each parent's offset is final.
    for (size_t i = path.size(); i-- > 0;) {
      if (parent[path[i]] != node)
        offset[path[i]] += offset[parent[path[i]]];
      parent[path[i]] = node;
    }
    return node;
  }

  /// Joins two clusters so that x(b) = x(a) + difference.
  void join(int64_t a, int64_t b, Wide difference) {
    int64_t rootA = find(a), rootB = find(b);
    if (rootA == rootB)
      return;
    parent[rootB] = rootA;
    offset[rootB] = offset[a] + difference - offset[b];
  }

  Wide offsetOf(int64_t node) const { return offset[node]; }

private:
  std::vector<int64_t> parent;
  std::vector<Wide> offset;
};

} // namespace

std::optional<DualFlowSolution> solveDualFlow(const DualFlowProblem &problem) {
  if (!fits(problem))
    return std::nullopt;
  if (problem.cost.empty())
    return DualFlowSolution(); // LEMON takes no empty network.
  Network network;
  int64_t variables = problem.cost.size();
  int64_t constraints = problem.constraints.size();
  network.reserveNode(static_cast<int>(variables));
  network.reserveArc(static_cast<int>(constraints));
  for (int64_t i = 0; i < variables; ++i)
    network.addNode();
  for (const Constraint &constraint : problem.constraints)
    network.addArc(Network::nodeFromId(static_cast<int>(constraint.from)),
                   Network::nodeFromId(static_cast<int>(constraint.to)));
  Network::ArcMap<int64_t> cost(network);
  Network::NodeMap<int64_t> supply(network);
  for (int64_t i = 0; i < constraints; ++i)
    cost[Network::arcFromId(static_cast<int>(i))] =
        -static_cast<int64_t>(problem.constraints[i].weight);
  for (int64_t i = 0; i < variables; ++i)
    supply[Network::nodeFromId(static_cast<int>(i))] =
        -static_cast<int64_t>(problem.cost[i]);

  Simplex simplex(network);
  if (simplex.costMap(cost).supplyMap(supply).run() != Simplex::OPTIMAL)
    return std::nullopt;
  DualFlowSolution solution;
  for (int64_t i = 0; i < variables; ++i)
    solution.value.push_back(
        -simplex.potential(Network::nodeFromId(static_cast<int>(i))));
  for (int64_t i = 0; i < constraints; ++i)
    solution.flow.push_back(
        simplex.flow(Network::arcFromId(static_cast<int>(i))));
  return solution;
}

std::vector<int64_t> leastValues(const DualFlowProblem &problem,
                                 const DualFlowSolution &solution,
                                 const std::vector<int64_t> &order) {
  int64_t count = problem.cost.size();
  Clusters clusters(count);
  for (size_t i = 0; i < problem.constraints.size(); ++i)
    if (const Constraint &constraint = problem.constraints[i];
        solution.flow[i] > 0)
      clusters.join(constraint.from, constraint.to, constraint.weight);
  std::vector<int64_t> root(count);
  std::vector<Wide> start(count, 0);
  for (int64_t i = 0; i < count; ++i)
    root[i] = clusters.find(i);
  for (int64_t i = 0; i < count; ++i)
    start[root[i]] = std::max(start[root[i]], -clusters.offsetOf(i));
  std::vector<Constraint> between;
  for (const Constraint &constraint : problem.constraints)
    if (root[constraint.from] != root[constraint.to])
      between.push_back({root[constraint.from], root[constraint.to],
                         constraint.weight +
                             clusters.offsetOf(constraint.from) -
                             clusters.offsetOf(constraint.to)});
  std::vector<int64_t> sweep;
  std::vector<bool> listed(count, false);
  auto list = [&](int64_t variable) {
    if (!listed[root[variable]])
      sweep.push_back(root[variable]);
    listed[root[variable]] = true;
  };
  std::for_each(order.begin(), order.end(), list);
  for (int64_t i = 0; i < count; ++i)
    list(i);
  ConstraintSolution least = solveConstraints(between, std::move(start), sweep);
  std::vector<int64_t> values(count);
  for (int64_t i = 0; i < count; ++i)
    values[i] =
        static_cast<int64_t>(least.value[root[i]] + clusters.offsetOf(i));
  return values;
}

} // namespace layerpipe::scheduling
