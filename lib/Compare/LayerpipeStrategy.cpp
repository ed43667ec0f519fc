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
#include "Plan.h"
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

namespace layerpipe::compare {

using namespace scheduling;

namespace {

JointProblem makeProblem(const Session &session, int64_t processors) {
  const ComparedModel &model = session.model;
  bool apart = !model.divisible.tasks.empty();
  return {apart ? model.divisible : model.decoupled,
          apart ? model.rules : std::vector<SplitRule>(),
          session.searchedMachine(processors), session.options.maxStaleness};
}

/// Carries a plan's assignment over to the tasks of `graph`: each task goes to
/// the processor of the plan's task of the same name, or else of its layer.
/// Returns nothing if a task has neither.
std::optional<std::vector<int64_t>> translate(const CyclicProblem &plan,
                                              const TaskGraph &graph) {
  std::map<std::string, int64_t> byName;
  std::map<int64_t, int64_t> byLayer;
  for (size_t task = 0; task < plan.graph.tasks.size(); ++task) {
    byName.emplace(plan.graph.tasks[task].name, plan.assignment[task]);
    if (plan.assignment[task] >= 0)
      byLayer.insert_or_assign(plan.graph.tasks[task].layer,
                               plan.assignment[task]);
  }
  std::vector<int64_t> assignment;
  for (const Task &task : graph.tasks) {
    auto same = byName.find(task.name);
    auto layer = byLayer.find(task.layer);
    if (task.kind == TaskKind::input)
      assignment.push_back(-1);
    else if (same != byName.end())
      assignment.push_back(same->second);
    else if (layer != byLayer.end())
      assignment.push_back(layer->second);
    else
      return std::nullopt;
  }
  return assignment;
}

/// Returns the defect of a simpler strategy, if there is one: this strategy
/// could not keep its promise to be no slower.
std::optional<Error> findDefect(Session &session, int64_t processors) {
  const Result<Outcome> &intra = session.intra(processors);
  if (!intra && isDefect(intra.error()))
    return intra.error();
  const Result<Pipeline> &pipedream = session.pipedream(processors);
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

/// Makes the options of the search. The simpler strategies' assignments of this
/// problem's tasks are its starts, and the period of `layerpipe-intra` its
/// limit.
JointOptions makeOptions(Session &session, int64_t processors,
                         const TaskGraph &graph) {
  JointOptions options;
  options.objectives = session.options.objectives;
  options.tolerance = session.options.tolerance;
  options.limits = session.options.limits;
  const Result<Outcome> &intra = session.intra(processors);
  if (intra) {
    options.longestPeriod = intra->plan->solution.period;
    if (auto start = translate(intra->plan->problem, graph))
      options.starts.push_back(std::move(*start));
  }
  const Result<Pipeline> &pipedream = session.pipedream(processors);
  if (pipedream)
    options.starts.push_back(placeStages(session, graph, pipedream->stages));
  return options;
}

/// Returns the shortest plan of the simpler strategies that keeps the staleness
/// limit, or null if there is none. It may win because nobody must cut tasks or
/// take gradients apart.
PlanPtr simplerPlan(Session &session, int64_t processors) {
  const std::optional<int64_t> &limit = session.options.maxStaleness;
  PlanPtr best;
  auto offer = [&](const PlanPtr &plan) {
    bool within = !limit || maxStaleness(*plan) <= *limit;
    if (within && (!best || plan->solution.period < best->solution.period))
      best = plan;
  };
  if (const Result<Outcome> &intra = session.intra(processors))
    offer(intra->plan);
  if (const Result<Pipeline> &pipedream = session.pipedream(processors))
    offer(pipedream->plan);
  return best;
}

/// Returns the bound of all plans that `layerpipe` may return, simpler ones
/// included. It can be below the bound of the split problem, because tasks that
/// are not taken apart may need less time in all.
PeriodBound boundOfPlans(Session &session, int64_t processors,
                         const JointBound &bound) {
  Machine machine = session.machineOf(processors);
  PeriodBound least = session.coupled.on(machine);
  if (PeriodBound apart = session.decoupled.on(machine);
      apart.value < least.value)
    least = apart;
  return bound.period < least.value ? PeriodBound{bound.period, "work"} : least;
}

/// Makes the outcome of an answer that was verified.
Outcome makeOutcome(const JointProblem &problem, JointSchedule answer) {
  Outcome outcome;
  outcome.bound = {answer.lowerBound, ""};
  outcome.limitedBy = describeObstacle(problem, answer);
  outcome.plan = std::make_shared<const Plan>(
      Plan{std::move(answer.problem), std::move(answer.schedule.solution)});
  return outcome;
}

} // namespace

Result<Outcome> planLayerpipe(Session &session, int64_t processors) {
  JointProblem problem = makeProblem(session, processors);
  if (std::optional<Error> defect = findDefect(session, processors))
    return *defect;
  JointOptions options = makeOptions(session, processors, problem.graph);
  auto bound =
      verified("the bound of splits", boundJointSchedule(problem),
               [&](const JointBound &found) { return verify(problem, found); });
  if (!bound)
    return bound.error();
  auto answer = verified(
      "the split search", solveJointSchedule(problem, options),
      [&](const JointSchedule &found) { return verify(problem, found); });
  if (!answer && isDefect(answer.error()))
    return answer.error();
  PlanPtr simpler = simplerPlan(session, processors);
  bool periodFirst = options.objectives.empty() ||
                     options.objectives.front() == Objective::period;
  if (simpler && (!answer || (periodFirst && simpler->solution.period <
                                                 answer->figures.period)))
    return Outcome{simpler, boundOfPlans(session, processors, *bound)};
  if (!answer)
    return answer.error();
  Result<int64_t> traffic = boundTraffic(problem, answer->figures.period,
                                         answer->figures.communication);
  if (!traffic)
    return traffic.error();
  Outcome outcome = makeOutcome(problem, std::move(*answer));
  outcome.communicationBound = *traffic;
  return outcome;
}

Result<int64_t> boundTraffic(const Session &session, int64_t processors,
                             int64_t period, int64_t moved) {
  return boundTraffic(makeProblem(session, processors), period, moved);
}

Result<std::vector<Outcome>> planFront(Session &session, int64_t processors) {
  JointProblem problem = makeProblem(session, processors);
  JointOptions options = makeOptions(session, processors, problem.graph);
  std::vector<Outcome> outcomes;
  Result<Outcome> first = planLayerpipe(session, processors);
  if (first)
    outcomes.push_back(std::move(*first));
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
        "the search for the front", findParetoFront(problem, options),
        [&](const ParetoFront &found) { return verify(problem, found); });
    if (!front && isDefect(front.error()))
      return front.error();
    if (!front)
      continue;
    for (JointSchedule &answer : front->schedules)
      outcomes.push_back(makeOutcome(problem, std::move(answer)));
  }
  if (outcomes.empty())
    return first.error();
  return outcomes;
}

} // namespace layerpipe::compare
