//===- SplitSolver.cpp - Solving the joint problem ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Starts, levelled for several loads; the promising ones scheduled; the best
// kept.
//
//===----------------------------------------------------------------------===//

#include "SplitFigures.h"
#include "SplitSearch.h"
#include "SplitSegments.h"
#include "layerpipe/Scheduling/Assignment.h"
#include "layerpipe/Scheduling/SplitSchedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// What a levelled start comes to before it is scheduled.
struct Candidate {
  std::vector<Split> splits;
  std::vector<int64_t> assignment;
  int64_t load = 0;
  Wide communication = 0;
};

class Solver {
public:
  Solver(const SplitScheduleProblem &problem,
         const SplitScheduleOptions &options, const SplitBound &bound)
      : problem(problem), options(options), bound(bound),
        deadline(options.limits) {
    Wide tolerated =
        floorDiv(Wide(bound.period) * (options.tolerance.numerator +
                                       options.tolerance.denominator),
                 options.tolerance.denominator);
    accepted = static_cast<int64_t>(
        std::min<Wide>(tolerated, std::numeric_limits<int64_t>::max()));
    if (options.longestPeriod > 0)
      accepted =
          std::max(bound.period, std::min(accepted, options.longestPeriod));
  }

  Result<SplitSchedule> best();
  Result<std::vector<SplitSchedule>> front();

private:
  using Key = std::array<Wide, 5>;
  Key keyOf(const ScheduleFigures &figures) const;
  void collect(int64_t processors);
  std::vector<std::vector<Cutting>> starts(const SplitModel &model,
                                           int64_t limit);
  void levelFrom(const SplitModel &model, const std::vector<Cutting> &start,
                 const std::vector<int64_t> &limits);
  void addWhole(const std::vector<int64_t> &assignment);
  void add(const SplitState &state);
  std::vector<int64_t> loadLimits() const;
  bool schedule(const Candidate &candidate, int64_t period = 0);
  void relax(const Candidate &candidate);
  bool keepsStaleness(const SplitSchedule &answer) const {
    return !problem.maxStaleness ||
           answer.figures.maxStaleness <= *problem.maxStaleness;
  }
  void sortCandidates();
  Error failure() const;

  const SplitScheduleProblem &problem;
  const SplitScheduleOptions &options;
  const SplitBound &bound;
  Deadline deadline;
  int64_t accepted = 0;
  std::vector<Candidate> candidates;
  std::vector<SplitSchedule> answers;
  int64_t leastStaleness = std::numeric_limits<int64_t>::max();
  std::optional<Error> lastError;
};

//===----------------------------------------------------------------------===//
// Candidates
//===----------------------------------------------------------------------===//

/// From the accepted one upwards. Links are not part of a load; where they
/// count, longer periods may be the shorter ones in the end.
std::vector<int64_t> Solver::loadLimits() const {
  std::vector<int64_t> limits = {accepted};
  for (int64_t perMille : {1010, 1020, 1030, 1050, 1100, 1200, 1500}) {
    Wide limit = ceilDiv(Wide(bound.period) * perMille, 1000);
    if (limit > limits.back() && limit < Wide(maxTotalTime))
      limits.push_back(static_cast<int64_t>(limit));
  }
  return limits;
}

void Solver::add(const SplitState &state) {
  candidates.push_back({state.splits(), state.assignment(), state.period(),
                        state.communication()});
}

void Solver::addWhole(const std::vector<int64_t> &assignment) {
  SplitModel model(problem.graph, problem.divisions, problem.machine);
  add(SplitState(model, assignment));
}

/// Every limit when links count; otherwise the first that is reached.
void Solver::levelFrom(const SplitModel &model,
                       const std::vector<Cutting> &start,
                       const std::vector<int64_t> &limits) {
  std::vector<int64_t> first;
  for (const Cutting &cutting : start)
    first.push_back(cutting.parts.front().processor);
  bool links = problem.machine.communication.bandwidth.numerator > 0;
  for (int64_t limit : limits) {
    if (deadline.passed())
      return;
    SplitState state(model, first);
    for (size_t task = 0; task < start.size(); ++task)
      if (start[task].division >= 0)
        state.change(task, start[task]);
    SplitSearch search(model, state, limit, deadline);
    if (!search.level())
      continue;
    search.saveBytes();
    add(state);
    if (!links)
      return;
  }
}

