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
#include "CandidateScheduler.h"
#include "ExhaustiveFront.h"
#include "JointFigures.h"
#include "LevelledCandidates.h"
#include "MemoryFit.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSchedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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
        deadline(options.limits), scheduling(problem, options),
        candidates(problem, options, bound, accepted, deadline),
        lowerBound(bound.period) {}

  Result<JointSchedule> best();
  Result<ParetoFront> front();

private:
  using Key = std::array<Wide, 5>;

  static int64_t acceptedPeriod(const JointOptions &options, int64_t bound);
  Key keyOf(const ScheduleFigures &figures) const;
  const JointSchedule *choose() const;
  bool isShortEnough() const;
  bool mayBeBetter(const Candidate &candidate) const;
  void scheduleGiven();
  void scheduleCandidates();
  void fitStaleness();
  void fitMemory();
  void sweep();
  void finish();
  void explain(JointSchedule &answer) const;
  Obstacle busiest(const JointSchedule &answer) const;
  Error failure() const;

  const JointProblem &problem;
  const JointOptions &options;
  const JointBound &bound;
  const int64_t accepted;
  Deadline deadline;
  CandidateScheduler scheduling;
  LevelledCandidates candidates;
  /// These were looked at, the most promising first.
  std::vector<Candidate> looked;
  std::vector<JointSchedule> lessMemory;
  std::vector<JointSchedule> answers;
  int64_t lowerBound;
  /// Says whether everything was tried.
  bool complete = false;
  /// This is the period of a schedule that needs more memory, or 0 if none is
  /// known.
  int64_t shortestTooLarge = 0;
};

/// Returns the period that counts as short enough: the bound with the
/// tolerance, but no more than the longest period that is asked for. A bound of
/// 200 and a tolerance of 1 % accept 202.
int64_t Solver::acceptedPeriod(const JointOptions &options, int64_t bound) {
  Wide tolerated = floorDiv(Wide(bound) * (Wide(options.tolerance.numerator) +
                                           options.tolerance.denominator),
                            options.tolerance.denominator);
  int64_t accepted = static_cast<int64_t>(
      std::clamp<Wide>(tolerated, bound, Wide(2) * maxTotalTime));
  if (options.longestPeriod > 0)
    accepted = std::max(bound, std::min(accepted, options.longestPeriod));
  return accepted;
}

//===----------------------------------------------------------------------===//
// What is tried
//===----------------------------------------------------------------------===//

/// Schedules the assignments that the answer must not be worse than.
void Solver::scheduleGiven() {
  scheduling.scheduleSequentially();
  for (const std::vector<int64_t> &start : options.starts)
    if (Candidate whole = candidates.makeWhole(start); mayBeBetter(whole))
      scheduling.schedule(whole);
}

/// Returns whether the candidate would be chosen if its schedule had no
/// staleness and took no memory.
bool Solver::mayBeBetter(const Candidate &candidate) const {
  const JointSchedule *chosen = choose();
  constexpr Wide largest = std::numeric_limits<int64_t>::max();
  ScheduleFigures figures;
  figures.period = candidate.load;
  figures.communication =
      static_cast<int64_t>(std::min(candidate.communication, largest));
  return !chosen || keyOf(figures) < keyOf(chosen->figures);
}

/// Schedules the most promising candidates. Where links are slow, fewer
/// processors may be faster, and are tried, too.
void Solver::scheduleCandidates() {
  bool links = problem.machine.communication.bandwidth.numerator > 0;
  int64_t processors = problem.machine.processors;
  candidates.collect(processors);
  if (links)
    for (int64_t fewer = processors / 2; fewer > 1; fewer /= 2)
      candidates.collect(fewer);
  looked = candidates.take();
  // The order of candidates is that of the default objectives; for others, and
  // where links count, the load says less.
  size_t looks = !options.objectives.empty() || links ? 16 : 4;
  for (const Candidate &candidate : looked)
    if (looks > 0 && mayBeBetter(candidate) && scheduling.schedule(candidate))
      --looks;
}

const JointSchedule *Solver::choose() const {
  const JointSchedule *chosen = nullptr;
  for (const JointSchedule &answer : scheduling.found())
    if (!chosen || keyOf(answer.figures) < keyOf(chosen->figures))
      chosen = &answer;
  return chosen;
}

bool Solver::isShortEnough() const {
  return std::any_of(scheduling.found().begin(), scheduling.found().end(),
                     [&](const JointSchedule &answer) {
                       return answer.figures.period <= accepted;
                     });
}

