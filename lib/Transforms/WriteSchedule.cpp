//===- WriteSchedule.cpp - a solution becomes the IR's schedule -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WriteSchedule.h"

#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Transforms/NoAnswer.h"

using namespace mlir;
using namespace layerpipe;
using scheduling::CyclicProblem;
using scheduling::CyclicSolution;

/// Returns the period that no assignment and no choice of free delays of these
/// tasks goes below.
static FailureOr<int64_t> lowerBound(GraphOp graph,
                                     const CyclicProblem &problem) {
  scheduling::TaskGraph bounded = problem.graph;
  if (problem.delays == scheduling::Delays::least)
    std::erase_if(bounded.edges, [](const scheduling::Edge &edge) {
      return edge.parameter >= 0;
    });
  auto bounds =
      scheduling::verified("the bounds of the period",
                           scheduling::computeBounds(bounded, problem.machine),
                           [&](const scheduling::Bounds &answer) {
                             return verify(bounded, problem.machine, answer);
                           });
  if (!bounds)
    return emitNoAnswer(graph, "can't bound the period: ", bounds.error());
  return bounds->lower;
}

/// Writes the bounds. Where tasks were split for processors, the bound of the
/// whole ones counts, unless parts were measured to be faster; the bound of the
/// parts stands beside it.
static void setBounds(GraphOp graph, int64_t lower) {
  bool split = llvm::any_of(graph.getBody().getOps<TaskOp>(),
                            [](TaskOp task) { return task.getPart(); });
  if (split)
    graph.setLowerBoundSplit(lower);
  int64_t whole = graph.getLowerBound().value_or(lower);
  graph.setLowerBound(split ? std::min(whole, lower) : lower);
}

LogicalResult layerpipe::writeSchedule(GraphOp graph,
                                       const TrainingGraph &training,
                                       const CyclicProblem &problem,
                                       const CyclicSolution &solution) {
  FailureOr<int64_t> lower = lowerBound(graph, problem);
  if (failed(lower))
    return failure();
  for (int64_t task = 0, count = training.taskOps.size(); task < count; ++task)
    if (TaskOp op = training.taskOp(task)) {
      op.setStart(solution.start[task]);
      op.setLag(solution.lag[task]);
    }
  for (const std::vector<int64_t> &order : solution.order)
    for (auto [slot, task] : llvm::enumerate(order))
      training.taskOp(task).setSlot(slot);
  writeTransfers(training, problem, solution);
  graph.setPeriod(solution.period);
  graph.removeLimitedByAttr(); // It was said of another schedule.
  setBounds(graph, *lower);
  graph.setPhase(Phase::scheduled);
  return success();
}
