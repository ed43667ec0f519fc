//===- CandidateScheduler.h - Schedules of split assignments ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From splits with an assignment of the parts to schedules that keep the
// problem's limits. What is found is collected, and so is how near the others
// came.
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

/// Splits with an assignment, and what they come to before they are scheduled.
struct Candidate {
  std::vector<Split> splits;
  std::vector<int64_t> assignment;
  int64_t load = 0;
  Wide communication = 0;
};

class CandidateScheduler {
public:
  /// Both must outlive it.
  CandidateScheduler(const JointProblem &problem, const JointOptions &options)
      : problem(problem), options(options) {}

  /// The least period, or this one, and then the least delays. False if no
  /// schedule is found, or it breaks a limit.
  bool schedule(const Candidate &candidate, int64_t period = 0);

  /// The least period at which no gradient is later than `most`; then fewer
  /// delays as far as they come by themselves.
  bool scheduleWithin(const Candidate &candidate, int64_t most);

  /// All tasks whole on the fastest processor, one iteration after the other:
  /// no staleness. False only for want of memory.
  bool scheduleSequentially();

  /// The schedule of `candidate` with these distances, for other searches;
  /// figures, but no obstacle and no bound but that of the problem's parts.
  JointSchedule makeAnswer(const Candidate &candidate) const;
  void finish(JointSchedule &answer, CyclicSolution solution) const;

  std::vector<JointSchedule> takeAnswers() { return std::move(answers); }
  const std::vector<JointSchedule> &found() const { return answers; }

  /// Of schedules that are too stale: the nearest, and the shortest period.
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
