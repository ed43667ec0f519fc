//===- Schedule.cpp - start and lag for every task ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientDelays.h"
#include "Phases.h"
#include "WriteSchedule.h"
#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Scheduling/Cyclic/StalenessLimit.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_SCHEDULE
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using scheduling::CyclicProblem;
using scheduling::CyclicSolution;

namespace {
struct SchedulePass : public layerpipe::impl::ScheduleBase<SchedulePass> {
  using ScheduleBase::ScheduleBase;
  void runOnOperation() override;

private:
  FailureOr<CyclicProblem> extract(GraphOp graph,
                                   const TrainingGraph &training);
  FailureOr<CyclicSolution> solve(GraphOp graph, const CyclicProblem &problem);
};
} // namespace

FailureOr<CyclicProblem> SchedulePass::extract(GraphOp graph,
                                               const TrainingGraph &training) {
  if (delays != "given" && delays != "least")
    return graph.emitError("unknown delays '")
           << delays << "'; there are given and least";
  FailureOr<CyclicProblem> problem = buildCyclicProblem(graph, training);
  if (failed(problem))
    return failure();
  if (delays == "given")
    return problem;
  problem->delays = scheduling::Delays::least;
  for (Operation *op : training.taskOps)
    if (getRetimed(op) != 0)
      return op->emitError(
          "is retimed for the delays that the graph has; delays=least chooses "
          "them anew: use delays=given, or schedule without "
          "--layerpipe-retime");
  return problem;
}

FailureOr<CyclicSolution> SchedulePass::solve(GraphOp graph,
                                              const CyclicProblem &problem) {
  if (scheduling::Status legal = scheduling::check(problem); !legal)
    return graph.emitError("can't schedule: ") << legal.message();
  scheduling::ScheduleOptions options;
  options.period = period;
  std::optional<int64_t> most;
  if (maxStaleness >= 0)
    most = maxStaleness;
  auto solution = scheduling::verified(
      "the scheduler", scheduling::solveWithinStaleness(problem, most, options),
      [&](const CyclicSolution &answer) {
        return verifyWithinStaleness(problem, most, answer);
      });
  if (!solution)
    return emitNoAnswer(graph, "can't schedule: ", solution.error());
  return std::move(*solution);
}

/// Writes the chosen staleness onto the gradient edges.
static LogicalResult applyDelays(GraphOp graph, const TrainingGraph &training,
                                 const CyclicSolution &solution) {
  FailureOr<SmallVector<GradientEdge>> edges = findGradientEdges(graph);
  if (failed(edges))
    return failure();
  DenseMap<OpOperand *, int64_t> distances;
  for (auto [operand, distance] :
       llvm::zip_equal(training.operands, solution.distance))
    distances[operand] = distance;
  SmallVector<int64_t> chosen;
  for (const GradientEdge &edge : *edges)
    chosen.push_back(distances.lookup(edge.operand));
  setGradientDelays(graph, *edges, chosen);
  return success();
}

void SchedulePass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::training, Phase::pipelined},
                          "a graph is scheduled once, after "
                          "--layerpipe-assign-processors")) ||
      failed(requireTasks(graph)) || failed(checkTimes(graph)))
    return signalPassFailure();
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  if (failed(training))
    return signalPassFailure();
  FailureOr<CyclicProblem> problem = extract(graph, *training);
  if (failed(problem))
    return signalPassFailure();
  FailureOr<CyclicSolution> solution = solve(graph, *problem);
  if (failed(solution) ||
      (delays == "least" && failed(applyDelays(graph, *training, *solution))) ||
      failed(writeSchedule(graph, *training, *problem, *solution)))
    return signalPassFailure();
}
