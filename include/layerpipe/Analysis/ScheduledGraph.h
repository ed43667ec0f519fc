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
/// processors, with the delays that the graph has. Fails with an error at the
/// first task without one.
mlir::FailureOr<scheduling::CyclicProblem>
buildCyclicProblem(GraphOp graph, const TrainingGraph &training);

/// Rebuilds problem and solution from the IR alone. Says nothing about their
/// validity, which is the work of scheduling::verify. Inputs deliver as late as
/// their readers allow; a value leaves for another processor when its producer
/// ends.
mlir::FailureOr<ScheduledGraph> extractSchedule(GraphOp graph);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_SCHEDULEDGRAPH_H
