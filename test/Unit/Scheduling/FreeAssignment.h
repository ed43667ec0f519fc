//===- FreeAssignment.h - Assignment and schedule together ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the exact answer to assignment, starts and delays at once, for tiny
// graphs. Tests and the joint search compare with it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_FREEASSIGNMENT_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_FREEASSIGNMENT_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <vector>

namespace layerpipe::scheduling {

struct FreeAssignment {
  /// Each task has its processor here; inputs have −1.
  std::vector<int64_t> assignment;
  CyclicSchedule schedule;
  /// These are optimal if every assignment was solved, or ruled out, with
  /// proof: nothing has a shorter period (`proof`), or this one with less
  /// weighted staleness (`stalenessProof`).
  Proof proof = Proof::feasible;
  Proof stalenessProof = Proof::feasible;
};

/// All assignments are searched for at most so many tasks, inputs not counted,
/// and processors.
inline constexpr int64_t maxFreeTasks = 8;

/// Chooses assignment, starts and delays together. Tries each assignment once,
/// and solves it as above; two that differ only in the names of equal
/// processors count as one. This is an oracle for tests: it is exponential, and
/// takes up to maxFreeTasks tasks. Fails on a graph or machine that check()
/// refuses, on more tasks or processors, and as above when no assignment has an
/// answer.
Result<FreeAssignment> solveFreeAssignment(const TaskGraph &graph,
                                           const Machine &machine,
                                           Delays delays,
                                           const ScheduleOptions &options = {});

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_FREEASSIGNMENT_H
