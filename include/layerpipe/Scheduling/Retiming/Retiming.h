//===- Retiming.h - Moving delays without changing values -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A retiming is an integer lag r per task that moves delays across it, w_r(u→v)
// = w + r(v) − r(u) ≥ 0. In period n task v works on iteration n − r(v).
// Demands fix the lags of some tasks and ask for the rest. MinimumPeriod.h
// looks for lags of the shortest clock period, and StorageRetiming.h for those
// of least storage. For tasks of 3, 4 and 2 units in a ring with two delays,
//
//   3 ─► 4 ─► 2 ─[2]─►      has the clock period 9, with lags 0, 0, 0;
//   3 ─[1]─► 4 ─[1]─► 2 ─►  has 5, with lags 0, 1, 2.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H
#define LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H

#include "layerpipe/Scheduling/Model/Result.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// Each task has its lag here.
using Retiming = std::vector<int64_t>;

/// Returns w + r(to) − r(from) of every edge. The retiming must have one lag
/// per task.
std::vector<int64_t> retimedDistances(const TaskGraph &graph,
                                      const Retiming &retiming);

/// Checks that no edge gets a negative number of delays; the message names the
/// edge, its distance and both lags.
Status verify(const TaskGraph &graph, const Retiming &retiming);

/// Each task has the lag here that is demanded, or none.
using LagDemands = std::vector<std::optional<int64_t>>;

/// Finds lags that meet every demand. The free ones are as small as the demands
/// allow, or 0 where nothing binds them from below, except inputs, which run as
/// late as their readers allow. This is a feasibility problem, and it is
/// decided exactly.
///
/// Complexity: Bellman–Ford in topological sweeps, O(V·E) at worst and near
/// linear on training graphs.
///
/// Fails when a demand is of the wrong length, or when no lags meet the
/// demands; the message names the edge with too few delays, how many more it
/// needs, and the chain of constraints that says so.
///
/// Leiserson and Saxe, "Retiming synchronous circuitry", 1991.
Result<Retiming> retimeToDemands(const TaskGraph &graph,
                                 const LagDemands &demands);

/// Checks that the retiming is legal and that every task with a demand has the
/// lag that it demands.
Status verify(const TaskGraph &graph, const LagDemands &demands,
              const Retiming &retiming);

/// Returns LayerPipe2's demand, one register per stage boundary in each
/// direction, for `stages` stages. With L the highest layer, s(l) = ⌊(l −
/// 1)·stages / L⌋ and K = stages,
///
///   r(forward) = s(l), r(loss) = K − 1,
///   r(backward, grad_input, grad_weight) = 2(K − 1) − s(l),
///   r(update) = s(l), or no demand when `freeUpdates`.
///
/// A loss that belongs to a layer has r(loss) as well; tasks of layer 0 and of
/// kind `other` are free, and inputs too. Fails unless 1 ≤ stages ≤ L. Then
/// 2·S(l) is the least staleness that retimeToDemands accepts, with S(l) = K −
/// 1 − s(l); with free updates it is max(0, 2·S(l) − 1). Three layers on three
/// stages get 4, 2 and 0.
Result<LagDemands> stageDemands(const TaskGraph &graph, int64_t stages,
                                bool freeUpdates);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_RETIMING_RETIMING_H
