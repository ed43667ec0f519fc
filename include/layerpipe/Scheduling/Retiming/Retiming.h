//===- Retiming.h - Moving delays without changing values -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Retiming: an integer lag r per task that moves delays across it, w_r(u→v) =
// w + r(v) − r(u) ≥ 0. In period n task v works on iteration n − r(v). Demands
// fix the lags of some tasks and ask for the rest; minimum-period retiming
// asks for the shortest clock period in which no task straddles a register.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H
#define LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H

#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// A lag per task.
using Retiming = std::vector<int64_t>;

/// w + r(to) − r(from) of every edge. The retiming must have one lag per task.
std::vector<int64_t> retimedDistances(const TaskGraph &graph,
                                      const Retiming &retiming);

/// That no edge gets a negative number of delays; the message names the edge,
/// its distance and both lags.
Status verify(const TaskGraph &graph, const Retiming &retiming);

/// A demanded lag per task, or none.
using LagDemands = std::vector<std::optional<int64_t>>;

/// Objective: lags that meet every demand; the free ones as small as the
/// demands allow, or 0 where nothing binds them from below, except inputs,
/// which run as late as their readers allow.
/// Optimal: a feasibility problem, decided exactly.
/// Complexity: Bellman–Ford in topological sweeps, O(V·E) at worst and near
/// linear on training graphs.
/// Fails: when a demand is of the wrong length, or when no lags meet the
/// demands; the message names the edge with too few delays, how many more it
/// needs, and the chain of constraints that says so.
/// Leiserson and Saxe, "Retiming synchronous circuitry", 1991.
Result<Retiming> retimeToDemands(const TaskGraph &graph,
                                 const LagDemands &demands);

/// LayerPipe2's demand, one register per stage boundary in each direction, for
/// `stages` stages: with L the highest layer, s(l) = ⌊(l − 1)·stages / L⌋ and
/// K = stages,
///   r(forward) = s(l), r(loss) = K − 1,
///   r(backward, grad_input, grad_weight) = 2(K − 1) − s(l),
///   r(update) = s(l), or no demand when `freeUpdates`.
/// A loss that belongs to a layer has r(loss) as well; tasks of layer 0 and of
/// kind `other` are free, inputs too. Fails unless 1 ≤ stages ≤ L.
/// Then 2·S(l) is the least staleness that retimeToDemands accepts, with
/// S(l) = K − 1 − s(l); with free updates max(0, 2·S(l) − 1).
Result<LagDemands> stageDemands(const TaskGraph &graph, int64_t stages,
                                bool freeUpdates);

/// The longest path of zero-distance edges, in time; the graph must be legal.
int64_t clockPeriod(const TaskGraph &graph,
                    const std::vector<int64_t> &distances);

/// That no retiming has a clock period of `period` or less, for one of these
/// reasons:
///   * `task`: its time exceeds the period;
///   * `cycle`: `edges` form a closed walk with too few delays. Cut the walk,
///     followed round after round, into stretches just too long for one
///     period: each must hold a delay, and there come to be more of them than
///     delays. A cycle with Σ time > period · Σ distance is the plainest case.
/// Retiming keeps the delays of every closed walk, hence the proof. The message
/// says what is missing when the obstacle proves nothing. O(V + E).
Status verifyObstacle(const TaskGraph &graph, int64_t period,
                      const Obstacle &obstacle);

struct PeriodRetiming {
  Retiming retiming;
  /// The longest path without a delay after retiming.
  int64_t period = 0;
  /// No retiming has a shorter period.
  int64_t lowerBound = 0;
  /// Why no retiming has the period lowerBound − 1; none where the bound is 0.
  Obstacle obstacle = {};
  Proof proof = Proof::feasible;
};

/// Objective: the shortest clock period of any retiming.
/// Optimal, and the answer's obstacle proves it, unless the clock ends the
/// search: then proof is out_of_time, and the answer the best found, with the
/// bound that was proven.
/// Complexity: longest paths for each of O(log Σt) periods: near linear each on
/// training graphs, O(V·E) at worst. The candidates lie between the greatest of
/// the iteration bound, the longest task and the periods that closed walks
/// found on the way allow, and the best retiming so far.
/// Fails: on a graph that check() refuses.
/// Leiserson and Saxe, "Retiming synchronous circuitry", 1991, algorithm FEAS;
/// Zhou, "Deriving a new efficient algorithm for min-period retiming", 2005.
Result<PeriodRetiming> minimumPeriodRetiming(const TaskGraph &graph,
                                             const Limits &limits = {});

/// The least lags ≥ 0 with a clock period of at most `period`.
/// Optimal: a feasibility problem, decided exactly. Complexity as above.
/// Fails: on a graph that check() refuses; as infeasible, with an obstacle that
/// verifyObstacle accepts; as out_of_time when the clock ends the search.
Result<Retiming> retimeToPeriod(const TaskGraph &graph, int64_t period,
                                const Limits &limits = {});

/// That the retiming is legal, that the period and the lower bound are what
/// they are said to be, and that proof is optimal only where both are equal.
Status verify(const TaskGraph &graph, const PeriodRetiming &answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H
