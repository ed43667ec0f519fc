//===- GivenDelays.h - Schedules for a limit of staleness -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This finds the shortest period for a number of iterations by which gradients
// may be late. A loop of 12 units under the weights' delay alone has a period
// of at least 12; with gradients one iteration late 6 may do, and 4 with two.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_GIVENDELAYS_H
#define LAYERPIPE_SCHEDULING_CYCLIC_GIVENDELAYS_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

namespace layerpipe::scheduling {

/// Finds, for Delays::least, the shortest period with every gradient `most`
/// iterations late, which no smaller delays can shorten, and then as few delays
/// as its starts need. Fails as solveCyclicSchedule does.
Result<CyclicSolution> solveWithDelays(const CyclicProblem &problem,
                                       int64_t most,
                                       const ScheduleOptions &options = {});

/// Does the same with every gradient as many iterations late as its edge's
/// distance says, for delays that differ by layer.
Result<CyclicSolution> solveWithDelays(const CyclicProblem &problem,
                                       const ScheduleOptions &options = {});

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_GIVENDELAYS_H
