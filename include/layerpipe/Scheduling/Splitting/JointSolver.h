//===- JointSolver.h - The search for joint schedules -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This solver finds one schedule for given objectives, or the front of all
// trade-offs.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_JOINTSOLVER_H
#define LAYERPIPE_SCHEDULING_SPLITTING_JOINTSOLVER_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// Returns the longest period that counts as short enough: the bound with the
/// tolerance. A bound of 200 and a tolerance of 1 % give 202.
int64_t toleratedPeriod(int64_t bound, const Fraction &tolerance);

struct JointOptions {
  /// The first objective decides, then the second, and so on; those not named
  /// come after, in the order of the enumeration. The staleness is first by how
  /// much the largest exceeds processors − 1, which stages never need, then the
  /// weighted one, then the largest.
  std::vector<Objective> objectives = {};
  /// A period that exceeds the lower bound by no more than this part of it
  /// counts as short enough, unless it exceeds longestPeriod.
  Fraction tolerance{1, 100};
  /// No longer period counts as short enough; 0 means that there is no such
  /// limit.
  int64_t longestPeriod = 0;
  /// The search starts from these assignments of the whole tasks, and the
  /// answer is never worse than they are.
  std::vector<std::vector<int64_t>> starts = {};
  Limits limits = {};
  /// This is for each cyclic schedule; see ScheduleOptions.
  int64_t exactEffort = int64_t(1) << 21;
  /// Where there are at most so many pairs of splits and an assignment
  /// (countSplitAssignments), all of them are tried; 0 means never.
  int64_t exhaustive = 8192;
};

/// Solves the joint problem for options.objectives, in their order.
///
/// On tiny problems (options.exhaustive) the answer is the best of
/// findParetoFront, which then is optimal in all objectives before the memory.
/// Elsewhere it is not optimal. Stages of fractions of layers
/// (FractionalStages.h) are scheduled as they are, with the least delays; other
/// starts (the caller's, whole tasks placed freely or in the order of layers,
/// layers shared by sample) are levelled by cutting tasks first (Levelling.h).
/// The best is kept. Where limits are not kept, fewer delays, longer periods,
/// parts placed by their bytes, and all that is looked at on fewer processors
/// are tried, so that more processors are not slower than fewer are, as long as
/// neither options.starts nor a time limit tell them apart. The answer is never
/// worse than the schedule of any of options.starts, nor than one iteration
/// after the other on one processor, as far as these keep the limits.
///
/// What is scheduled with a period that is short enough does not depend on the
/// objectives, and findParetoFront has no other schedules of such a period. So
/// naming an objective earlier never makes it worse among these.
///
/// Fails on a problem that check() refuses (input), and when no schedule that
/// was found keeps the memory or staleness limit (infeasible); the message then
/// says the nearest value that was reached, and what no schedule can fall
/// below. Without memory limits it never fails for want of staleness.
///
/// Complexity: a bounded number of levellings and schedules.
Result<JointSchedule> solveJointSchedule(const JointProblem &problem,
                                         const JointOptions &options = {});

struct ParetoFront {
  /// No other schedule is as good in every figure and better in one than one of
  /// these. They are ordered by period, then communication, staleness, largest
  /// staleness and memory. The list is never empty.
  std::vector<JointSchedule> schedules;
  /// This is optimal if every schedule that keeps the limits, with whatever
  /// splits on quanta, has one here that is as good in period, communication,
  /// staleness and largest staleness. Nothing is proven of the memory, which is
  /// that of the schedule that was found.
  Proof proof = Proof::feasible;
};

/// Finds non-dominated schedules. On tiny problems (options.exhaustive) it
/// tries all splits, assignments up to the names of equal processors, and
/// periods at which something changes, with exact cyclic schedules. The front
/// is then optimal, unless one of them gives up, which the proof says; machines
/// with memory limits are never proven. In any case the front has the
/// non-dominated ones of all schedules that the search looks at, and of those
/// made for the purpose: with fewer processors, longer periods, fewer delays
/// and less memory. Fails as solveJointSchedule does.
Result<ParetoFront> findParetoFront(const JointProblem &problem,
                                    const JointOptions &options = {});

/// Checks that there is a schedule, that verify accepts each, that they stand
/// in the order of their figures, and that none is dominated by another. That
/// no schedule is missing (`proof`) is taken on trust.
Status verify(const JointProblem &problem, const ParetoFront &front);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_JOINTSOLVER_H
