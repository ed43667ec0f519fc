//===- DifferenceConstraints.h - Systems x(v) − x(u) ≥ c --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A system of difference constraints has a least solution, found as longest
// paths, or a cycle of constraints that contradicts itself. The iteration
// bound's proof, retiming to demands and the lags of a cyclic schedule are such
// systems. With x(a) ≥ 0, for instance,
//
//   x(b) − x(a) ≥ 2, x(c) − x(b) ≥ 1, x(a) − x(c) ≥ −4   give a 0, b 2, c 3;
//   with x(a) − x(c) ≥ −2 instead, the cycle adds up to 2 + 1 − 2 = 1 > 0,
//   and there is no solution.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CONSTRAINTS_DIFFERENCECONSTRAINTS_H
#define LAYERPIPE_SCHEDULING_CONSTRAINTS_DIFFERENCECONSTRAINTS_H

#include "layerpipe/Scheduling/Model/Fraction.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// A constraint says that x(to) − x(from) ≥ weight.
struct Constraint {
  int64_t from = -1;
  int64_t to = -1;
  Wide weight = 0;
};

/// A variable that no constraint reaches has this value, which means "no lower
/// bound".
inline constexpr Wide unbounded = -(Wide(1) << 120);

struct ConstraintSolution {
  /// These are the least values; a value is `unbounded` where nothing binds it
  /// from below.
  std::vector<Wide> value;
  /// Each variable has the constraint here that is tight for it, or −1.
  std::vector<int64_t> tight;
  /// These constraints, in order, form a cycle whose weights add up to more
  /// than 0. The list is empty when the system has a solution.
  std::vector<int64_t> contradiction;

  bool feasible() const { return contradiction.empty(); }
};

/// Finds the least x ≥ `start` that satisfies all constraints. `order` lists
/// all variables and is the order of the relaxation sweeps: with few
/// constraints against it, few sweeps are needed. A contradiction is found by
/// the cycle in the tight constraints, as soon as that appears. O(n·m) at
/// worst. Bellman, 1958; Ford, 1956; Tarjan, "Shortest paths", 1981 (early
/// detection).
ConstraintSolution solveConstraints(const std::vector<Constraint> &constraints,
                                    std::vector<Wide> start,
                                    const std::vector<int64_t> &order);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CONSTRAINTS_DIFFERENCECONSTRAINTS_H
