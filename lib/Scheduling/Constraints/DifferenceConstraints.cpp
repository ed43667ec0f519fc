//===- DifferenceConstraints.cpp - Systems x(v) − x(u) ≥ c ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bellman–Ford sweeps in order over the variables that changed, and searches
// for a cycle of tight constraints after each sweep.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// Returns a cycle of the graph that leads from each variable to the start of
/// its tight constraint, or nothing. In Bellman–Ford such a cycle always has
/// positive weight.
std::vector<int64_t> findTightCycle(const std::vector<Constraint> &constraints,
                                    const std::vector<int64_t> &tight) {
  int64_t n = tight.size();
  std::vector<int64_t> visitor(n, -1);
  for (int64_t root = 0; root < n; ++root) {
    int64_t node = root;
    while (visitor[node] < 0 && tight[node] >= 0) {
      visitor[node] = root;
      node = constraints[tight[node]].from;
    }
    if (tight[node] < 0 || visitor[node] != root)
      continue;
    std::vector<int64_t> cycle;
    int64_t at = node;
    do {
      cycle.push_back(tight[at]);
      at = constraints[tight[at]].from;
    } while (at != node);
    std::reverse(cycle.begin(), cycle.end());
    return cycle;
  }
  return {};
}

} // namespace

ConstraintSolution solveConstraints(const std::vector<Constraint> &constraints,
                                    std::vector<Wide> start,
                                    const std::vector<int64_t> &order) {
  int64_t n = start.size();
  ConstraintSolution solution;
  solution.value = std::move(start);
  solution.tight.assign(n, -1);
  Adjacency out(n, constraints.size(),
                [&](int64_t index) { return constraints[index].from; });

  std::vector<char> changed(n, 1);
  for (bool again = true; again;) {
    again = false;
    for (int64_t node : order) {
      if (!changed[node] || solution.value[node] == unbounded)
        continue;
      changed[node] = 0;
      for (int64_t index : out.of(node)) {
        const Constraint &constraint = constraints[index];
        Wide least = solution.value[node] + constraint.weight;
        if (least <= solution.value[constraint.to])
          continue;
        solution.value[constraint.to] = least;
        solution.tight[constraint.to] = index;
        changed[constraint.to] = 1;
        again = true;
      }
    }
    if (again) {
      solution.contradiction = findTightCycle(constraints, solution.tight);
      if (!solution.contradiction.empty())
        return solution;
    }
  }
  return solution;
}

} // namespace layerpipe::scheduling
