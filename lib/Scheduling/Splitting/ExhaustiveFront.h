//===- ExhaustiveFront.h - Every split and assignment -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_EXHAUSTIVEFRONT_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_EXHAUSTIVEFRONT_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"

#include <vector>

namespace layerpipe::scheduling {

struct ExhaustiveFront {
  /// Non-dominated.
  std::vector<JointSchedule> schedules;
  /// For every schedule that keeps the limits there is one here that is as good
  /// in period, communication, staleness and largest staleness.
  bool complete = false;
};

/// All cuts on quanta, all assignments of the parts but for the names of equal
/// processors, and for each of them all periods at which the least staleness
/// changes: what staleness a schedule can have only falls as its period grows
/// (idle time at the end of the period breaks nothing), so where two periods
/// allow the same, so do those between. `known` are schedules that what is
/// sought must not be dominated by; one without staleness and without
/// communication among them ends the search of the periods.
ExhaustiveFront searchExhaustively(const JointProblem &problem,
                                   const JointOptions &options,
                                   std::vector<JointSchedule> known);

/// Adds it unless it is dominated or equalled; removes what it dominates.
bool addToFront(std::vector<JointSchedule> &front, JointSchedule answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_EXHAUSTIVEFRONT_H
