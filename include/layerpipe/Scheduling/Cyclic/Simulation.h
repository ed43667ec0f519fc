//===- Simulation.h - A schedule, run self-timed ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A simulation of processors that run their orders and wait for data and for
// room: it shows that channel capacities let a schedule run, and how long that
// takes.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_SIMULATION_H
#define LAYERPIPE_SCHEDULING_CYCLIC_SIMULATION_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

#include <vector>

namespace layerpipe::scheduling {

struct Simulation {
  /// When the last task ended.
  int64_t makespan = 0;
  /// Firings in total: iterations × tasks.
  int64_t firings = 0;
};

/// Runs iterations 0 … iterations − 1 self-timed: every processor goes through
/// its order period by period, each firing as soon as its processor is free,
/// its data have arrived and there is room for its results; links go through
/// their transfers in the schedule's order. A firing's room is counted from
/// its start, an input's value is freed at the reader's end; a value that no
/// iteration in range reads takes no room.
/// Fails when processors wait for each other for ever; the message names the
/// waiting tasks and what they wait for. O(iterations · E).
Result<Simulation> simulate(const CyclicProblem &problem,
                            const CyclicSolution &solution,
                            const std::vector<int64_t> &capacities,
                            int64_t iterations);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_SIMULATION_H
