//===- LayerpipeStrategy.cpp - Splits and schedule together ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The strategy `layerpipe` chooses splits, processors and schedule together. It
// starts from what the simpler strategies answer, and is never slower than
// these.
//
//===----------------------------------------------------------------------===//

#include "DescribeObstacle.h"
#include "FewerProcessors.h"
#include "Steps.h"
#include "Strategies.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Splitting/CommunicationBound.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>

namespace layerpipe::strategies {

using namespace scheduling;

namespace {

JointProblem makeJointProblem(const Planner &planner, int64_t processors) {
  const TaskForms &forms = planner.forms;
  const TaskGraph &graph = forms.graphOf(TaskForm::divisible);
  return {graph, dropPinned(planner.pins, graph, forms.rules),
          planner.searchedMachine(processors), planner.options.maxStaleness,
          planner.pins};
}

/// Returns the defect of a simpler strategy, if there is one: this strategy
/// could not keep its promise to be no slower.
std::optional<Error> findDefect(Planner &planner, int64_t processors) {
  const Result<Outcome> &intra = planner.plan("layerpipe-intra", processors);
  if (!intra && isDefect(intra.error()))
    return intra.error();
  const Result<Outcome> &pipedream = planner.plan("pipedream", processors);
  if (!pipedream && isDefect(pipedream.error()))
    return pipedream.error();
  return std::nullopt;
}

/// Returns the bound of the communication at a period, or a defect where it is
/// above the bytes that a schedule of this period moves.
Result<int64_t> boundTraffic(const JointProblem &problem, int64_t period,
                             int64_t moved) {
  return verified("the bound of the communication",
                  Result<int64_t>(boundCommunication(problem, period)),
                  [&](int64_t bound) -> Status {
                    if (bound <= moved)
                      return Status::success();
                    return Error{fmt::format("it is {} bytes at period {}, "
                                             "where a schedule moves {}",
                                             bound, period, moved)};
                  });
}

/// Adds starts that heed no limit. Those of the simpler strategies do, and may
/// leave processors idle that parts could keep busy.
Status addUnlimitedStarts(const Planner &planner, int64_t processors,
                          const TaskGraph &graph, JointOptions &options) {
  const TaskGraph &whole = planner.forms.decoupled;
  auto found = assign(planner, whole, processors, AssignmentStrategy::free);
  if (!found && isDefect(found.error()))
    return found.error();
  if (found)
    if (auto start = translate(
            makeProblem(planner, whole, processors, std::move(*found)), graph))
      options.starts.push_back(std::move(*start));
  auto stages = partition(planner, processors, /*replicated=*/false);
  if (!stages && isDefect(stages.error()))
    return stages.error();
  if (stages)
    options.starts.push_back(placeStages(planner, graph, *stages));
  return Status::success();
}

Result<JointBound> boundSplits(const JointProblem &problem) {
  return verified(
      "the bound of splits", boundJointSchedule(problem),
      [&](const JointBound &found) { return verify(problem, found); });
}

/// Returns whether an answer with this period may be longer than those of
/// simpler strategies. Without limits it may where it is short enough; who sets
/// a limit has said what the rest may cost.
bool mayBeLonger(const Planner &planner, int64_t period, int64_t bound) {
  return !planner.isLimited() && isShortEnough(planner, period, bound);
}

/// Makes the options of the search. The simpler strategies' assignments of this
/// problem's tasks are its starts, and the period of `layerpipe-intra` may be
/// its limit. Fails only by a defect.
Result<JointOptions> makeOptions(Planner &planner, int64_t processors,
                                 const TaskGraph &graph, int64_t bound) {
  JointOptions options;
  options.objectives = planner.options.objectives;
  options.tolerance = planner.options.tolerance;
  options.limits = planner.options.limits;
  const Result<Outcome> &intra = planner.plan("layerpipe-intra", processors);
  if (intra) {
    int64_t period = intra->plan->solution.period;
    if (!mayBeLonger(planner, period, bound))
      options.longestPeriod = period;
    if (auto start = translate(intra->plan->problem, graph))
      options.starts.push_back(std::move(*start));
  }
  const Result<Outcome> &pipedream = planner.plan("pipedream", processors);
  if (pipedream)
    if (auto start = translate(pipedream->plan->problem, graph))
      options.starts.push_back(std::move(*start));
  if (planner.isLimited())
    if (Status added = addUnlimitedStarts(planner, processors, graph, options);
        !added)
      return added.error();
  return options;
}

/// Returns the shortest plan of the simpler strategies that keeps the staleness
/// limit, or null if there is none. It may win because nobody must cut tasks or
/// take gradients apart.
PlanPtr simplerPlan(Planner &planner, int64_t processors) {
  const std::optional<int64_t> &limit = planner.options.maxStaleness;
  PlanPtr best;
  auto offer = [&](const PlanPtr &plan) {
    bool within = !limit || maxStaleness(*plan) <= *limit;
    if (within && (!best || plan->solution.period < best->solution.period))
      best = plan;
  };
  if (const Result<Outcome> &intra =
          planner.plan("layerpipe-intra", processors))
    offer(intra->plan);
  if (const Result<Outcome> &pipedream = planner.plan("pipedream", processors))
    offer(pipedream->plan);
  return best;
}

/// Returns the bound of all plans that `layerpipe` may return, simpler ones
/// included. It can be below the bound of the split problem, because tasks that
/// are not taken apart may need less time in all.
PeriodBound boundOfPlans(Planner &planner, int64_t processors,
                         const JointBound &bound) {
  PeriodBound least = planner.leastBound(processors);
  if (const Result<Outcome> &pipedream = planner.plan("pipedream", processors))
    least = lesser(std::move(least), pipedream->bound);
  return bound.period < least.value ? PeriodBound{bound.period, "work"} : least;
}

/// Says of each split which task it cuts, whatever the list of rules was.
std::vector<PlannedSplit> describeSplits(const JointProblem &problem,
                                         const std::vector<Split> &splits) {
  std::vector<PlannedSplit> described;
  for (const Split &split : splits)
    described.push_back({problem.rules[split.rule].task,
                         problem.rules[split.rule].axis, split.cuts});
  return described;
}

/// Makes the outcome of an answer that was verified.
Outcome makeOutcome(const Planner &planner, const JointProblem &problem,
                    JointSchedule answer) {
  Outcome outcome;
  outcome.bound = {answer.lowerBound, ""};
  outcome.limitedBy = describeObstacle(problem, answer);
  outcome.plan = std::make_shared<const Plan>(
      Plan{planner.forms.formOf(TaskForm::divisible),
           describeSplits(problem, answer.splits), std::move(answer.problem),
           std::move(answer.schedule.solution)});
  return outcome;
}

} // namespace

/// Searches, and takes a simpler strategy's plan where that is shorter.
static Result<Outcome> searchSplits(Planner &planner, int64_t processors) {
  JointProblem problem = makeJointProblem(planner, processors);
  if (std::optional<Error> defect = findDefect(planner, processors))
    return *defect;
  Result<JointBound> bound = boundSplits(problem);
  if (!bound)
    return bound.error();
  Result<JointOptions> options =
      makeOptions(planner, processors, problem.graph, bound->period);
  if (!options)
    return options.error();
  auto answer = verified(
      "the split search", solveJointSchedule(problem, *options),
      [&](const JointSchedule &found) { return verify(problem, found); });
  if (!answer && isDefect(answer.error()))
    return answer.error();
  PlanPtr simpler = simplerPlan(planner, processors);
  bool periodFirst = options->objectives.empty() ||
                     options->objectives.front() == Objective::period;
  bool shorter = simpler && answer && periodFirst &&
                 !mayBeLonger(planner, answer->figures.period, bound->period) &&
                 simpler->solution.period < answer->figures.period;
  if (shorter || (simpler && !answer))
    return Outcome{simpler, boundOfPlans(planner, processors, *bound)};
  if (!answer)
    return answer.error();
  Result<int64_t> traffic = boundTraffic(problem, answer->figures.period,
                                         answer->figures.communication);
  if (!traffic)
    return traffic.error();
  Outcome outcome = makeOutcome(planner, problem, std::move(*answer));
  outcome.communicationBound = *traffic;
  return outcome;
}

Result<Outcome> planLayerpipe(Planner &planner, int64_t processors) {
  return orOnFewer(planner, "layerpipe", processors,
                   searchSplits(planner, processors));
}

Result<int64_t> Planner::boundTraffic(int64_t processors, int64_t period,
                                      int64_t moved) const {
  return strategies::boundTraffic(makeJointProblem(*this, processors), period,
                                  moved);
}

Result<std::vector<Outcome>> Planner::planFront(int64_t processors) {
  JointProblem problem = makeJointProblem(*this, processors);
  Result<JointBound> bound = boundSplits(problem);
  if (!bound)
    return bound.error();
  Result<JointOptions> joint =
      makeOptions(*this, processors, problem.graph, bound->period);
  if (!joint)
    return joint.error();
  std::vector<Outcome> outcomes;
  const Result<Outcome> &first = plan("layerpipe", processors);
  if (first)
    outcomes.push_back(*first);
  else if (isDefect(first.error()))
    return first.error();
  const std::vector<SplitRule> rules = std::move(problem.rules);
  size_t last = SIZE_MAX;
  for (SplitKinds kinds : {SplitKinds::none, SplitKinds::grad_input,
                           SplitKinds::gradients, SplitKinds::all}) {
    problem.rules = selectRules(problem.graph, rules, kinds);
    if (problem.rules.size() == last)
      continue; // No more tasks may be cut than before.
    last = problem.rules.size();
    auto front = verified(
        "the search for the front", findParetoFront(problem, *joint),
        [&](const ParetoFront &found) { return verify(problem, found); });
    if (!front && isDefect(front.error()))
      return front.error();
    if (!front)
      continue;
    for (JointSchedule &answer : front->schedules)
      outcomes.push_back(makeOutcome(*this, problem, std::move(answer)));
  }
  if (outcomes.empty())
    return first.error();
  return outcomes;
}

} // namespace layerpipe::strategies
