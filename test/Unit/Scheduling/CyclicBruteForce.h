//===- CyclicBruteForce.h - Tiny cyclic problems by enumeration -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All starts of all tasks and transfers, with lags by naive relaxation: what
// the solvers of cyclic schedules are compared with.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_CYCLICBRUTEFORCE_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_CYCLICBRUTEFORCE_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

#include <optional>
#include <random>

namespace layerpipe::scheduling::test {

/// Fewer rounds under sanitizers, more where LAYERPIPE_LONG_TESTS asks for it.
uint64_t rounds(uint64_t usual);

/// A random machine and assignment for a tiny graph, with or without speeds,
/// links and latency.
CyclicProblem makeTiny(std::mt19937_64 &random, TaskGraph graph);

/// The least period, tried from 1 on; none beyond `limit`.
std::optional<int64_t> leastPeriodByForce(const CyclicProblem &problem,
                                          int64_t limit);

/// The least weighted staleness of all schedules of this period, or none.
/// Layers count from 1.
std::optional<Wide> leastStalenessByForce(const CyclicProblem &problem,
                                          int64_t period);

/// The least weighted staleness for the starts of this solution, by trying all
/// vectors up to the solution's.
std::optional<Wide> leastStalenessOfStarts(const CyclicProblem &problem,
                                           const CyclicSolution &solution);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_CYCLICBRUTEFORCE_H
