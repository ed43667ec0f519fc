//===- MinimumPeriod.h - Retiming for the shortest period -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Minimum-period retiming looks for lags of the shortest clock period in which
// no task straddles a register, and proves that no retiming has a shorter one.
// A ring of tasks of 3, 4 and 2 units with two delays has the clock period 5: 4
// between two registers, and 2 and 3 without one between them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_RETIMING_MINIMUMPERIOD_H
#define LAYERPIPE_SCHEDULING_RETIMING_MINIMUMPERIOD_H

#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include <vector>

namespace layerpipe::scheduling {

/// Returns the longest path of zero-distance edges, in time; the graph must be
/// legal.
int64_t clockPeriod(const TaskGraph &graph,
                    const std::vector<int64_t> &distances);

/// Checks that no retiming has a clock period of `period` or less, for one of
/// these reasons:
///
/// - `task`: its time exceeds the period;
/// - `cycle`: `edges` form a closed walk with too few delays. Cut the walk,
///   followed round after round, into stretches just too long for one period:
///   each must hold a delay, and there come to be more of them than delays. A
///   cycle with Σ time > period · Σ distance is the plainest case.
///
/// Retiming keeps the delays of every closed walk, hence the proof. The message
/// says what is missing when the obstacle proves nothing. O(V + E).
Status verifyObstacle(const TaskGraph &graph, int64_t period,
                      const Obstacle &obstacle);

struct PeriodRetiming {
  Retiming retiming;
  /// This is the longest path without a delay after retiming.
  int64_t period = 0;
  /// No retiming has a shorter period.
  int64_t lowerBound = 0;
  /// This says why no retiming has the period lowerBound − 1; it is none where
  /// the bound is 0.
  Obstacle obstacle = {};
  Proof proof = Proof::feasible;
};

/// Finds the shortest clock period of any retiming. The answer is optimal, and
/// its obstacle proves it, unless the clock ends the search: then proof is
/// out_of_time, and the answer the best found, with the bound that was proven.
///
/// Complexity: longest paths for each of O(log Σt) periods, near linear each on
/// training graphs and O(V·E) at worst. The candidates lie between the greatest
/// of the iteration bound, the longest task and the periods that closed walks
/// found on the way allow, and the best retiming so far.
///
/// Fails on a graph that check() refuses.
///
/// Leiserson and Saxe, "Retiming synchronous circuitry", 1991, algorithm FEAS;
/// Zhou, "Deriving a new efficient algorithm for min-period retiming", 2005.
Result<PeriodRetiming> minimumPeriodRetiming(const TaskGraph &graph,
                                             const Limits &limits = {});

/// Finds the least lags ≥ 0 with a clock period of at most `period`. This is a
/// feasibility problem, and it is decided exactly, with the complexity above.
/// Fails on a graph that check() refuses; as infeasible, with an obstacle that
/// verifyObstacle accepts; as out_of_time when the clock ends the search.
Result<Retiming> retimeToPeriod(const TaskGraph &graph, int64_t period,
                                const Limits &limits = {});

/// Checks that the retiming is legal, that the period and the lower bound are
/// what they are said to be, and that proof is optimal only where both are
/// equal.
Status verify(const TaskGraph &graph, const PeriodRetiming &answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_RETIMING_MINIMUMPERIOD_H
