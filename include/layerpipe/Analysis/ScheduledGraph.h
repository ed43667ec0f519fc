//===- ScheduledGraph.h - A scheduled graph, rebuilt from the IR -*- C++
//-*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A graph of phase scheduled as the core's problem and solution, made from the
// IR alone, so that a schedule can be verified, exported and lowered at any
// later time.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_SCHEDULEDGRAPH_H
#define LAYERPIPE_ANALYSIS_SCHEDULEDGRAPH_H

#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/CyclicSchedule.h"

namespace layerpipe {

struct ScheduledGraph {
  /// `training.graph` is the problem's graph.
  TrainingGraph training;
  scheduling::CyclicProblem problem;
  scheduling::CyclicSolution solution;
};

/// Rebuilds problem and solution. What the IR does not say follows from it:
/// sources deliver as late as their readers allow, at the beginning of a
/// period; transfers take no time and leave when their value is made; tasks of
/// one start stand in the order of the values they hand over, those without
/// time first. Fails when the graph is not scheduled; does not verify.
mlir::FailureOr<ScheduledGraph> extractSchedule(GraphOp graph);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_SCHEDULEDGRAPH_H
