//===- DualFlow.h - Linear objectives over differences ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This solver finds the least Σ cost·x over integers with x(v) − x(u) ≥ c. The
// problem is the dual of a min-cost flow, whose potentials are the answer and
// whose flow is the proof. For instance, 2·(x(b) − x(a)) with x(b) − x(a) ≥ 3
// is least with x = (0, 3):
//
//   a flow of 2 on the constraint is worth 2·3 = 6, and no x is below that.
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
  /// Each variable has its cost here. The costs must add up to 0, so that the
  /// objective depends on differences alone.
  std::vector<Wide> cost;
  /// The constraints must have a solution.
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
  /// Each variable has its value here; the values are not normalised.
  std::vector<int64_t> value;
  /// Each constraint has its dual value here, which is not negative. A solution
  /// is optimal if, and only if, it holds all constraints that carry flow with
  /// equality.
  std::vector<int64_t> flow;
};

/// Solves the problem by network simplex (LEMON). Returns nothing when the
/// objective is unbounded, or when numbers are too large for exact arithmetic.
/// The time is near quadratic in practice. Leiserson and Saxe, "Retiming
/// synchronous circuitry", 1991, section 8; Király and Kovács, "Efficient
/// implementations of minimum-cost flow algorithms", 2012.
std::optional<DualFlowSolution> solveDualFlow(const DualFlowProblem &problem);

/// Returns the least values ≥ 0 that satisfy all constraints and hold those
/// that carry flow in `solution` with equality. The sweeps visit the variables
/// that `order` lists first.
std::vector<int64_t> leastValues(const DualFlowProblem &problem,
                                 const DualFlowSolution &solution,
                                 const std::vector<int64_t> &order);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CONSTRAINTS_DUALFLOW_H