/// Schedules with the delays that the limit allows, which longer periods or
/// fewer processors make possible.
void Solver::fitStaleness() {
  for (int64_t fewer = problem.machine.processors / 2; fewer > 1; fewer /= 2)
    candidates.collect(fewer);
  std::vector<Candidate> all = looked;
  for (Candidate &candidate : candidates.take())
    all.push_back(std::move(candidate));
  constexpr size_t most = 12;
  all.resize(std::min(all.size(), most));
  for (const Candidate &candidate : all)
    if (!deadline.passed())
      scheduling.scheduleWithin(candidate, *problem.maxStaleness);
}

/// Places parts where there is room for what they read. Whole tasks read each
/// value in fewer places, and are tried, too.
void Solver::fitMemory() {
  for (const Candidate &candidate : memoryCandidates(looked))
    for (Fraction share : memoryShares)
      if (!deadline.passed())
        candidates.placeByMemory(candidate, share);
  for (const Candidate &candidate : candidates.take()) {
    scheduling.schedule(candidate);
    if (problem.maxStaleness)
      scheduling.scheduleWithin(candidate, *problem.maxStaleness);
  }
  JointProblem unlimited = problem;
  unlimited.machine.memory.clear();
  CandidateScheduler others(unlimited, options);
  if (!looked.empty() && others.schedule(looked.front()))
    shortestTooLarge = others.found().front().figures.period;
}

/// Schedules for the front, on fewer processors, with longer periods, with
/// fewer delays and with less memory.
void Solver::sweep() {
  for (int64_t fewer = problem.machine.processors; fewer > 0;
       fewer = fewer > 4 ? fewer * 3 / 4 : fewer - 1)
    candidates.collect(fewer);
  looked = candidates.take();
  // Schedules of large graphs take seconds.
  int64_t size = static_cast<int64_t>(problem.graph.edges.size()) + 1;
  int64_t attempts = std::clamp<int64_t>(1'000'000 / size, 24, 1000);
  auto mayTry = [&] { return attempts-- > 0 && !deadline.passed(); };
  for (const Candidate &candidate : looked)
    if (mayTry())
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
  const JointSchedule *chosen = choose();
  for (int64_t percent : {70, 40})
    if (chosen && problem.machine.memory.empty() && size < 20'000 && mayTry())
      for (JointSchedule &answer :
           scheduleInMemory(problem, options, bound, looked,
                            chosen->figures.memory / 100 * percent + 1))
        lessMemory.push_back(std::move(answer));
}

/// Tries everything where that is little; then the bound is known, too.
void Solver::finish() {
  if (!problem.machine.memory.empty() &&
      (!isShortEnough() || choose() == nullptr))
    fitMemory();
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

/// Returns what answers are compared by, in the order of the objectives. A
/// period counts as short enough up to `accepted`; between equals the exact one
/// decides. With the default objectives and 202 accepted, 202 with 5 bytes
/// beats 200 with 6 bytes.
Solver::Key Solver::keyOf(const ScheduleFigures &figures) const {
  auto value = [&](Objective objective) -> Wide {
    switch (objective) {
    case Objective::period:
      return std::max(figures.period, accepted);
    case Objective::communication:
      return figures.communication;
    case Objective::staleness:
      return figures.staleness;
    case Objective::memory:
      return figures.memory;
    }
    return 0;
  };
  std::vector<Objective> order = options.objectives;
  for (Objective objective : {Objective::period, Objective::communication,
                              Objective::staleness, Objective::memory})
    if (std::find(order.begin(), order.end(), objective) == order.end())
      order.push_back(objective);
  Key key = {};
  for (size_t i = 0; i < 4; ++i)
    key[i] = value(order[i]);
  key[4] = figures.period;
  return key;
}

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
  return explainMemory(problem, options, bound, looked);
}

Result<JointSchedule> Solver::best() {
  scheduleCandidates();
  scheduleGiven();
  if (problem.maxStaleness && !isShortEnough())
    fitStaleness();
  finish();
  if (answers.empty())
    return failure();
  JointSchedule *chosen = &answers.front();
  for (JointSchedule &answer : answers)
    if (keyOf(answer.figures) < keyOf(chosen->figures))
      chosen = &answer;
  explain(*chosen);
  return std::move(*chosen);
}

Result<ParetoFront> Solver::front() {
  scheduleGiven();
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
