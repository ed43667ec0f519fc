//===- JointSolver.cpp - Solving the joint problem ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The solver decides what is scheduled, what else is tried where limits are not
// kept, and which answer is kept.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "CandidatePool.h"
#include "CandidateScheduler.h"
#include "ExhaustiveFront.h"
#include "JointFigures.h"
#include "LevelledCandidates.h"
#include "MemoryFit.h"
#include "NearbyAssignments.h"
#include "Ranking.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSchedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

class Solver {
public:
  Solver(const JointProblem &problem, const JointOptions &options,
         const JointBound &bound)
      : problem(problem), options(options), bound(bound),
        accepted(acceptedPeriod(options, bound.period)),
        ranking(options.objectives, accepted, problem.machine.processors),
        deadline(options.limits), scheduling(problem, options),
        pool(problem, problem.machine.processors, options, bound, accepted,
             deadline, scheduling),
        candidates(problem, options, bound, accepted, deadline),
        lowerBound(bound.period) {}

  Result<JointSchedule> best();
  Result<ParetoFront> front();

private:
  const JointSchedule *choose(const Ranking &order) const;
  bool isShortEnough() const;
  bool mayBeBetter(const Candidate &candidate) const;
  void search(bool front);
  void scheduleGiven(bool all);
  void scheduleLonger();
  void searchNearby();
  void noteUnlimited();
  int64_t shortestPeriod() const;
  void tryFewer();
  void sweep();
  void finish();
  void explain(JointSchedule &answer) const;
  Obstacle busiest(const JointSchedule &answer) const;
  Error failure() const;

  const JointProblem &problem;
  const JointOptions &options;
  const JointBound &bound;
  const int64_t accepted;
  Ranking ranking;
  Deadline deadline;
  CandidateScheduler scheduling;
  CandidatePool pool;
  LevelledCandidates candidates;
  std::vector<JointSchedule> lessMemory;
  std::vector<JointSchedule> answers;
  int64_t lowerBound;
  /// Says whether everything was tried.
  bool complete = false;
  /// This is the period of a schedule that needs more memory, or 0 if none is
  /// known.
  int64_t shortestTooLarge = 0;
};

//===----------------------------------------------------------------------===//
// What is tried
//===----------------------------------------------------------------------===//

/// Schedules what every answer is chosen from. What is short enough does not
/// depend on the objectives.
void Solver::search(bool front) {
  pool.scheduleShort();
  scheduleLonger();
  scheduleGiven(/*all=*/front);
  pool.fitLimits();
  searchNearby();
  if (!problem.machine.memory.empty() && !isShortEnough())
    noteUnlimited();
  if (problem.maxStaleness || !problem.machine.memory.empty())
    tryFewer();
}

/// Schedules the assignments that the answer must not be worse than: those that
/// may be better than what is known or, for a front, all.
void Solver::scheduleGiven(bool all) {
  scheduling.scheduleSequentially();
  for (const std::vector<int64_t> &start : options.starts)
    if (Candidate whole = candidates.makeWhole(start);
        all || whole.load <= accepted || mayBeBetter(whole))
      scheduling.schedule(whole);
}

/// Schedules the neighbours of the schedule that is best by the default order
/// of objectives, if that has more staleness than its loops need. So all orders
/// choose from the same schedules.
void Solver::searchNearby() {
  const Ranking byStaleness({}, accepted, problem.machine.processors);
  const JointSchedule *chosen = choose(byStaleness);
  if (!chosen || chosen->figures.staleness <=
                     boundStaleness(problem, chosen->figures.period).weighted)
    return;
  auto isBetter = [&](const JointSchedule &a, const JointSchedule &b) {
    return byStaleness.keyOf(a.figures) < byStaleness.keyOf(b.figures);
  };
  const JointSchedule start = *chosen;
  NearbyAssignments(scheduling, problem.pins, deadline, isBetter)
      .searchFrom(start, std::max(accepted, start.figures.period));
}

/// Returns whether the candidate would be chosen if its schedule had no
/// staleness and took no memory.
bool Solver::mayBeBetter(const Candidate &candidate) const {
  const JointSchedule *chosen = choose(ranking);
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  ScheduleFigures figures;
  figures.period = candidate.load;
  figures.communication =
      static_cast<int64_t>(std::min(candidate.communication, largest));
  return !chosen || ranking.keyOf(figures) < ranking.keyOf(chosen->figures);
}

/// Schedules the most promising candidates whose load is not short enough.
void Solver::scheduleLonger() {
  bool links = copiesValues(problem.machine);
  // The order of candidates is that of the period; for other objectives, and
  // where links count, the load says less.
  size_t looks = !options.objectives.empty() || links ? 16 : 4;
  for (const Candidate &candidate : pool.looked())
    if (looks > 0 && candidate.load > accepted && mayBeBetter(candidate) &&
        scheduling.schedule(candidate))
      --looks;
}

