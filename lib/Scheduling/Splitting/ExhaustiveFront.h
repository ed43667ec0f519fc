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
  /// None of these dominates another.
  std::vector<JointSchedule> schedules;
  /// Says whether every schedule that keeps the limits has one here that is as
  /// good in period, communication, staleness and largest staleness.
  bool complete = false;
};

/// Tries all cuts on quanta, all assignments of the parts except for the names
/// of equal processors, and for each of them all periods at which the least
/// staleness changes. What staleness a schedule can have only falls as its
/// period grows, since idle time at the end of the period breaks nothing. Where
/// two periods allow the same staleness, so do those between:
///
///   period 4 needs staleness 2, period 16 needs none: try 10
///   period 10 needs none: only 4 to 10 are left; try 7, and so on
///
/// Nothing is kept that one of the schedules `known` dominates. One of them
/// without staleness and without communication ends the search of the periods.
ExhaustiveFront searchExhaustively(const JointProblem &problem,
                                   const JointOptions &options,
                                   std::vector<JointSchedule> known);

/// Adds the answer unless one of the front dominates or equals it, and removes
/// those that it dominates. Returns whether it was added.
bool addToFront(std::vector<JointSchedule> &front, JointSchedule answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_EXHAUSTIVEFRONT_H
