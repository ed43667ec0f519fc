//===- CandidatePool.cpp - What is scheduled on P processors --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CandidatePool.h"

#include "MemoryFit.h"

#include <algorithm>

namespace layerpipe::scheduling {

/// The pool schedules so many levelled candidates beside fractional stages, as
/// long as they have so many edges together, but always one. Schedules of large
/// graphs then take about as long as the levelling that made the candidates.
static constexpr int64_t mostLooks = 8;
static constexpr int64_t edgesOfAllLooks = 16'000;

/// The pool schedules at most so many candidates within a staleness limit.
static constexpr size_t mostLimited = 12;

static JointProblem onFirst(JointProblem problem, int64_t processors) {
  problem.machine = firstProcessors(std::move(problem.machine), processors);
  return problem;
}

CandidatePool::CandidatePool(const JointProblem &whole, int64_t processors,
                             const JointOptions &options,
                             const JointBound &bound, int64_t accepted,
                             Deadline &deadline, CandidateScheduler &scheduling)
    : problem(onFirst(whole, processors)), accepted(accepted),
      deadline(deadline), scheduling(scheduling),
      candidates(problem, options, bound, accepted, deadline),
      first(scheduling.found().size()) {}

/// Returns whether a schedule of this pool is short enough.
bool CandidatePool::isShortEnough() const {
  const std::vector<JointSchedule> &found = scheduling.found();
  return std::any_of(found.begin() + static_cast<int64_t>(first), found.end(),
                     [&](const JointSchedule &answer) {
                       return answer.figures.period <= accepted;
                     });
}

/// Where links are slow, fewer processors may be faster, and are tried, too.
void CandidatePool::scheduleShort() {
  candidates.collect(problem.machine.processors);
  if (copiesValues(problem.machine))
    for (int64_t fewer = problem.machine.processors / 2; fewer > 1; fewer /= 2)
      candidates.collect(fewer);
  all = candidates.take();
  const auto edges = static_cast<int64_t>(problem.graph.edges.size()) + 1;
  int64_t looks = std::clamp<int64_t>(edgesOfAllLooks / edges, 1, mostLooks);
  for (const Candidate &candidate : all) {
    bool mayTry = candidate.stages || looks > 0;
    if (candidate.load > accepted || !mayTry)
      continue;
    bool works = scheduling.schedule(candidate);
    looks -= works && !candidate.stages;
  }
}

void CandidatePool::fitLimits() {
  if (problem.maxStaleness && !isShortEnough())
    fitStaleness();
  if (!problem.machine.memory.empty() && !isShortEnough())
    fitMemory();
}

void CandidatePool::fitStaleness() {
  for (int64_t fewer = problem.machine.processors / 2; fewer > 1; fewer /= 2)
    candidates.collect(fewer);
  std::vector<Candidate> limited = all;
  for (Candidate &candidate : candidates.take())
    limited.push_back(std::move(candidate));
  limited.resize(std::min(limited.size(), mostLimited));
  for (const Candidate &candidate : limited)
    if (!deadline.passed())
      scheduling.scheduleWithin(candidate, *problem.maxStaleness);
}

/// Whole tasks read each value in fewer places than parts do, and are tried,
/// too.
void CandidatePool::fitMemory() {
  for (const Candidate &candidate : memoryCandidates(all))
    for (Fraction share : memoryShares)
      if (!deadline.passed())
        candidates.placeByMemory(candidate, share);
  for (const Candidate &candidate : candidates.take()) {
    scheduling.schedule(candidate);
    if (problem.maxStaleness)
      scheduling.scheduleWithin(candidate, *problem.maxStaleness);
  }
}

} // namespace layerpipe::scheduling
