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
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Transforms/Passes.h"
#include "llvm/Support/FormatVariadic.h"

namespace layerpipe {
#define GEN_PASS_DEF_SCHEDULE
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using scheduling::CyclicProblem;
using scheduling::CyclicSchedule;
using scheduling::CyclicSolution;
using scheduling::Result;

namespace {
struct SchedulePass : public layerpipe::impl::ScheduleBase<SchedulePass> {
  using ScheduleBase::ScheduleBase;
  void runOnOperation() override;

private:
  FailureOr<CyclicProblem> extract(GraphOp graph,
                                   const TrainingGraph &training);
  Result<CyclicSolution> solveWithin(const CyclicProblem &problem);
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

/// Solves the problem, and verifies the schedule, its bounds and their proofs.
static Result<CyclicSchedule>
solveWith(const CyclicProblem &problem,
          const scheduling::ScheduleOptions &options) {
  return scheduling::verified(
      "the scheduler", scheduling::solveCyclicSchedule(problem, options),
      [&](const CyclicSchedule &answer) { return verify(problem, answer); });
}

/// Solves it with gradients at most `most` late, and verifies that and the
/// schedule.
static Result<CyclicSolution>
solveWithLimit(const CyclicProblem &problem,
               const scheduling::ScheduleOptions &options, int64_t most) {
  return scheduling::verified(
      "the scheduler", scheduling::solveWithDelays(problem, most, options),
      [&](const CyclicSolution &answer) -> scheduling::Status {
        if (scheduling::Status valid = verify(problem, answer); !valid)
          return valid;
        int64_t late = scheduling::maxStaleness(problem.graph, answer.distance);
        if (late > most)
          return scheduling::Error{
              llvm::formatv("a gradient is {0} iterations late, more than {1}",
                            late, most)
                  .str()};
        return scheduling::Status::success();
      });
}

/// Returns the schedule with the least delays for the shortest period. Where
/// these are more than max-staleness, it is the one for the shortest period
/// that so many delays allow.
Result<CyclicSolution> SchedulePass::solveWithin(const CyclicProblem &problem) {
  scheduling::ScheduleOptions options;
  options.period = period;
  auto keepsLimit = [&](const CyclicSolution &solution) {
    return maxStaleness < 0 || problem.delays == scheduling::Delays::given ||
           scheduling::maxStaleness(problem.graph, solution.distance) <=
               maxStaleness;
  };
  auto least = solveWith(problem, options);
  if (!least)
    return least.error();
  if (keepsLimit(least->solution))
    return std::move(least->solution);
  auto limited = solveWithLimit(problem, options, maxStaleness);
  if (!limited && isDefect(limited.error()))
    return limited;
  if (!limited)
    return scheduling::Error{
        llvm::formatv(
            "with gradients at most {0} iterations late, which without that "
            "limit are {1}: {2}",
            int64_t(maxStaleness),
            scheduling::maxStaleness(problem.graph, least->solution.distance),
            limited.message())
            .str(),
        limited.error().failure};
  options.period = limited->period;
  least = solveWith(problem, options);
  if (!least && isDefect(least.error()))
    return least.error();
  if (least && keepsLimit(least->solution))
    return std::move(least->solution);
  return limited;
}

FailureOr<CyclicSolution> SchedulePass::solve(GraphOp graph,
                                              const CyclicProblem &problem) {
  if (scheduling::Status legal = scheduling::check(problem); !legal)
    return graph.emitError("can't schedule: ") << legal.message();
  auto solution = solveWithin(problem);
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
