//===- Simulation.h - A schedule, run self-timed ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A simulation lets processors run their orders and wait for data and for room.
// It shows that channel capacities let a schedule run, and how long that takes.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_SIMULATION_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_SIMULATION_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

#include <vector>

namespace layerpipe::scheduling {

struct Simulation {
  /// The last task ended at this time.
  int64_t makespan = 0;
  /// This counts all firings: iterations × tasks.
  int64_t firings = 0;
};

/// Runs iterations 0 … iterations − 1 self-timed. Every processor goes through
/// its order period by period, and each firing begins as soon as its processor
/// is free, its data have arrived and there is room for its results. Links go
/// through their transfers in the schedule's order. A firing's room is counted
/// from its start, and an input's value is freed at the reader's end; a value
/// that no iteration in range reads takes no room. Fails when processors wait
/// for each other for ever; the message names the waiting tasks and what they
/// wait for. O(iterations · E).
Result<Simulation> simulate(const CyclicProblem &problem,
                            const CyclicSolution &solution,
                            const std::vector<int64_t> &capacities,
                            int64_t iterations);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_SIMULATION_H
