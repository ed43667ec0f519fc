//===- CyclicSolver.h - The search for cyclic schedules ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the solver of the problem that Model/CyclicProblem.h poses;
// CyclicSchedule.h judges its answers. Three layers of unit tasks, gradients
// apart and on two processors, get a period of 4:
//
//   time         0    1    2    3  │ 4    5    6    7
//   processor 0  F1.0 F2.0 F3.0 I3.0 F1.1 F2.1 F3.1 I3.1
//   processor 1  ·    ·    ·    G3.0 G2.0 I2.0 G1.0 G3.1
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSOLVER_H
#define LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSOLVER_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <cstdint>
#include <optional>

namespace layerpipe::scheduling {

struct ScheduleOptions {
  /// Asks for exactly this period; 0 asks for the least.
  int64_t period = 0;
  Limits limits = {};
  /// The exhaustive search may do so much work, in steps of some nanoseconds; 0
  /// leaves it out.
  int64_t exactEffort = int64_t(1) << 28;
  /// For Delays::least, schedules in which no gradient is later than this come
  /// before others, those that exceed it by less before those that exceed it
  /// by more, and only then the weighted staleness counts.
  std::optional<int64_t> wantedStaleness = std::nullopt;
};

struct CyclicSchedule {
  CyclicSolution solution;
  /// No schedule of this problem has a shorter period.
  int64_t lowerBound = 0;
  /// This proof is about the period: it is optimal when the period equals the
  /// lower bound.
  Proof proof = Proof::feasible;
  /// This says what the lower bound comes from; it is none when exhaustion
  /// proved it.
  Obstacle obstacle = {};
  /// For Delays::least, no schedule of this period has a smaller weighted
  /// staleness than the bound; the proof is optimal when the solution's
  /// staleness equals it.
  Proof stalenessProof = Proof::feasible;
  Wide staleness = 0;
  Wide stalenessBound = 0;
  /// Says, for Delays::least, whether no lags have a smaller weighted staleness
  /// with these starts.
  bool leastForStarts = false;
};

/// Solves a cyclic scheduling problem. The objective is the period; for
/// Delays::least then the weighted staleness (see options.wantedStaleness);
/// then the bytes that channels hold.
///
/// An instance of up to 24 tasks and transfers is searched exhaustively as far
/// as options.exactEffort reaches; `proof` and `stalenessProof` say what that
/// proves. Beyond that the solver is a heuristic over the starts; for its
/// starts staleness, and then storage, are least (a min-cost flow) on graphs up
/// to some ten thousand tasks. With Delays::least and no recurrence but those
/// through parameters, the period is the lower bound: the busiest processor's
/// or link's load.
///
/// Complexity: near linear for each of a bounded number of attempts, the flow
/// apart.
///
/// Fails on a problem that check() refuses (input); when options.period is
/// given and either ruled out (infeasible, with the obstacle where one bound
/// does it) or not found (out_of_time); when a processor's memory is smaller
/// than one copy of each value that it reads (infeasible), or no schedule found
/// fits (out_of_time; the message says how much is missing). Without period and
/// memory limits it always succeeds, since one iteration after the other is
/// legal.
///
/// Rau, "Iterative modulo scheduling", MICRO 1994; Leiserson and Saxe,
/// "Retiming synchronous circuitry", 1991 (registers as a min-cost flow); Hanen
/// and Munier, "A study of the cyclic scheduling problem on parallel
/// processors", 1995 (orders as whole numbers of periods).
Result<CyclicSchedule> solveCyclicSchedule(const CyclicProblem &problem,
                                           const ScheduleOptions &options = {});

/// Checks that the solution keeps every rule, that its period and its weighted
/// staleness are not below the bounds that go with them, that the obstacle
/// shows the bound of the period (verifyObstacle in Bounds.h), and that each
/// proof is optimal only where both are equal. What exhaustion proved, a bound
/// of the period without an obstacle and that of the staleness, is taken on
/// trust. It knows nothing of any solver; O(E log E).
Status verify(const CyclicProblem &problem, const CyclicSchedule &answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_CYCLICSOLVER_H
