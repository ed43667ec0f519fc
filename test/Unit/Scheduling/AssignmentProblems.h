//===- AssignmentProblems.h - Assignment problems for tests -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random assignment problems by seed, and the best assignment by enumeration.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_ASSIGNMENTPROBLEMS_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_ASSIGNMENTPROBLEMS_H

#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace layerpipe::scheduling::test {

/// A graph of at most `maxTasks` tasks, some of them inputs, on at most
/// `maxProcessors`, with a bandwidth, speeds, memories, pins and groups, each
/// in a part of all cases.
AssignmentProblem makeRandomAssignment(std::mt19937_64 &random,
                                       int64_t maxTasks, int64_t maxProcessors);

/// Period and bytes of an assignment that keeps the constraints, memory too;
/// none of another.
std::optional<std::pair<int64_t, int64_t>>
costOf(const AssignmentProblem &problem, const std::vector<int64_t> &processor);

/// The least over all assignments; none if none keeps the constraints.
std::optional<std::pair<int64_t, int64_t>>
enumerateAssignments(const AssignmentProblem &problem);

/// `rounds`, times LAYERPIPE_LONG_TESTS if that is set; fewer in instrumented
/// code.
uint64_t roundsOf(uint64_t rounds);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_ASSIGNMENTPROBLEMS_H
