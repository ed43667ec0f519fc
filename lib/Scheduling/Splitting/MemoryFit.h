//===- MemoryFit.h - Splits within memory limits ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_MEMORYFIT_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_MEMORYFIT_H

#include "CandidateScheduler.h"

#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include <array>
#include <vector>

namespace layerpipe::scheduling {

/// The values read, once each, may take these shares of a memory, so that the
/// copies of a schedule fit, too.
inline constexpr std::array<Fraction, 4> memoryShares = {
    {{1, 1}, {3, 4}, {1, 2}, {1, 4}}};

/// Returns a few of the candidates, and whole tasks, which are then placed by
/// their bytes.
std::vector<Candidate> memoryCandidates(const std::vector<Candidate> &all);

/// Returns schedules that take no more than so many bytes on each processor, as
/// far as any are found. They are for the problem's machine.
std::vector<JointSchedule>
scheduleInMemory(const JointProblem &problem, const JointOptions &options,
                 const JointBound &bound,
                 const std::vector<Candidate> &candidates, int64_t bytes);

/// Explains why no schedule fits. Names the least memory for which one is
/// found, by bisection, if all processors have as much, and the least that is
/// proven to be needed. With memories of 100 bytes, for instance, it tries
///
///   100, 200 and 400, of which 400 is the first to do, with 360 used;
///   280 (too small), 320 (does, with 310 used), 295 and so on, six times.
Error explainMemory(const JointProblem &problem, const JointOptions &options,
                    const JointBound &bound,
                    const std::vector<Candidate> &candidates);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_MEMORYFIT_H
