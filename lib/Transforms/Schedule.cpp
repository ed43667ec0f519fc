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
#include "layerpipe/Transforms/Passes.h"
#include "llvm/Support/FormatVariadic.h"

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
  scheduling::Result<scheduling::CyclicSchedule>
  solveWithin(const CyclicProblem &problem);
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

/// The shortest period found that keeps the staleness limit. Staleness shrinks
/// as periods grow, if not at every step, and is 0 when a period has room for
/// all tasks one after the other.
scheduling::Result<scheduling::CyclicSchedule>
SchedulePass::solveWithin(const CyclicProblem &problem) {
  scheduling::ScheduleOptions options;
  options.period = period;
  auto best = scheduling::solveCyclicSchedule(problem, options);
  bool chosen = problem.delays == scheduling::Delays::least;
  int64_t limit = maxStaleness;
  auto latest = [&](const scheduling::CyclicSchedule &schedule) {
    return scheduling::maxStaleness(problem.graph, schedule.solution.distance);
  };
  if (!best || limit < 0 || !chosen || latest(*best) <= limit)
    return best;
  if (period > 0)
    return scheduling::Error{
        llvm::formatv("with period {0} a gradient is {1} iterations late, more "
                      "than max-staleness {2}",
                      int64_t(period), latest(*best), limit)
            .str(),
        scheduling::Failure::infeasible};
  int64_t low = best->solution.period, high = low;
  for (int64_t duration : scheduling::durationsOf(problem))
    high += duration;
  auto tryPeriod = [&](int64_t next) {
    options.period = next;
    auto tried = scheduling::solveCyclicSchedule(problem, options);
    if (!tried || latest(*tried) > limit)
      return false;
    best = std::move(tried);
    return true;
  };
  if (!tryPeriod(high))
    return scheduling::Error{
        llvm::formatv("no period was found that keeps max-staleness {0}", limit)
            .str(),
        scheduling::Failure::infeasible};
  while (high - low > low / 100 + 1) {
    int64_t middle = low + (high - low) / 2;
    (tryPeriod(middle) ? high : low) = middle;
  }
  return best;
}

FailureOr<CyclicSolution> SchedulePass::solve(GraphOp graph,
                                              const CyclicProblem &problem) {
  if (scheduling::Status legal = scheduling::check(problem); !legal)
    return graph.emitError("can't schedule: ") << legal.message();
  auto schedule = solveWithin(problem);
  if (!schedule)
    return graph.emitError("can't schedule: ") << schedule.message();
  if (scheduling::Status valid =
          scheduling::verify(problem, schedule->solution);
      !valid)
    return graph.emitError("defect in the cyclic scheduler: ")
           << valid.message();
  return std::move(schedule->solution);
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
                          "it has a schedule already")) ||
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
