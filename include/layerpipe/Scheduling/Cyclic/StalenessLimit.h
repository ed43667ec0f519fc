//===- StalenessLimit.h - Schedules under a staleness limit -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This finds a schedule whose gradients are at most so many iterations late. If
// the least delays of the shortest period are 3 and 1, a limit of 4 changes
// nothing, while one of 2 asks for a longer period.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_STALENESSLIMIT_H
#define LAYERPIPE_SCHEDULING_CYCLIC_STALENESSLIMIT_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <optional>

namespace layerpipe::scheduling {

/// Solves a problem with Delays::least as solveCyclicSchedule does. Where the
/// answer has a gradient that is later than `most`, returns the schedule of the
/// shortest period that so many delays allow, with fewer delays as far as they
/// come by themselves. Without `most`, or with Delays::given, there is no
/// limit. Fails as solveCyclicSchedule and solveWithDelays do; the message then
/// says the staleness that is needed without the limit.
Result<CyclicSolution>
solveWithinStaleness(const CyclicProblem &problem, std::optional<int64_t> most,
                     const ScheduleOptions &options = {});

/// Checks that the solution is valid and that no gradient is later than `most`.
Status verifyWithinStaleness(const CyclicProblem &problem,
                             std::optional<int64_t> most,
                             const CyclicSolution &solution);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_STALENESSLIMIT_H