std::vector<std::vector<Cutting>> Solver::starts(const SplitModel &model,
                                                 int64_t limit) {
  std::vector<std::vector<Cutting>> starts;
  auto addStart = [&](const std::vector<int64_t> &assignment) {
    std::vector<Cutting> cuttings;
    for (int64_t processor : assignment)
      cuttings.push_back({-1, {{1, processor}}});
    starts.push_back(std::move(cuttings));
  };
  starts.push_back(makeSegments(model, limit));
  AssignmentProblem assignment{problem.graph, model.machine};
  for (AssignmentStrategy strategy :
       {AssignmentStrategy::contiguous_tasks, AssignmentStrategy::free}) {
    AssignmentOptions choice;
    choice.strategy = strategy;
    choice.limits = options.limits;
    if (Result<Assignment> found = solveAssignment(assignment, choice))
      addStart(found->processor);
  }
  if (model.processors == problem.machine.processors)
    for (const std::vector<int64_t> &given : options.starts)
      addStart(given);
  return starts;
}

/// Of the first so many processors.
void Solver::collect(int64_t processors) {
  Machine machine = problem.machine;
  machine.processors = processors;
  if (!machine.speeds.empty())
    machine.speeds.resize(processors);
  if (!machine.memory.empty())
    machine.memory.resize(processors);
  SplitModel model(problem.graph, problem.divisions, machine);
  std::vector<int64_t> limits = loadLimits();
  int64_t least = static_cast<int64_t>(
      ceilDiv(Wide(totalTime(problem.graph)) * totalSpeed(machine).denominator,
              totalSpeed(machine).numerator));
  std::erase_if(limits, [&](int64_t limit) { return limit < least; });
  if (processors < problem.machine.processors)
    for (int64_t perMille : {1001, 1010, 1050})
      limits.push_back(
          static_cast<int64_t>(ceilDiv(Wide(least) * perMille, 1000)));
  std::sort(limits.begin(), limits.end());
  if (limits.empty())
    return;
  for (const std::vector<Cutting> &start : starts(model, limits.front()))
    levelFrom(model, start, limits);
}

