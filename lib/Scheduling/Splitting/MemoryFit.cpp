//===- MemoryFit.cpp - Splits within memory limits ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryFit.h"

#include "LevelledCandidates.h"

#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace layerpipe::scheduling {

std::vector<Candidate> memoryCandidates(const std::vector<Candidate> &all) {
  constexpr size_t few = 3;
  std::vector<Candidate> chosen(all.begin(),
                                all.begin() + std::min(all.size(), few));
  if (!chosen.empty())
    chosen.push_back({});
  return chosen;
}

std::vector<JointSchedule>
scheduleInMemory(const JointProblem &problem, const JointOptions &options,
                 const JointBound &bound,
                 const std::vector<Candidate> &candidates, int64_t bytes) {
  JointProblem other = problem;
  other.machine.memory.assign(problem.machine.processors, bytes);
  Deadline deadline(options.limits);
  CandidateScheduler scheduling(other, options);
  LevelledCandidates placed(other, options, bound, bound.period, deadline);
  for (const Candidate &candidate : memoryCandidates(candidates))
    for (Fraction share : memoryShares)
      placed.placeByMemory(candidate, share);
  scheduling.scheduleSequentially();
  for (const Candidate &candidate : placed.take())
    scheduling.schedule(candidate);
  std::vector<JointSchedule> answers = scheduling.takeAnswers();
  for (JointSchedule &answer : answers)
    answer.problem.machine = problem.machine;
  return answers;
}

/// Returns the least memory of the schedules that are found.
static std::optional<int64_t> fit(const JointProblem &problem,
                                  const JointOptions &options,
                                  const JointBound &bound,
                                  const std::vector<Candidate> &candidates,
                                  int64_t bytes) {
  std::optional<int64_t> least;
  for (const JointSchedule &answer :
       scheduleInMemory(problem, options, bound, candidates, bytes))
    least =
        std::min(least.value_or(answer.figures.memory), answer.figures.memory);
  return least;
}

Error explainMemory(const JointProblem &problem, const JointOptions &options,
                    const JointBound &bound,
                    const std::vector<Candidate> &candidates) {
  const std::vector<int64_t> &memory = problem.machine.memory;
  int64_t most = *std::max_element(memory.begin(), memory.end());
  int64_t proven = boundMemory(problem);
  int64_t failed = most;
  std::optional<int64_t> nearest;
  for (int64_t bytes = std::max<int64_t>(most, proven);
       !nearest && bytes <= std::numeric_limits<int64_t>::max() / 2;
       bytes *= 2) {
    nearest = fit(problem, options, bound, candidates, bytes);
    if (!nearest)
      failed = bytes;
  }
  constexpr int steps = 6;
  for (int step = 0; step < steps && nearest && *nearest - failed > 1; ++step) {
    int64_t middle = failed + (*nearest - failed) / 2;
    if (auto found = fit(problem, options, bound, candidates, middle))
      nearest = std::min(*nearest, *found);
    else
      failed = middle;
  }
  Error error{fmt::format("no schedule was found that fits memories of {} "
                          "bytes; none fits less than {} bytes on each "
                          "processor",
                          most, proven),
              most < proven ? Failure::infeasible : Failure::out_of_time,
              {.kind = Obstacle::Kind::memory}};
  if (nearest)
    error.message +=
        fmt::format(", and the nearest that was found needs {}", *nearest);
  return error;
}

} // namespace layerpipe::scheduling
