//===- Steps.h - What several strategies do ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions call solvers for strategies, and verify the answers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_STRATEGIES_STEPS_H
#define LAYERPIPE_LIB_STRATEGIES_STEPS_H

#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"
#include "layerpipe/Strategies/Planner.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace layerpipe::strategies {

/// Assigns the graph's tasks to processors by one of the core's strategies.
/// Pinned layers stay where they are. The answer of the free strategy is never
/// worse than `starts`.
scheduling::Result<std::vector<int64_t>>
assign(const Planner &planner, const scheduling::TaskGraph &graph,
       int64_t processors, scheduling::AssignmentStrategy strategy,
       std::vector<std::vector<int64_t>> starts = {});

/// Cuts the coupled graph's layers into verified stages, which keep the pins.
scheduling::Result<scheduling::StagePartition>
partition(const Planner &planner, int64_t processors, bool replicated);

/// Returns the stage of each layer by its number.
std::map<int64_t, int64_t>
stagesOfLayers(const Planner &planner,
               const scheduling::StagePartition &stages);

/// Returns the graph with no gradient late.
scheduling::TaskGraph withoutStaleness(scheduling::TaskGraph graph);

/// Returns each task's stage, or −1 for inputs, where layers have these. Tasks
/// of other layers, or of none, go with the last stage.
std::vector<int64_t>
stagesOfTasks(const scheduling::TaskGraph &graph,
              const std::map<int64_t, int64_t> &stageOfLayer,
              int64_t lastStage);

/// Returns each task's stage, or −1 for inputs. Tasks of no layer go with the
/// last one, as layerGraphOf counts them.
std::vector<int64_t> stagesOfTasks(const Planner &planner,
                                   const scheduling::TaskGraph &graph,
                                   const scheduling::StagePartition &stages);

/// Puts each task on the processor of its stage.
std::vector<int64_t> placeStages(const Planner &planner,
                                 const scheduling::TaskGraph &graph,
                                 const scheduling::StagePartition &stages);

/// Carries a plan's assignment over to the tasks of `graph`: each task goes to
/// the processor of the plan's task of the same name, or else of its layer.
/// Returns nothing if a task has neither.
std::optional<std::vector<int64_t>>
translate(const scheduling::CyclicProblem &plan,
          const scheduling::TaskGraph &graph);

/// Returns whether the period exceeds that bound by no more than the tolerance.
/// Such periods count as equal, so that other objectives decide.
bool isShortEnough(const Planner &planner, int64_t period, int64_t bound);

/// Makes the problem of that assignment, with free delays.
scheduling::CyclicProblem makeProblem(const Planner &planner,
                                      const scheduling::TaskGraph &graph,
                                      int64_t processors,
                                      std::vector<int64_t> assignment);

/// Returns how the schedules of a table's rows are searched. There are many
/// rows, so that each search is kept short.
scheduling::ScheduleOptions shortSearch(const PlannerOptions &options);

/// Schedules tasks of a form that are not cut, within the staleness limit.
scheduling::Result<PlanPtr> schedule(TaskForm form,
                                     scheduling::CyclicProblem problem,
                                     const PlannerOptions &options);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_LIB_STRATEGIES_STEPS_H
