//===- Sequential.cpp - Ordinary training ---------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Steps.h"
#include "Strategies.h"

#include <fmt/format.h>

namespace layerpipe::strategies {

using namespace scheduling;

/// Puts all tasks on the processor of the pins, or on processor 0.
static Result<std::vector<int64_t>> placeOnOne(const Planner &planner,
                                               const TaskGraph &graph) {
  if (planner.pins.empty())
    return assign(planner, graph, 1, AssignmentStrategy::sequential);
  auto [first, processor] = *planner.pins.begin();
  for (auto [layer, other] : planner.pins)
    if (other != processor)
      return Error{fmt::format(
          "the strategy sequential has one processor, but '{}' is placed on "
          "processor {} and '{}' on {}",
          planner.layerNames.at(first), processor, planner.layerNames.at(layer),
          other)};
  std::vector<int64_t> assignment;
  for (const Task &task : graph.tasks)
    assignment.push_back(task.kind == TaskKind::input ? -1 : processor);
  return assignment;
}

Result<Outcome> planSequential(Planner &planner, int64_t processors) {
  // Tasks that are apart say more of what is measured of them, so that coupled
  // ones must be faster.
  TaskForm form = planner.coupled.totalTime() < planner.decoupled.totalTime()
                      ? TaskForm::coupled
                      : TaskForm::decoupled;
  const TaskGraph &graph = planner.forms.graphOf(form);
  Result<std::vector<int64_t>> assignment = placeOnOne(planner, graph);
  if (!assignment)
    return assignment.error();
  CyclicProblem problem = makeProblem(planner, withoutStaleness(graph),
                                      processors, std::move(*assignment));
  problem.delays = Delays::given;
  Result<PlanPtr> plan = schedule(form, std::move(problem), planner.options);
  if (!plan)
    return plan.error();
  return Outcome{*plan, planner.leastBound(processors)};
}

} // namespace layerpipe::strategies
