//===- AssignmentExact.h - Assignments by branch and bound ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The exhaustive search over assignments: first the least period, then the
// fewest bytes at that period.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTEXACT_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTEXACT_H

#include "AssignmentSearch.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

struct ExactAnswer {
  /// A processor per group: never worse than the one given. May overflow a
  /// memory only if that one did.
  std::vector<int64_t> place;
  AssignmentScore score;
  /// No assignment that fits the memories has a shorter period, or, if
  /// `periodProven`, with this period fewer bytes than `communicationBound`.
  int64_t lowerBound = 0;
  int64_t communicationBound = 0;
  /// The search for the period, and that for the bytes, ended by themselves.
  bool periodProven = false;
  bool bytesProven = false;
};

/// Starts from a complete placement that keeps its pins, and from proven bounds
/// of both. If the period is proven and the score's overflow is not 0, nothing
/// fits. Among empty processors of one speed and memory only the first is
/// tried. Exponential in the number of groups without a pin.
ExactAnswer searchAssignments(const AssignmentModel &model,
                              const std::vector<int64_t> &start,
                              int64_t lowerBound, int64_t communicationBound,
                              SearchBudget &budget);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTEXACT_H