const JointSchedule *Solver::choose(const Ranking &order) const {
  const JointSchedule *chosen = nullptr;
  for (const JointSchedule &answer : scheduling.found())
    if (!chosen || order.keyOf(answer.figures) < order.keyOf(chosen->figures))
      chosen = &answer;
  return chosen;
}

bool Solver::isShortEnough() const {
  return std::any_of(scheduling.found().begin(), scheduling.found().end(),
                     [&](const JointSchedule &answer) {
                       return answer.figures.period <= accepted;
                     });
}

/// Remembers how short a period could be with all the memory in the world.
void Solver::noteUnlimited() {
  JointProblem unlimited = problem;
  unlimited.machine.memory.clear();
  CandidateScheduler others(unlimited, options);
  if (!pool.looked().empty() && others.schedule(pool.looked().front()))
    shortestTooLarge = others.found().front().figures.period;
}

int64_t Solver::shortestPeriod() const {
  int64_t shortest = std::numeric_limits<int64_t>::max();
  for (const JointSchedule &answer : scheduling.found())
    shortest = std::min(shortest, answer.figures.period);
  return shortest;
}

/// Looks into the pools of fewer processors, as long as these may be faster.
/// Within a limit, more processors are therefore never slower than fewer: the
/// answer then has the shortest period of all pools.
void Solver::tryFewer() {
  JointOptions others = options;
  others.starts.clear();
  others.longestPeriod = 0;
  const int64_t least = std::max<int64_t>(processorsOf(problem.pins), 1);
  for (int64_t fewer = nextFewerProcessors(problem.machine.processors);
       fewer >= least && !deadline.passed();
       fewer = nextFewerProcessors(fewer)) {
    JointProblem part = problem;
    part.machine = firstProcessors(problem.machine, fewer);
    Result<JointBound> shortest = boundJointSchedule(part);
    if (!shortest || shortest->period >= shortestPeriod())
      return;
    CandidatePool small(problem, fewer, others, *shortest,
                        acceptedPeriod(others, shortest->period), deadline,
                        scheduling);
    small.scheduleWithinLimits();
    ranking =
        Ranking(options.objectives, bound.period, problem.machine.processors);
  }
}

