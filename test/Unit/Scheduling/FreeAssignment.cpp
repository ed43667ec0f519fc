//===- FreeAssignment.cpp - Cyclic schedules with their assignment --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search takes all assignments that are different in the order of their
// lower bounds, and solves each until none that is left can be better. With
// bounds of 4, 4 and 6 and a first answer of 5, it solves the second and leaves
// out the third.
//
//===----------------------------------------------------------------------===//

#include "FreeAssignment.h"
#include "layerpipe/Scheduling/Assignment/AllAssignments.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

class FreeSearch {
public:
  FreeSearch(const TaskGraph &graph, const Machine &machine, Delays delays,
             const ScheduleOptions &options)
      : options(options), deadline(options.limits) {
    problem.graph = graph;
    problem.machine = machine;
    problem.delays = delays;
    for (size_t task = 0; task < graph.tasks.size(); ++task)
      if (graph.tasks[task].kind != TaskKind::input)
        tasks.push_back(static_cast<int64_t>(task));
  }

  Result<FreeAssignment> run();

private:
  struct Candidate {
    int64_t lower = 0;
    // Each entry of `tasks` has its processor here.
    std::vector<int64_t> processor;
  };

  Status enumerate();
  Status addCandidate(const std::vector<int64_t> &chosen);
  void assign(const std::vector<int64_t> &processors);
  void consider(const Candidate &candidate);
  bool mayBeBetter(const Candidate &candidate) const;

  CyclicProblem problem;
  ScheduleOptions options;
  Deadline deadline;
  std::vector<int64_t> tasks;
  std::vector<Candidate> candidates;
  std::optional<FreeAssignment> best;
  std::optional<Error> error;
  /// These are, over all assignments looked at, the least bound of the period,
  /// and whether every staleness at the best period is proven.
  int64_t lower = 0;
  bool stalenessProven = true;
};

void FreeSearch::assign(const std::vector<int64_t> &processors) {
  problem.assignment.assign(problem.graph.tasks.size(), -1);
  for (size_t i = 0; i < tasks.size(); ++i)
    problem.assignment[tasks[i]] = processors[i];
}

Status FreeSearch::addCandidate(const std::vector<int64_t> &chosen) {
  assign(chosen);
  Result<Bounds> bounds = computeBounds(problem);
  if (!bounds)
    return bounds.error();
  candidates.push_back({bounds->lower, chosen});
  return Status::success();
}

Status FreeSearch::enumerate() {
  Status status = Status::success();
  forAllAssignments(problem.machine, tasks.size(),
                    [&](const std::vector<int64_t> &chosen) {
                      status = addCandidate(chosen);
                      return status.ok();
                    });
  return status;
}

bool FreeSearch::mayBeBetter(const Candidate &candidate) const {
  if (!best)
    return true;
  int64_t period = best->schedule.solution.period;
  bool least = problem.delays == Delays::least && best->schedule.staleness > 0;
  return candidate.lower < period || (candidate.lower == period && least);
}

void FreeSearch::consider(const Candidate &candidate) {
  assign(candidate.processor);
  Result<CyclicSchedule> found = solveCyclicSchedule(problem, options);
  if (!found) {
    if (!error || found.error().failure == Failure::out_of_time)
      error = found.error();
    if (found.error().failure == Failure::out_of_time)
      lower = std::min(lower, candidate.lower);
    return;
  }
  lower = std::min(lower, found->lowerBound);
  auto key = [](const CyclicSchedule &schedule) {
    return std::pair(schedule.solution.period, schedule.staleness);
  };
  bool shorter =
      !best || found->solution.period < best->schedule.solution.period;
  bool proven = found->stalenessProof == Proof::optimal;
  if (shorter)
    stalenessProven = true;
  if (shorter || found->solution.period == best->schedule.solution.period)
    stalenessProven = stalenessProven && proven;
  if (shorter || key(*found) < key(best->schedule))
    best = FreeAssignment{problem.assignment, std::move(*found)};
}

Result<FreeAssignment> FreeSearch::run() {
  if (Status status = enumerate(); !status)
    return status;
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate &a, const Candidate &b) {
              return std::tie(a.lower, a.processor) <
                     std::tie(b.lower, b.processor);
            });
  lower = std::numeric_limits<int64_t>::max();
  bool complete = true;
  for (const Candidate &candidate : candidates) {
    if (best && deadline.passed()) {
      lower = std::min(lower, candidate.lower);
      complete = false;
      break;
    }
    if (mayBeBetter(candidate))
      consider(candidate);
  }
  if (!best)
    return *error;
  bool shortest = options.period > 0 || best->schedule.solution.period <= lower;
  Proof unproven = complete ? Proof::feasible : Proof::out_of_time;
  best->proof = shortest ? Proof::optimal : unproven;
  best->stalenessProof =
      complete && stalenessProven ? Proof::optimal : unproven;
  return std::move(*best);
}

} // namespace

Result<FreeAssignment> solveFreeAssignment(const TaskGraph &graph,
                                           const Machine &machine,
                                           Delays delays,
                                           const ScheduleOptions &options) {
  if (Status status = check(graph); !status)
    return status;
  if (Status status = check(machine); !status)
    return status;
  if (int64_t tasks = countWorkTasks(graph); tasks > maxFreeTasks)
    return Error{fmt::format("{} tasks are too many to try all their "
                             "assignments; at most {} are",
                             tasks, maxFreeTasks)};
  if (machine.processors > maxFreeTasks)
    return Error{fmt::format("{} processors are too many to try all "
                             "assignments; at most {} are",
                             machine.processors, maxFreeTasks)};
  return FreeSearch(graph, machine, delays, options).run();
}

} // namespace layerpipe::scheduling
