//===- Pipedream.cpp - Stages of whole layers -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is PipeDream's straight pipeline (arXiv 1806.03377).
//
//===----------------------------------------------------------------------===//

#include "FewerProcessors.h"
#include "Steps.h"
#include "Strategies.h"
#include "layerpipe/Schedule/PeriodBound.h"
#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"
#include "layerpipe/Scheduling/Cyclic/StalenessLimit.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <algorithm>
#include <optional>

namespace layerpipe::strategies {

using namespace scheduling;

/// Returns whether some gradient flows to a later stage, or some weight to an
/// earlier one. Their readers would wait for longer than the stages ask for.
static bool contradictsStages(const TaskGraph &graph,
                              const std::vector<int64_t> &stages) {
  return std::any_of(graph.edges.begin(), graph.edges.end(),
                     [&](const Edge &edge) {
                       int64_t from = stages[edge.from], to = stages[edge.to];
                       return (edge.kind == EdgeKind::gradient && from < to) ||
                              (edge.kind == EdgeKind::weight && from > to);
                     });
}

/// Returns the coupled tasks with their sums of gradients and their updates in
/// the order of the stages, or nothing where they are in it already.
static Result<std::optional<TaskGraph>>
orderSums(const Planner &planner, const StagePartition &stages) {
  const TaskForms &forms = planner.forms;
  std::optional<TaskGraph> ordered;
  if (!forms.coupledInStages ||
      !contradictsStages(forms.coupled,
                         stagesOfTasks(planner, forms.coupled, stages)))
    return ordered;
  Result<TaskGraph> made =
      forms.coupledInStages(stagesOfLayers(planner, stages));
  if (!made)
    return made.error();
  ordered = std::move(*made);
  return ordered;
}

/// Gives gradient edges as many delays as there are stages after the layer's,
/// but no more than `most`.
static CyclicProblem delayByStages(CyclicProblem problem,
                                   const std::vector<int64_t> &stages,
                                   std::optional<int64_t> most) {
  int64_t last = *std::max_element(stages.begin(), stages.end());
  for (Edge &edge : problem.graph.edges)
    if (edge.parameter >= 0) {
      int64_t after = last - stages[edge.to];
      edge.distance = std::min(after, most.value_or(after));
    }
  return problem;
}

/// Returns whether no gradient of the plan is later than its edge in `problem`.
static bool isInTime(const CyclicProblem &problem, const Plan &plan) {
  for (size_t index = 0; index < problem.graph.edges.size(); ++index)
    if (const Edge &edge = problem.graph.edges[index];
        edge.parameter >= 0 && plan.solution.distance[index] > edge.distance)
      return false;
  return true;
}

/// Schedules tasks in these stages, one for each processor. The least delays of
/// all layers together may be more of one layer than there are stages after it.
/// The delays of one forward and one backward in turn are never more, and need
/// no longer period where transfers take no time.
static Result<PlanPtr> scheduleStages(const Planner &planner,
                                      CyclicProblem problem,
                                      const std::vector<int64_t> &stages) {
  const PlannerOptions &options = planner.options;
  Result<PlanPtr> plan = schedule(TaskForm::coupled, problem, options);
  if (!plan)
    return plan.error();
  CyclicProblem delayed = delayByStages(problem, stages, options.maxStaleness);
  if (!areInstant(problem.machine.links) || isInTime(delayed, **plan) ||
      contradictsStages(problem.graph, stages))
    return plan;
  ScheduleOptions choice = shortSearch(options);
  choice.period = (*plan)->solution.period;
  auto inTurn = verified("the scheduler", solveWithDelays(delayed, choice),
                         [&](const CyclicSolution &answer) {
                           return verifyWithinStaleness(
                               problem, options.maxStaleness, answer);
                         });
  if (!inTurn)
    return isDefect(inTurn.error()) ? Result<PlanPtr>(inTurn.error()) : plan;
  return std::make_shared<const Plan>(
      Plan{TaskForm::coupled, {}, std::move(problem), std::move(*inTurn)});
}

static Result<Outcome> findStages(const Planner &planner, int64_t processors) {
  Result<StagePartition> stages = partition(planner, processors, false);
  if (!stages)
    return stages.error();
  Result<std::optional<TaskGraph>> ordered = orderSums(planner, *stages);
  if (!ordered)
    return ordered.error();
  const TaskGraph &graph = *ordered ? **ordered : planner.forms.coupled;
  Result<GraphBound> bound = *ordered ? GraphBound::create(graph)
                                      : Result<GraphBound>(planner.coupled);
  if (!bound)
    return bound.error();
  Result<PlanPtr> plan =
      scheduleStages(planner,
                     makeProblem(planner, graph, processors,
                                 placeStages(planner, graph, *stages)),
                     stagesOfTasks(planner, graph, *stages));
  if (!plan)
    return plan.error();
  return Outcome{*plan, planner.boundOf(*bound, graph, processors)};
}

Result<Outcome> planPipedream(Planner &planner, int64_t processors) {
  return orOnFewer(planner, "pipedream", processors,
                   findStages(planner, processors));
}

} // namespace layerpipe::strategies
