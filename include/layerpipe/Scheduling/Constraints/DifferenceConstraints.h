//===- DifferenceConstraints.h - Systems x(v) − x(u) ≥ c --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Longest paths, that is the least solution of a system of difference
// constraints, or a cycle of constraints that contradicts itself. The
// iteration bound's proof, retiming to demands and the lags of a cyclic
// schedule are such systems.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CONSTRAINTS_DIFFERENCECONSTRAINTS_H
#define LAYERPIPE_SCHEDULING_CONSTRAINTS_DIFFERENCECONSTRAINTS_H

#include "layerpipe/Scheduling/Model/Fraction.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// x(to) − x(from) ≥ weight.
struct Constraint {
  int64_t from = -1;
  int64_t to = -1;
  Wide weight = 0;
};

/// "No lower bound": the value of a variable that no constraint reaches.
inline constexpr Wide unbounded = -(Wide(1) << 120);

struct ConstraintSolution {
  /// The least values; `unbounded` where nothing binds from below.
  std::vector<Wide> value;
  /// Per variable, the constraint that is tight for it, or −1.
  std::vector<int64_t> tight;
  /// Constraints, in order, whose weights around a cycle add up to more than
  /// 0; empty when the system has a solution.
  std::vector<int64_t> contradiction;

  bool feasible() const { return contradiction.empty(); }
};

/// The least x ≥ `start` that satisfies all constraints. `order` lists all
/// variables and is the order of the relaxation sweeps: with few constraints
/// against it, few sweeps are needed. A contradiction is found by the cycle in
/// the tight constraints, as soon as it appears. O(n·m) at worst.
/// Bellman, 1958; Ford, 1956; Tarjan, "Shortest paths", 1981 (early detection).
ConstraintSolution solveConstraints(const std::vector<Constraint> &constraints,
                                    std::vector<Wide> start,
                                    const std::vector<int64_t> &order);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CONSTRAINTS_DIFFERENCECONSTRAINTS_H
