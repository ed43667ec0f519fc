//===- DualFlow.h - Linear objectives over differences ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The least Σ cost·x over integers with x(v) − x(u) ≥ c: the dual of a min-cost
// flow, whose potentials are the answer and whose flow is the proof.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CONSTRAINTS_DUALFLOW_H
#define LAYERPIPE_SCHEDULING_CONSTRAINTS_DUALFLOW_H

#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

struct DualFlowProblem {
  /// Per variable; they must add up to 0, so that the objective depends on
  /// differences alone.
  std::vector<Wide> cost;
  /// They must have a solution.
  std::vector<Constraint> constraints;

  int64_t addVariable() {
    cost.push_back(0);
    return static_cast<int64_t>(cost.size()) - 1;
  }
  /// Adds amount · (x(high) − x(low)) to the objective.
  void addCost(int64_t high, int64_t low, Wide amount) {
    cost[high] += amount;
    cost[low] -= amount;
  }
  void addConstraint(int64_t from, int64_t to, Wide weight) {
    if (from != to)
      constraints.push_back({from, to, weight});
  }
};

struct DualFlowSolution {
  /// Per variable; not normalised.
  std::vector<int64_t> value;
  /// Per constraint: its dual value, not negative. A solution is optimal if,
  /// and only if, it holds all constraints that carry flow with equality.
  std::vector<int64_t> flow;
};

/// Network simplex (LEMON). None when the objective is unbounded, or numbers
/// are too large for exact arithmetic. Near quadratic in practice.
/// Leiserson and Saxe, "Retiming synchronous circuitry", 1991, section 8;
/// Király and Kovács, "Efficient implementations of minimum-cost flow
/// algorithms", 2012.
std::optional<DualFlowSolution> solveDualFlow(const DualFlowProblem &problem);

/// The least values ≥ 0 that satisfy all constraints and hold those that carry
/// flow in `solution` with equality. `order` of the first variables is that of
/// the sweeps.
std::vector<int64_t> leastValues(const DualFlowProblem &problem,
                                 const DualFlowSolution &solution,
                                 const std::vector<int64_t> &order);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CONSTRAINTS_DUALFLOW_H
