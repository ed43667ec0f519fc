//===- NearbyAssignments.h - Schedules near a good one ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Candidates are placed before they are scheduled, so what a placement costs in
// staleness is not known when it is made. On small graphs the neighbours of the
// best schedule are scheduled, too: those in which two processors divide their
// parts in another way.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_NEARBYASSIGNMENTS_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_NEARBYASSIGNMENTS_H

#include "CandidateScheduler.h"

#include <functional>

namespace layerpipe::scheduling {

class NearbyAssignments {
public:
  /// Pinned layers stay where they are. `isBetter` tells which of two schedules
  /// is better.
  NearbyAssignments(
      CandidateScheduler &scheduling, const LayerPins &pins, Deadline &deadline,
      std::function<bool(const JointSchedule &, const JointSchedule &)>
          isBetter)
      : scheduling(scheduling), pins(pins), deadline(deadline),
        isBetter(std::move(isBetter)) {}

  /// Goes from this schedule to better ones, for as long as one of its
  /// neighbours is better, and until `mostTries` were scheduled. No placement
  /// with a load of more than `limit` is tried.
  void searchFrom(const JointSchedule &start, int64_t limit);

  /// Two processors with more parts that take time are left alone.
  static constexpr size_t mostParts = 14;
  static constexpr int64_t mostTries = 120;

private:
  bool divideAnew(int64_t first, int64_t second);
  bool divideAnyAnew();
  bool tryAssignment(std::vector<int64_t> assignment);

  CandidateScheduler &scheduling;
  const LayerPins &pins;
  Deadline &deadline;
  std::function<bool(const JointSchedule &, const JointSchedule &)> isBetter;
  JointSchedule best;
  int64_t limit = 0;
  int64_t tries = mostTries;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_NEARBYASSIGNMENTS_H