/// Schedules for the front, on fewer processors, with longer periods, with
/// fewer delays and with less memory. What is short enough comes from `search`
/// alone, so that other objectives know it, too.
void Solver::sweep() {
  size_t before = scheduling.found().size();
  std::vector<Candidate> looked = pool.looked();
  int64_t fewer = problem.machine.processors;
  while ((fewer = fewer > 4 ? fewer * 3 / 4 : fewer - 1) > 0)
    candidates.collect(fewer);
  for (Candidate &candidate : candidates.take())
    looked.push_back(std::move(candidate));
  // Schedules of large graphs take seconds.
  int64_t size = static_cast<int64_t>(problem.graph.edges.size()) + 1;
  int64_t attempts = std::clamp<int64_t>(1'000'000 / size, 24, 1000);
  auto mayTry = [&] { return attempts-- > 0 && !deadline.passed(); };
  for (const Candidate &candidate : looked)
    if (candidate.load > accepted && mayTry())
      scheduling.schedule(candidate);
  // These candidates have less communication than all that have no more load.
  std::vector<Candidate> promising;
  for (const Candidate &candidate : looked)
    if (promising.empty() ||
        candidate.communication < promising.back().communication)
      promising.push_back(candidate);
  for (int64_t late : {1, 0, 2, 4, 8})
    for (const Candidate &candidate : promising)
      if (mayTry())
        scheduling.scheduleWithin(candidate, late);
  for (int64_t percent : {105, 125, 150, 200})
    for (const Candidate &candidate : promising)
      if (mayTry())
        scheduling.schedule(
            candidate, std::max<int64_t>(candidate.load * percent / 100, 1));
  const JointSchedule *chosen = choose(ranking);
  for (int64_t percent : {70, 40})
    if (chosen && problem.machine.memory.empty() && size < 20'000 && mayTry())
      for (JointSchedule &answer :
           scheduleInMemory(problem, options, bound, looked,
                            chosen->figures.memory / 100 * percent + 1))
        if (answer.figures.period > accepted)
          lessMemory.push_back(std::move(answer));
  scheduling.dropShort(before, accepted);
}

/// Tries everything where that is little; then the bound is known, too.
void Solver::finish() {
  std::vector<JointSchedule> known;
  for (JointSchedule &answer : scheduling.takeAnswers())
    addToFront(known, std::move(answer));
  for (JointSchedule &answer : lessMemory)
    addToFront(known, std::move(answer));
  if (countSplitAssignments(problem) > options.exhaustive) {
    answers = std::move(known);
    return;
  }
  ExhaustiveFront all = searchExhaustively(problem, options, std::move(known));
  answers = std::move(all.schedules);
  complete = all.complete && !answers.empty();
  if (!complete)
    return;
  lowerBound = std::numeric_limits<int64_t>::max();
  for (const JointSchedule &answer : answers)
    lowerBound = std::min(lowerBound, answer.figures.period);
}

//===----------------------------------------------------------------------===//
// What is kept
//===----------------------------------------------------------------------===//

/// Returns the processor or link that is busy all the time. A processor that
/// could give nothing away comes before others.
Obstacle Solver::busiest(const JointSchedule &answer) const {
  int64_t period = answer.figures.period;
  Occupation busy = occupationOf(answer.problem, answer.schedule.solution);
  Obstacle found;
  for (int64_t id = 0; id < problem.machine.processors; ++id) {
    if (busy.processors[id] < period)
      continue;
    std::optional<Movable> movable = shortestMovable(problem, answer, id);
    if (movable &&
        !fitsElsewhere(problem.machine, busy, id, movable->time, period))
      return {.kind =
                  movable->slice ? Obstacle::Kind::slice : Obstacle::Kind::task,
              .task = movable->task,
              .processor = id};
    if (found.kind == Obstacle::Kind::none)
      found = {.kind = Obstacle::Kind::processor, .processor = id};
  }
  if (found.kind != Obstacle::Kind::none)
    return found;
  for (const auto &[link, time] : busy.links)
    if (time >= period)
      return {.kind = Obstacle::Kind::link,
              .processor = link.first,
              .other = link.second};
  return found;
}

void Solver::explain(JointSchedule &answer) const {
  int64_t period = answer.figures.period;
  int64_t stale = scheduling.shortestTooStale.value_or(period);
  StalenessBound loops = boundStaleness(problem, period);
  answer.stalenessBound = loops.weighted;
  answer.maxStalenessBound = loops.largest;
  if (complete) {
    answer.stalenessBound = answer.figures.staleness;
    answer.maxStalenessBound = answer.figures.maxStaleness;
    for (const JointSchedule &other : answers)
      if (other.figures.period <= period) {
        answer.stalenessBound =
            std::min(answer.stalenessBound, other.figures.staleness);
        answer.maxStalenessBound =
            std::min(answer.maxStalenessBound, other.figures.maxStaleness);
      }
  }
  answer.lowerBound = lowerBound;
  answer.proof = lowerBound == period ? Proof::optimal : Proof::feasible;
  if (period == bound.period) {
    answer.obstacle = bound.obstacle;
  } else if (stale < period) {
    answer.obstacle = {.kind = Obstacle::Kind::staleness};
    answer.withoutLimit = stale;
  } else if (shortestTooLarge > 0 && shortestTooLarge < period) {
    answer.obstacle = {.kind = Obstacle::Kind::memory};
    answer.withoutLimit = shortestTooLarge;
  } else {
    answer.obstacle = busiest(answer);
  }
}

Error Solver::failure() const {
  if (problem.machine.memory.empty())
    return scheduling.lastError.value_or(
        Error{"no schedule was found", Failure::infeasible});
  return explainMemory(problem, options, bound, pool.looked());
}

Result<JointSchedule> Solver::best() {
  search(/*front=*/false);
  finish();
  if (answers.empty())
    return failure();
  JointSchedule *chosen = &answers.front();
  for (JointSchedule &answer : answers)
    if (ranking.keyOf(answer.figures) < ranking.keyOf(chosen->figures))
      chosen = &answer;
  explain(*chosen);
  return std::move(*chosen);
}

Result<ParetoFront> Solver::front() {
  search(/*front=*/true);
  sweep();
  finish();
  if (answers.empty())
    return failure();
  std::sort(answers.begin(), answers.end(),
            [](const JointSchedule &a, const JointSchedule &b) {
              auto key = [](const ScheduleFigures &f) {
                return std::tuple(f.period, f.communication, f.staleness,
                                  f.maxStaleness, f.memory);
              };
              return key(a.figures) < key(b.figures);
            });
  for (JointSchedule &answer : answers)
    explain(answer);
  return ParetoFront{std::move(answers),
                     complete ? Proof::optimal : Proof::feasible};
}

Result<JointBound> prepare(const JointProblem &problem,
                           const JointOptions &options) {
  if (Status status = check(problem); !status)
    return status;
  if (Status status = checkOptions(problem, options); !status)
    return status;
  return boundJointSchedule(problem);
}

} // namespace

int64_t toleratedPeriod(int64_t bound, const Fraction &tolerance) {
  Wide tolerated = floorDiv(
      Wide(bound) * (Wide(tolerance.numerator) + tolerance.denominator),
      tolerance.denominator);
  return static_cast<int64_t>(
      std::clamp<Wide>(tolerated, bound, Wide(2) * maxTotalTime));
}

Result<JointSchedule> solveJointSchedule(const JointProblem &problem,
                                         const JointOptions &options) {
  Result<JointBound> bound = prepare(problem, options);
  if (!bound)
    return bound.error();
  return Solver(problem, options, *bound).best();
}

Result<ParetoFront> findParetoFront(const JointProblem &problem,
                                    const JointOptions &options) {
  Result<JointBound> bound = prepare(problem, options);
  if (!bound)
    return bound.error();
  return Solver(problem, options, *bound).front();
}

} // namespace layerpipe::scheduling
