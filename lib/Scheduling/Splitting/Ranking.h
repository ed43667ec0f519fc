//===- Ranking.h - Which of two schedules is better -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_RANKING_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_RANKING_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"

#include <array>
#include <vector>

namespace layerpipe::scheduling {

/// Returns the period that counts as short enough: the bound with the
/// tolerance, but no more than the longest period that is asked for. A bound of
/// 200 and a tolerance of 1 % accept 202.
int64_t acceptedPeriod(const JointOptions &options, int64_t bound);

/// This compares schedules by the objectives, in their order. With the default
/// ones and 202 accepted, 202 with a staleness of 5 beats 200 with 6.
class Ranking {
public:
  /// Makes the ranking of schedules for so many processors. A period counts as
  /// short enough up to `accepted`.
  Ranking(const std::vector<Objective> &objectives, int64_t accepted,
          int64_t processors);

  /// Of two keys, the smaller one is better. The staleness counts three times:
  /// by how much the largest exceeds that of a pipeline of stages, which is
  /// processors − 1; then weighted; then the largest. Between schedules that
  /// are equal in all objectives the exact period decides.
  using Key = std::array<Wide, 7>;
  Key keyOf(const ScheduleFigures &figures) const;

private:
  std::vector<Objective> order;
  int64_t accepted;
  int64_t processors;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_RANKING_H
