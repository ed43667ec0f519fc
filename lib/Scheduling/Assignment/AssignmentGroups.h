//===- AssignmentGroups.h - Tasks that share a processor --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The groups of an assignment problem, those with a common task united: part of
// the problem's meaning, for its checkers and its solvers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTGROUPS_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTGROUPS_H

#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// Per task: the lowest task of its group; itself if it is in none.
std::vector<int64_t> groupLeaders(const AssignmentProblem &problem);

/// Per group leader: the processor to which the group is pinned, or −1.
/// check(problem) has found no group with two.
std::vector<int64_t> groupPins(const AssignmentProblem &problem,
                               const std::vector<int64_t> &leaders);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTGROUPS_H
