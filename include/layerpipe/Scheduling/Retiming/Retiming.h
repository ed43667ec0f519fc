//===- Retiming.h - Moving delays without changing values -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Retiming: an integer lag r per task that moves delays across it, w_r(u→v) =
// w + r(v) − r(u) ≥ 0. In period n task v works on iteration n − r(v). Demands
// fix the lags of some tasks and ask for the rest. MinimumPeriod.h looks for
// lags of the shortest clock period, StorageRetiming.h for those of least
// storage.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H
#define LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H

#include "layerpipe/Scheduling/Model/Result.h"
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

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H
