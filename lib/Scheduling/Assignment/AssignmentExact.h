//===- AssignmentExact.h - Assignments by branch and bound ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the exhaustive search over assignments. It looks first for the least
// period, then for the fewest bytes at that period. For three tasks of 3, 3 and
// 2 units on two processors it tries
//
//   A on 0 (on 1 it would be the same), B on 0: load 6, cut if 5 is known
//                                       B on 1, C on 0: period 5, the least
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTEXACT_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTEXACT_H

#include "AssignmentSearch.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

struct ExactAnswer {
  /// Each group has a processor here. The placement is never worse than the one
  /// given, and may overflow a memory only if that one did.
  std::vector<int64_t> place;
  AssignmentScore score;
  /// No assignment that fits the memories has a shorter period than
  /// `lowerBound`. If `periodProven`, none with this period moves fewer bytes
  /// than `communicationBound`.
  int64_t lowerBound = 0;
  int64_t communicationBound = 0;
  /// These say whether the search for the period, and that for the bytes, ended
  /// by themselves.
  bool periodProven = false;
  bool bytesProven = false;
};

/// Searches from a complete placement that keeps its pins, and from proven
/// bounds of both. If the period is proven and the score's overflow is not 0,
/// nothing fits. Among empty processors of one speed and memory only the first
/// is tried. The time is exponential in the number of groups without a pin.
ExactAnswer searchAssignments(const AssignmentModel &model,
                              const std::vector<int64_t> &start,
                              int64_t lowerBound, int64_t communicationBound,
                              SearchBudget &budget);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTEXACT_H
