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

namespace layerpipe::strategies {

using namespace scheduling;

/// Schedules one stage for each processor.
static Result<Outcome> scheduleStages(Planner &planner, int64_t processors) {
  const TaskGraph &graph = planner.forms.coupled;
  Result<StagePartition> stages = partition(planner, processors, false);
  if (!stages)
    return stages.error();
  Result<PlanPtr> plan =
      schedule(TaskForm::coupled,
               makeProblem(planner, graph, processors,
                           placeStages(planner, graph, *stages)),
               planner.options);
  if (!plan)
    return plan.error();
  return Outcome{*plan, planner.coupled.on(planner.machineOf(processors))};
}

Result<Outcome> planPipedream(Planner &planner, int64_t processors) {
  return orOnFewer(planner, "pipedream", processors,
                   scheduleStages(planner, processors));
}

} // namespace layerpipe::strategies
