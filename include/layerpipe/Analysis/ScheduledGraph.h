//===- ScheduledGraph.h - a schedule as the IR holds it ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_SCHEDULEDGRAPH_H
#define LAYERPIPE_ANALYSIS_SCHEDULEDGRAPH_H

#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

namespace layerpipe {

/// This is the scheduling problem and its solution, rebuilt from a graph of
/// phase scheduled.
struct ScheduledGraph {
  TrainingGraph training;
  scheduling::CyclicProblem problem;
  scheduling::CyclicSolution solution;
};

/// Returns the cyclic scheduling problem of a graph whose tasks have times and
/// processors, with the delays that the graph has, on the machine that it has.
/// Fails with an error at the first task without one.
mlir::FailureOr<scheduling::CyclicProblem>
buildCyclicProblem(GraphOp graph, const TrainingGraph &training);

/// Rebuilds problem and solution from the IR alone. Says nothing about their
/// validity, which is the work of scheduling::verify. Inputs deliver when their
/// first reader starts; a value whose transfer its task does not list leaves
/// for another processor when the task ends. Fails with an error at the first
/// task whose number in its processor's order, or whose transfer, can't be.
mlir::FailureOr<ScheduledGraph> extractSchedule(GraphOp graph);

/// Writes a solution's transfers onto the tasks that make their values, from
/// which extractSchedule reads them. The problem must be that of the graph,
/// with the solution's starts and lags on its tasks.
void writeTransfers(const TrainingGraph &training,
                    const scheduling::CyclicProblem &problem,
                    const scheduling::CyclicSolution &solution);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_SCHEDULEDGRAPH_H
