//===- AssignmentBounds.h - What no assignment can beat ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This header bounds an assignment's period and communication from below, and
// finds memories that nothing fits.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTBOUNDS_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTBOUNDS_H

#include "AssignmentModel.h"

#include <cstdint>

namespace layerpipe::scheduling {

struct AssignmentBounds {
  /// This is the largest of the four bounds below.
  int64_t period = 0;
  /// These are the first task of the group whose least time is the longest, and
  /// that time.
  int64_t task = -1;
  int64_t longest = 0;
  /// This is the larger of ⌈Σ time / Σ speed⌉ and a bound by counting: of the
  /// k·P + 1 groups with the longest least times, k + 1 share a processor, for
  /// any k.
  int64_t work = 0;
  /// Pinned tasks alone load a processor or link with this.
  int64_t pinned = 0;
  /// Pinned tasks send each other so many bytes.
  int64_t communication = 0;
};

/// Computes the bounds in O(V log V + E).
AssignmentBounds boundAssignment(const AssignmentModel &model);

/// Fails with Failure::infeasible when one group alone, the pinned tasks of a
/// processor, or all values together need more memory than there is.
Status checkMemoryNeeds(const AssignmentModel &model);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTBOUNDS_H