/// The most promising first, each once.
void Solver::sortCandidates() {
  auto key = [&](const Candidate &candidate) {
    return std::tuple(std::max(candidate.load, accepted),
                      candidate.communication, candidate.load);
  };
  std::sort(candidates.begin(), candidates.end(),
            [&](const Candidate &a, const Candidate &b) {
              return std::tuple_cat(key(a), std::tie(a.assignment)) <
                     std::tuple_cat(key(b), std::tie(b.assignment));
            });
  auto last =
      std::unique(candidates.begin(), candidates.end(),
                  [&](const Candidate &a, const Candidate &b) {
                    return key(a) == key(b) && a.assignment == b.assignment;
                  });
  candidates.erase(last, candidates.end());
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

/// False if there is no schedule, or none within the limits.
bool Solver::schedule(const Candidate &candidate, int64_t period) {
  SplitSchedule answer;
  answer.splits = candidate.splits;
  answer.problem = {
      splitTasks(problem.graph, problem.divisions, candidate.splits).graph,
      problem.machine, candidate.assignment, Delays::least};
  ScheduleOptions choice;
  choice.period = period;
  choice.limits = options.limits;
  choice.exactEffort = options.exactEffort;
  Result<CyclicSchedule> solved = solveCyclicSchedule(answer.problem, choice);
  if (!solved) {
    lastError = solved.error();
    return false;
  }
  answer.schedule = std::move(*solved);
  answer.figures = figuresOf(answer.problem, answer.schedule.solution);
  leastStaleness = std::min(leastStaleness, answer.figures.maxStaleness);
  if (!keepsStaleness(answer))
    return false;
  answers.push_back(std::move(answer));
  return true;
}

/// The shortest period of this assignment, to a hundredth, that keeps the
/// staleness limit.
void Solver::relax(const Candidate &candidate) {
  int64_t low = std::max<int64_t>(candidate.load, 1);
  int64_t high = std::max<int64_t>(totalTime(problem.graph), low) + 1;
  if (!schedule(candidate, high))
    return;
  while (high - low > low / 100 + 1 && !deadline.passed()) {
    int64_t middle = low + (high - low) / 2;
    (schedule(candidate, middle) ? high : low) = middle;
  }
}

/// A period counts as short enough up to `accepted`; between equals the exact
/// one decides.
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

Error Solver::failure() const {
  if (problem.maxStaleness &&
      leastStaleness != std::numeric_limits<int64_t>::max())
    return {fmt::format("no schedule was found in which gradients are at most "
                        "{} iterations late; the nearest has {}",
                        *problem.maxStaleness, leastStaleness),
            Failure::infeasible};
  return lastError.value_or(
      Error{"no schedule was found", Failure::infeasible});
}

Result<SplitSchedule> Solver::best() {
  for (const std::vector<int64_t> &start : options.starts)
    addWhole(start);
  collect(problem.machine.processors);
  bool links = problem.machine.communication.bandwidth.numerator > 0;
  sortCandidates();
  // The order of candidates is that of the default objectives; for others, and
  // where links count, the load says less.
  size_t looks = !options.objectives.empty() || links ? 16 : 4;
  for (size_t i = 0; i < candidates.size(); ++i)
    if (i < looks || answers.empty())
      schedule(candidates[i]);
  if (answers.empty() && problem.maxStaleness) {
    for (int64_t fewer = problem.machine.processors / 2; fewer > 0; fewer /= 2)
      collect(fewer);
    for (const Candidate &candidate : candidates)
      relax(candidate);
  }
  const SplitSchedule *chosen = nullptr;
  for (const SplitSchedule &answer : answers)
    if (!chosen || keyOf(answer.figures) < keyOf(chosen->figures))
      chosen = &answer;
  if (!chosen)
    return failure();
  return *chosen;
}

Result<std::vector<SplitSchedule>> Solver::front() {
  for (const std::vector<int64_t> &start : options.starts)
    addWhole(start);
  for (int64_t fewer = problem.machine.processors; fewer > 0;
       fewer = fewer > 4 ? fewer * 3 / 4 : fewer - 1)
    collect(fewer);
  sortCandidates();
  for (const Candidate &candidate : candidates) {
    schedule(candidate);
    for (int64_t percent : {105, 125, 150, 200})
      if (!deadline.passed())
        schedule(candidate,
                 std::max<int64_t>(candidate.load * percent / 100, 1));
  }
  std::vector<SplitSchedule> kept;
  for (size_t i = 0; i < answers.size(); ++i) {
    bool beaten = false;
    for (size_t j = 0; j < answers.size() && !beaten; ++j)
      beaten = dominates(answers[j].figures, answers[i].figures) ||
               (j < i && answers[j].figures == answers[i].figures);
    if (!beaten)
      kept.push_back(answers[i]);
  }
  if (kept.empty())
    return failure();
  std::sort(kept.begin(), kept.end(),
            [](const SplitSchedule &a, const SplitSchedule &b) {
              auto key = [](const ScheduleFigures &f) {
                return std::tuple(f.period, f.communication, f.staleness,
                                  f.maxStaleness, f.memory);
              };
              return key(a.figures) < key(b.figures);
            });
  return kept;
}

} // namespace

Result<SplitSchedule> solveSplitSchedule(const SplitScheduleProblem &problem,
                                         const SplitScheduleOptions &options) {
  if (Status status = check(problem); !status)
    return status;
  Result<SplitBound> bound = boundSplitSchedule(problem);
  if (!bound)
    return bound.error();
  return Solver(problem, options, *bound).best();
}

Result<std::vector<SplitSchedule>>
findParetoFront(const SplitScheduleProblem &problem,
                const SplitScheduleOptions &options) {
  if (Status status = check(problem); !status)
    return status;
  Result<SplitBound> bound = boundSplitSchedule(problem);
  if (!bound)
    return bound.error();
  return Solver(problem, options, *bound).front();
}

} // namespace layerpipe::scheduling
