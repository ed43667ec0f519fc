//===- LayerpipeIntra.cpp - Gradients apart, assigned freely --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FewerProcessors.h"
#include "Steps.h"
#include "Strategies.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <optional>
#include <tuple>

namespace layerpipe::strategies {

using namespace scheduling;

namespace {

/// Schedules several assignments of the decoupled tasks and keeps the best: by
/// period, then staleness, then stash, then the first. On a slow link, for
/// instance, the two assignments
///
///   processor 0: F1 F2 G1 G2, processor 1: F3 I3 G3 I2    period 9
///   processor 0: all of them, processor 1: nothing        period 8
///
/// are both scheduled, and the second one wins.
class IntraSearch {
public:
  IntraSearch(Planner &planner, int64_t processors)
      : planner(planner), processors(processors),
        graph(planner.forms.decoupled) {}

  Result<Outcome> run();

private:
  void offer(std::vector<int64_t> assignment, int64_t longest);
  void offer(PlanPtr plan);
  void offerFewer();
  void note(const Error &error);
  void noteDefect(const Error &error);
  int64_t period() const { return best ? best->solution.period : INT64_MAX; }

  Planner &planner;
  int64_t processors;
  const TaskGraph &graph;
  PlanPtr best;
  std::tuple<int64_t, int64_t, int64_t> score;
  /// This is a defect, or else the last reason why an assignment has no
  /// schedule.
  std::optional<Error> failure;
};

void IntraSearch::note(const Error &error) {
  if (!failure || !isDefect(*failure))
    failure = error;
}

/// Keeps an error that is a defect. Any other error only means that this
/// assignment has no schedule, which is no failure.
void IntraSearch::noteDefect(const Error &error) {
  if (isDefect(error))
    note(error);
}

void IntraSearch::offer(PlanPtr plan) {
  std::tuple candidate(plan->solution.period, maxStaleness(*plan),
                       stashBytes(*plan));
  if (best && candidate >= score)
    return;
  best = std::move(plan);
  score = candidate;
}

/// Schedules an assignment, unless there is a plan already and the bound of the
/// assignment exceeds `longest`.
void IntraSearch::offer(std::vector<int64_t> assignment, int64_t longest) {
  CyclicProblem problem =
      makeProblem(planner, graph, processors, std::move(assignment));
  if (best) {
    auto bounds =
        verified("the bounds of the period", computeBounds(problem),
                 [&](const Bounds &answer) { return verify(problem, answer); });
    if (!bounds)
      noteDefect(bounds.error());
    if (!bounds || bounds->lower > longest)
      return;
  }
  Result<PlanPtr> plan =
      schedule(TaskForm::decoupled, std::move(problem), planner.options);
  if (plan)
    offer(*plan);
  else
    note(plan.error());
}

/// Offers assignments on fewer processors, which may be faster where links are
/// slow: on one less, then on half as many again and again (of 8: on 7, 3, 1),
/// as long as their work allows a shorter period.
void IntraSearch::offerFewer() {
  int64_t fewer = processors;
  int64_t total = planner.decoupled.totalTime();
  while (fewer >= planner.leastProcessors() &&
         (!best || total / fewer < period())) {
    for (AssignmentStrategy strategy :
         {AssignmentStrategy::contiguous_tasks, AssignmentStrategy::free}) {
      if (fewer == processors && strategy == AssignmentStrategy::free)
        continue; // This one was offered already.
      if (Result<std::vector<int64_t>> assignment =
              assign(planner, graph, fewer, strategy))
        offer(std::move(*assignment), period() - 1);
      else
        noteDefect(assignment.error());
    }
    fewer = fewer == processors && fewer > 2 ? fewer - 1 : fewer / 2;
  }
}

Result<Outcome> IntraSearch::run() {
  // Backwards may stay coupled; see below.
  PeriodBound bound = planner.leastBound(processors);
  const Result<Outcome> &pipedream = planner.plan("pipedream", processors);
  std::vector<std::vector<int64_t>> starts;
  if (pipedream) {
    bound = lesser(std::move(bound), pipedream->bound);
    if (auto start = translate(pipedream->plan->problem, graph))
      starts.push_back(std::move(*start));
  } else
    noteDefect(pipedream.error());
  Result<std::vector<int64_t>> anywhere =
      assign(planner, graph, processors, AssignmentStrategy::free, starts);
  if (!anywhere)
    return anywhere.error();
  offer(std::move(*anywhere), INT64_MAX);
  for (std::vector<int64_t> &start : starts)
    offer(std::move(start), period());
  if (period() > bound.value)
    offerFewer();
  // Decoupling may cost time, or the search may fail. Nobody must decouple, so
  // the coupled plan is offered, too.
  if (pipedream && pipedream->plan->solution.period < period())
    offer(pipedream->plan);
  if (failure && (!best || isDefect(*failure)))
    return *failure;
  return Outcome{best, bound};
}

} // namespace

Result<Outcome> planIntra(Planner &planner, int64_t processors) {
  return orOnFewer(planner, "layerpipe-intra", processors,
                   IntraSearch(planner, processors).run());
}

} // namespace layerpipe::strategies
