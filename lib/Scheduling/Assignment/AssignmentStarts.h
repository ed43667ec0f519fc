//===- AssignmentStarts.h - Assignments by simple rules ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are assignments by simple rules: contiguous stages, longest task first,
// and one task after the other where it does least harm.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTARTS_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTARTS_H

#include "AssignmentModel.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

// These return a processor for each task, and −1 for inputs. They do not look
// at pins and groups.

std::vector<int64_t> assignSequential(const TaskGraph &graph);
/// Cuts whole layers into contiguous stages. Fails on more processors than
/// layers.
Result<std::vector<int64_t>> assignLayers(const TaskGraph &graph,
                                          int64_t processors);
/// Cuts the list forward, weight gradient, input gradient of each layer into
/// contiguous stages. Tasks of 1 unit each on two processors give F1 G1 F2 G2 |
/// I2 F3 G3 I3. Fails on more processors than timed tasks.
Result<std::vector<int64_t>> assignTaskList(const TaskGraph &graph,
                                            int64_t processors);

// These return a processor for each group, and keep pins.

/// Places groups by falling least time, each where it ends first; groups
/// without time follow their operands. Groups of 5, 4, 3, 3 on two processors
/// give 5 3 | 4 3. O(groups · (log + number of speeds)).
std::vector<int64_t> longestGroupFirst(const AssignmentModel &model);

/// Places groups in the order of the list that assignTaskList cuts. Each goes
/// to the processor where memory overflows least, then where the busiest
/// resource that it touches is least busy, then where fewest bytes move.
/// O(P·E).
std::vector<int64_t> placeByList(const AssignmentModel &model);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTARTS_H
