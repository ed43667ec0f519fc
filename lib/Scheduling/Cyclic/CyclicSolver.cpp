//===- CyclicSolver.cpp - Solving cyclic schedules ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The solver joins bounds, the search over periods and the exhaustive searches
// of small instances, and says what all of them together prove.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "CyclicExact.h"
#include "CyclicSearch.h"
#include "StalenessBound.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

class Solver {
public:
  Solver(const CyclicProblem &problem, const ScheduleOptions &options,
         const Bounds &bounds)
      : problem(problem), options(options), bounds(bounds),
        graph(makeActivities(problem)),
        effort{options.exactEffort, Deadline(options.limits)},
        search(problem, graph, options.wantedStaleness, effort.deadline),
        lower(bounds.lower), obstacle(bounds.obstacle) {}

  Result<CyclicSchedule> run();

private:
  bool mayBeExact(int64_t period) const {
    return options.exactEffort > 0 && isSmallEnough(graph, period);
  }
  void searchPeriod();
  void searchPeriodExactly(int64_t period);
  int64_t bisect(int64_t high);
  void searchAt(int64_t period);
  void raiseLower(int64_t proven);
  void proveStaleness(CyclicSchedule &schedule);
  Error failure() const;
  Proof unproven() const {
    return timeIsOver ? Proof::out_of_time : Proof::feasible;
  }

  const CyclicProblem &problem;
  const ScheduleOptions &options;
  const Bounds &bounds;
  ActivityGraph graph;
  SearchEffort effort;
  CyclicSearch search;
  int64_t lower;
  Obstacle obstacle;
  /// Says whether the given period was ruled out.
  bool impossible = false;
  bool timeIsOver = false;
};

void Solver::raiseLower(int64_t proven) {
  if (proven <= lower)
    return;
  lower = proven;
  obstacle = {};
}

