//===- PipelineOfTasks.h - Tasks as stages of a pipeline --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Synchronous schedules order actions of stages (PipelineProblem.h). This goes
// from the tasks of a network to such stages, and back from an order of actions
// to one of tasks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_STRATEGIES_PIPELINEOFTASKS_H
#define LAYERPIPE_LIB_STRATEGIES_PIPELINEOFTASKS_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::strategies {

/// Returns the stages of a network as a chain, all on processor 0: `stageOf`
/// has the stage of each task, −1 for inputs. A stage's times and bytes are
/// those of its tasks for the microbatch that takes longest; a graph without
/// microbatches has one. Sums of losses and updates are no actions.
scheduling::PipelineProblem pipelineOf(const scheduling::TaskGraph &graph,
                                       const std::vector<int64_t> &stageOf,
                                       const scheduling::Machine &machine,
                                       std::string timeUnit);

/// Runs the tasks in the order of the actions that hold them, at most one
/// iteration after another on each processor, and behind them what is no
/// action. `problem` has the graph and the machine; its assignment follows from
/// the order. Fails where tasks would wait for each other forever.
scheduling::Result<scheduling::CyclicSolution>
scheduleActions(scheduling::CyclicProblem &problem,
                const std::vector<int64_t> &stageOf,
                const scheduling::PipelineProblem &pipeline,
                const scheduling::PipelineOrder &order);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_LIB_STRATEGIES_PIPELINEOFTASKS_H
