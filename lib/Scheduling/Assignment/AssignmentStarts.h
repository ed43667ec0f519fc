//===- AssignmentStarts.h - Assignments by simple rules ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Contiguous stages, longest task first, and one task after the other where it
// does least harm.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTARTS_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTARTS_H

#include "AssignmentModel.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

// A processor per task, −1 for inputs. Pins and groups are not heard.

std::vector<int64_t> assignSequential(const TaskGraph &graph);
/// Fails on more processors than layers.
Result<std::vector<int64_t>> assignLayers(const TaskGraph &graph,
                                          int64_t processors);
/// Fails on more processors than timed tasks.
Result<std::vector<int64_t>> assignTaskList(const TaskGraph &graph,
                                            int64_t processors);

// A processor per group; pins are kept.

/// By falling least time, each where it ends first; groups without time follow
/// their operands. O(groups · (log + number of speeds)).
std::vector<int64_t> longestGroupFirst(const AssignmentModel &model);

/// In the order of the list that assignTaskList cuts, each to the processor
/// where memory overflows least, then the busiest resource that it touches is
/// least busy, then fewest bytes move. O(P·E).
std::vector<int64_t> placeByList(const AssignmentModel &model);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTARTS_H