/// Returns the smallest period at which the heuristics succeed, by bisection as
/// far as success is monotone; `high` must be possible. With a bound of 10, for
/// instance, and a possible period of 18 it tries
///
///   10 (fails), 14 (succeeds), 12 (fails), 13 (succeeds)
///
/// and returns 13.
int64_t Solver::bisect(int64_t high) {
  if (lower >= high || search.isPossible(lower))
    return lower;
  int64_t failed = lower;
  // On large graphs, where each attempt takes seconds, there are few.
  int64_t size = static_cast<int64_t>(graph.activities.size());
  int64_t attempts = std::clamp<int64_t>(100'000 / (size + 1), 6, 40);
  for (int64_t i = 0; i < attempts && high - failed > 1; ++i) {
    if (effort.deadline.passed())
      break;
    int64_t middle = failed + (high - failed) / 2;
    (search.isPossible(middle) ? high : failed) = middle;
  }
  return high;
}

/// Lowers the period, or proves that it can't be lower: every shorter one is
/// either found or ruled out, as long as the effort lasts.
void Solver::searchPeriodExactly(int64_t period) {
  int64_t low = lower, high = period;
  std::optional<Starts> best;
  int64_t next = low; // The bound is often attained.
  while (low < high) {
    ExactAnswer answer = searchStarts(graph, next, effort);
    if (answer.starts) {
      high = next;
      best = std::move(answer.starts);
    } else if (answer.exhausted) {
      low = next + 1;
    } else {
      break;
    }
    next = low + (high - low) / 2;
  }
  raiseLower(low);
  if (!best)
    return;
  search.solveAt(high);
  search.offer(high, *best);
  // The starts say nothing of memory, and may be useless for want of it.
  if (!search.best() && !search.solveAt(period))
    search.solveSafely(period);
}

void Solver::searchPeriod() {
  int64_t safe = search.safePeriod();
  int64_t period = bisect(safe);
  bool found = search.solveAt(period);
  while (!found && period < safe) {
    // A failure here can only come from memory; longer periods hold less.
    period = std::min(safe, period + std::max<int64_t>(period / 8, 1));
    found = search.solveAt(period);
  }
  if (!found)
    found = search.solveSafely(safe);
  if (found && search.best()->period > lower &&
      mayBeExact(search.best()->period))
    searchPeriodExactly(search.best()->period);
}

void Solver::searchAt(int64_t period) {
  if (!search.solveAt(period) && period >= search.safePeriod()) {
    search.solveSafely(period);
  }
  if (search.best() || !mayBeExact(period))
    return;
  ExactAnswer answer = searchStarts(graph, period, effort);
  if (answer.starts)
    search.offer(period, *answer.starts);
  impossible = !answer.starts && answer.exhausted;
}

/// Proves staleness. The exhaustive search may find less of it; paths bound
/// what it can't prove.
void Solver::proveStaleness(CyclicSchedule &schedule) {
  int64_t period = search.best()->period;
  bool exhausted = search.leastStaleness() == 0;
  if (!exhausted && mayBeExact(period)) {
    ExactAnswer answer =
        searchLeastStaleness(graph, period, search.leastStaleness(), effort);
    if (answer.starts)
      search.offer(period, *answer.starts);
    exhausted = answer.exhausted;
  }
  schedule.staleness = search.staleness();
  schedule.stalenessBound = exhausted && problem.machine.memory.empty()
                                ? search.leastStaleness()
                                : boundStaleness(graph, period);
  schedule.leastForStarts = search.isLeastForStarts();
}

Error Solver::failure() const {
  if (impossible)
    return {fmt::format("no schedule has period {}: every order was tried; the "
                        "lower bound is {}",
                        options.period, bounds.lower),
            Failure::infeasible,
            {}};
  if (int64_t processor = search.memoryNeed().processor; processor >= 0) {
    Obstacle memory{.kind = Obstacle::Kind::memory, .processor = processor};
    return {fmt::format("found no schedule that fits: the nearest needs {} "
                        "bytes on processor {}, whose memory is {}",
                        search.memoryNeed().bytes, processor,
                        problem.machine.memory[processor]),
            Failure::out_of_time, memory};
  }
  return {fmt::format("found no schedule of period {}; the lower bound is {}, "
                      "and {} is always possible",
                      options.period, lower, search.safePeriod()),
          Failure::out_of_time, bounds.obstacle};
}

Result<CyclicSchedule> Solver::run() {
  if (options.period > 0)
    searchAt(options.period);
  else
    searchPeriod();
  if (!search.best())
    return failure();
  CyclicSchedule schedule;
  if (problem.delays == Delays::least)
    proveStaleness(schedule);
  timeIsOver = effort.deadline.passed();
  schedule.solution = *search.best();
  schedule.lowerBound = lower;
  schedule.obstacle = obstacle;
  schedule.proof =
      schedule.solution.period == lower ? Proof::optimal : unproven();
  schedule.stalenessProof = schedule.staleness == schedule.stalenessBound
                                ? Proof::optimal
                                : unproven();
  return verified("the scheduler", Result<CyclicSchedule>(std::move(schedule)),
                  [&](const CyclicSchedule &answer) {
                    return verify(problem, answer.solution);
                  });
}

/// Checks that one copy of everything fits.
Status checkMemory(const CyclicProblem &problem) {
  if (problem.machine.memory.empty())
    return Status::success();
  std::vector<int64_t> least = leastMemoryBytes(problem);
  for (size_t processor = 0; processor < least.size(); ++processor)
    if (int64_t memory = problem.machine.memory[processor];
        least[processor] > memory)
      return Error{fmt::format("no schedule fits: processor {} needs {} bytes "
                               "for one copy of what its tasks read, and its "
                               "memory is {}",
                               processor, least[processor], memory),
                   Failure::infeasible,
                   {.kind = Obstacle::Kind::memory,
                    .processor = static_cast<int64_t>(processor)}};
  return Status::success();
}

} // namespace

Result<CyclicSchedule> solveCyclicSchedule(const CyclicProblem &problem,
                                           const ScheduleOptions &options) {
  Result<Bounds> bounds = computeBounds(problem);
  if (!bounds)
    return bounds.error();
  if (options.period < 0 || options.period > 2 * maxTotalTime)
    return Error{fmt::format("the period {} must lie between 1 and {}",
                             options.period, 2 * maxTotalTime)};
  if (options.period > 0 && options.period < bounds->lower)
    return Error{fmt::format("no schedule has period {}: the lower bound is "
                             "{}, because {}",
                             options.period, bounds->lower,
                             describe(problem, *bounds)),
                 Failure::infeasible, bounds->obstacle};
  if (Status status = checkMemory(problem); !status)
    return status;
  return Solver(problem, options, *bounds).run();
}

} // namespace layerpipe::scheduling
