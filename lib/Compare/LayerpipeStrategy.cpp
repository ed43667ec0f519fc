//===- LayerpipeStrategy.cpp - Splits and schedule together ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The strategy `layerpipe`: the joint problem, started from what the simpler
// strategies answer, and never slower than these.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"
#include "layerpipe/Scheduling/SplitSchedule.h"

#include <map>
#include <memory>
#include <optional>

namespace layerpipe::compare {

using namespace scheduling;

namespace {

SplitScheduleProblem makeProblem(const Session &session, int64_t processors) {
  const ComparedModel &model = session.model;
  bool apart = !model.divisible.tasks.empty();
  return {apart ? model.divisible : model.decoupled,
          apart ? model.divisions : std::vector<Division>(),
          session.machineOf(processors), session.options.maxStaleness};
}

/// Tasks where those of the same name are, or else of the same layer.
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

} // namespace

Result<Outcome> planLayerpipe(Session &session, int64_t processors) {
  SplitScheduleProblem problem = makeProblem(session, processors);
  SplitScheduleOptions options;
  options.objectives = session.options.objectives;
  options.tolerance = session.options.tolerance;
  options.limits = session.options.limits;
  const Result<Outcome> &intra = session.intra(processors);
  if (intra) {
    options.longestPeriod = intra->plan->solution.period;
    if (auto start = translate(intra->plan->problem, problem.graph))
      options.starts.push_back(std::move(*start));
  }
  const Result<Pipeline> &pipedream = session.pipedream(processors);
  if (pipedream)
    options.starts.push_back(
        placeStages(session, problem.graph, pipedream->stages));

  Result<SplitBound> bound = boundSplitSchedule(problem);
  if (!bound)
    return bound.error();
  Result<SplitSchedule> answer = solveSplitSchedule(problem, options);
  if (!answer)
    return answer.error();
  if (Status valid = verify(problem, *answer); !valid)
    return Error{"defect of the split search, please report it: " +
                 valid.message()};
  Outcome outcome;
  outcome.bound = describeBound(problem.graph, *bound);
  // Nobody must cut: what whole tasks reach is open to this strategy too.
  bool within = !problem.maxStaleness ||
                (intra && maxStaleness(*intra->plan) <= *problem.maxStaleness);
  if (intra && within &&
      intra->plan->solution.period < answer->figures.period) {
    outcome.plan = intra->plan;
    return outcome;
  }
  outcome.plan = std::make_shared<const Plan>(
      Plan{std::move(answer->problem), std::move(answer->schedule.solution)});
  return outcome;
}

} // namespace layerpipe::compare
