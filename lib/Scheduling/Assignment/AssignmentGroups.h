//===- AssignmentGroups.h - Tasks that share a processor --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tasks of one group share a processor, and groups with a common task are one
// group. This is part of the problem's meaning, for its checkers and its
// solvers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTGROUPS_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTGROUPS_H

#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// Returns for each task the lowest task of its group, which is the task itself
/// if it is in none.
std::vector<int64_t> groupLeaders(const AssignmentProblem &problem);

/// Returns for each group leader the processor to which the group is pinned, or
/// −1. check(problem) must have found no group with two.
std::vector<int64_t> groupPins(const AssignmentProblem &problem,
                               const std::vector<int64_t> &leaders);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTGROUPS_H
