//===- FreeAssignment.h - Assignment and schedule together ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The exact answer to assignment, starts and delays at once, for tiny graphs:
// what tests and the joint search compare with.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_FREEASSIGNMENT_H
#define LAYERPIPE_SCHEDULING_CYCLIC_FREEASSIGNMENT_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <vector>

namespace layerpipe::scheduling {

struct FreeAssignment {
  /// The processor of every task; −1 for inputs.
  std::vector<int64_t> assignment;
  CyclicSchedule schedule;
  /// Every assignment was solved, or ruled out, with proof: nothing has a
  /// shorter period (`proof`), or this one with less weighted staleness
  /// (`stalenessProof`).
  Proof proof = Proof::feasible;
  Proof stalenessProof = Proof::feasible;
};

/// The largest number of tasks, inputs not counted, and of processors, for
/// which all assignments are searched.
inline constexpr int64_t maxFreeTasks = 8;

/// Assignment, starts and delays together, by enumeration of all assignments
/// that differ by more than the names of equal processors, each solved as
/// above. An oracle: exponential, for up to maxFreeTasks tasks.
/// Fails: on a graph or machine that check() refuses, on more tasks or
/// processors, and as above when no assignment has an answer.
Result<FreeAssignment> solveFreeAssignment(const TaskGraph &graph,
                                           const Machine &machine,
                                           Delays delays,
                                           const ScheduleOptions &options = {});

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_FREEASSIGNMENT_H
