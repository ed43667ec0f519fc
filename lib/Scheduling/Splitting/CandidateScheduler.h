//===- CandidateScheduler.h - Schedules of split assignments ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This makes schedules that keep the problem's limits from splits with an
// assignment of the parts. It collects what it finds, and how near the others
// came. With a staleness limit of 2 and schedules of
//
//   period 8 and staleness 3,
//   period 9 and staleness 1,
//   period 7 and staleness 4,
//
// it keeps the second, and remembers 3 as the nearest staleness and 7 as the
// shortest period of those that are too stale.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_CANDIDATESCHEDULER_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_CANDIDATESCHEDULER_H

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// A candidate has splits with an assignment, and what they come to before they
/// are scheduled.
struct Candidate {
  std::vector<Split> splits;
  std::vector<int64_t> assignment;
  int64_t load = 0;
  Wide communication = 0;
  /// Says whether these are fractional stages (FractionalStages.h).
  bool stages = false;
};

class CandidateScheduler {
public:
  /// Problem and options must outlive it.
  CandidateScheduler(const JointProblem &problem, const JointOptions &options)
      : problem(problem), options(options) {}

  /// Schedules with the least period, or with this one, and then the least
  /// delays. Returns false if no schedule is found, or it breaks a limit.
  bool schedule(const Candidate &candidate, int64_t period = 0);

  /// Schedules with the least period at which no gradient is later than `most`,
  /// and then with fewer delays as far as they come by themselves.
  bool scheduleWithin(const Candidate &candidate, int64_t most);

  /// Schedules all tasks whole on the fastest processor, but for pinned layers,
  /// one iteration after the other, which needs no staleness. Returns false
  /// only for want of memory.
  bool scheduleSequentially();

  /// makeAnswer makes the answer of `candidate` without a schedule, and finish
  /// gives it this one, for other searches. The answer has figures, but no
  /// obstacle, and no bound but that of the problem's parts.
  JointSchedule makeAnswer(const Candidate &candidate) const;
  void finish(JointSchedule &answer, CyclicSolution solution) const;

  std::vector<JointSchedule> takeAnswers() { return std::move(answers); }
  const std::vector<JointSchedule> &found() const { return answers; }

  /// Forgets those from index `from` on whose period is no longer than this.
  void dropShort(size_t from, int64_t period);

  /// These are the nearest staleness and the shortest period of schedules that
  /// are too stale.
  std::optional<int64_t> nearestStaleness;
  std::optional<int64_t> shortestTooStale;
  std::optional<Error> lastError;

private:
  bool offer(JointSchedule answer);

  const JointProblem &problem;
  const JointOptions &options;
  std::vector<JointSchedule> answers;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_CANDIDATESCHEDULER_H
