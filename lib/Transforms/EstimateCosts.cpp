//===- EstimateCosts.cpp - Gives every task its time ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostModels.h"
#include "Phases.h"
#include "WriteSchedule.h"
#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Scheduling/Cyclic/FixedOrder.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_ESTIMATECOSTS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {
struct EstimateCostsPass
    : public layerpipe::impl::EstimateCostsBase<EstimateCostsPass> {
  using EstimateCostsBase::EstimateCostsBase;
  void runOnOperation() override;
};
} // namespace

static LogicalResult setTimes(GraphOp graph, CostModel &costs) {
  for (auto task : graph.getBody().getOps<TaskOp>()) {
    FailureOr<int64_t> time = costs.timeOf(task);
    if (failed(time))
      return failure();
    task.setTime(*time);
  }
  // A bound of whole tasks in another unit means nothing any more.
  if (graph.getTimeUnit() != costs.timeUnit())
    graph.removeLowerBoundAttr();
  graph.setTimeUnit(costs.timeUnit());
  return success();
}

/// Gives the schedule the starts and the period that follow from the new times;
/// order and lags stay.
static LogicalResult updateSchedule(GraphOp graph) {
  FailureOr<ScheduledGraph> schedule = extractSchedule(graph);
  if (failed(schedule))
    return failure();
  scheduling::CyclicProblem &problem = schedule->problem;
  auto solution = scheduling::verified(
      "the schedule in a given order",
      scheduling::scheduleInOrder(problem, schedule->solution),
      [&](const scheduling::CyclicSolution &answer) {
        return verifyInOrder(problem, schedule->solution, answer);
      });
  if (!solution)
    return emitNoAnswer(
        graph, "can't keep the order of the schedule: ", solution.error());
  // The graph's delays may have been chosen, and must not bound the period.
  problem.delays = scheduling::Delays::least;
  return writeSchedule(graph, schedule->training, problem, *solution);
}

LogicalResult layerpipe::estimateCosts(GraphOp graph,
                                       const CostModelOptions &options) {
  FailureOr<std::unique_ptr<CostModel>> costs = makeCostModel(graph, options);
  if (failed(costs) ||
      failed(requirePhase(graph,
                          {Phase::training, Phase::pipelined, Phase::scheduled},
                          "estimate costs after form-tasks")) ||
      failed(requireTasks(graph)))
    return failure();
  bool scheduled = graph.getPhase() == Phase::scheduled;
  if (failed(setTimes(graph, **costs)))
    return failure();
  return scheduled ? updateSchedule(graph) : success();
}

void EstimateCostsPass::runOnOperation() {
  if (failed(estimateCosts(getOperation(),
                           {model, profile, gigaflops, gigabytesPerSecond})))
    signalPassFailure();
}
