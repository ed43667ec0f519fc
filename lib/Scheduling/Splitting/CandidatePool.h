//===- CandidatePool.h - What is scheduled on P processors ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the part of the search that does not depend on what is asked of its
// answers: of the objectives, or of a front. Every search on P processors looks
// at the same candidates here, so that none knows schedules of a short period
// that another does not know.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_CANDIDATEPOOL_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_CANDIDATEPOOL_H

#include "CandidateScheduler.h"
#include "LevelledCandidates.h"

#include <vector>

namespace layerpipe::scheduling {

class CandidatePool {
public:
  /// Makes the pool of the problem on its first so many processors, whose
  /// schedules go to `scheduling`. All other arguments must outlive it.
  CandidatePool(const JointProblem &whole, int64_t processors,
                const JointOptions &options, const JointBound &bound,
                int64_t accepted, Deadline &deadline,
                CandidateScheduler &scheduling);
  CandidatePool(const CandidatePool &) = delete;
  CandidatePool &operator=(const CandidatePool &) = delete;

  /// Collects candidates, and schedules those that are short enough: all
  /// fractional stages, and the levelled ones that send the fewest bytes.
  void scheduleShort();

  /// Where the problem's limits allow no schedule of this pool that is short
  /// enough, tries others: with the delays that the limit of the staleness
  /// allows, which longer periods or fewer processors make possible, and with
  /// parts where there is room for what they read.
  void fitLimits();

  /// Does both.
  void scheduleWithinLimits() {
    scheduleShort();
    fitLimits();
  }

  /// Returns the candidates that were collected, the most promising first.
  const std::vector<Candidate> &looked() const { return all; }

private:
  bool isShortEnough() const;
  void fitStaleness();
  void fitMemory();

  JointProblem problem;
  int64_t accepted;
  Deadline &deadline;
  CandidateScheduler &scheduling;
  LevelledCandidates candidates;
  std::vector<Candidate> all;
  /// The schedules of this pool begin here in those of `scheduling`.
  size_t first;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_CANDIDATEPOOL_H
