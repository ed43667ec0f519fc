//===- ScheduledGraph.cpp - a schedule as the IR holds it -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/ScheduledGraph.h"
#include <map>

using namespace mlir;
using namespace layerpipe;
using scheduling::CyclicProblem;
using scheduling::CyclicSolution;

FailureOr<CyclicProblem>
layerpipe::buildCyclicProblem(GraphOp graph, const TrainingGraph &training) {
  CyclicProblem problem;
  problem.graph = training.graph;
  problem.machine.processors = graph.getProcessors().value_or(0);
  if (problem.machine.processors < 1)
    return graph.emitError(
        "has no processors: run --layerpipe-assign-processors first");
  for (int64_t task = 0, count = training.taskOps.size(); task < count;
       ++task) {
    TaskOp op = training.taskOp(task);
    if (op && !op.getProcessor())
      return op.emitError(
          "has no processor: run --layerpipe-assign-processors first");
    problem.assignment.push_back(op ? int64_t(*op.getProcessor()) : -1);
  }
  return problem;
}

/// Reads starts and lags as the tasks have them.
static void readTimes(const TrainingGraph &training, CyclicSolution &solution) {
  for (int64_t task = 0, count = training.taskOps.size(); task < count;
       ++task) {
    TaskOp op = training.taskOp(task);
    solution.start.push_back(op ? int64_t(op.getStart().value_or(0)) : 0);
    solution.lag.push_back(op ? int64_t(op.getLag().value_or(0)) : 0);
  }
}

/// Lets inputs deliver as late as their readers allow, at the beginning of a
/// period.
static void placeInputs(const TrainingGraph &training,
                        CyclicSolution &solution) {
  std::vector<int64_t> latest(training.taskOps.size(), INT64_MAX);
  for (const scheduling::Edge &edge : training.graph.edges)
    latest[edge.from] =
        std::min(latest[edge.from], solution.lag[edge.to] + edge.distance);
  for (int64_t task = 0, count = latest.size(); task < count; ++task)
    if (!training.taskOp(task) && latest[task] != INT64_MAX)
      solution.lag[task] = latest[task];
}

/// Places one transfer for each value and reading processor, at its producer's
/// end.
static void placeTransfers(const CyclicProblem &problem,
                           CyclicSolution &solution) {
  std::map<std::pair<int64_t, int64_t>, int64_t> known;
  for (int64_t index = 0, count = problem.graph.edges.size(); index < count;
       ++index) {
    const scheduling::Edge &edge = problem.graph.edges[index];
    if (!scheduling::needsTransfer(problem, index)) {
      solution.edgeTransfer.push_back(-1);
      continue;
    }
    int64_t to = problem.assignment[edge.to];
    auto [entry, isNew] =
        known.try_emplace({edge.value, to}, solution.transfers.size());
    solution.edgeTransfer.push_back(entry->second);
    if (!isNew)
      continue;
    int64_t end =
        solution.start[edge.from] + scheduling::durationOf(problem, edge.from);
    scheduling::Transfer transfer;
    transfer.value = edge.value;
    transfer.fromProcessor = problem.assignment[edge.from];
    transfer.toProcessor = to;
    transfer.start = end % solution.period;
    transfer.lag = solution.lag[edge.from] + end / solution.period;
    solution.transfers.push_back(transfer);
  }
}

/// Reads the tasks of each processor by slot.
static LogicalResult readOrder(const TrainingGraph &training,
                               const CyclicProblem &problem,
                               CyclicSolution &solution) {
  solution.order.resize(problem.machine.processors);
  for (int64_t task = 0, count = training.taskOps.size(); task < count; ++task)
    if (int64_t processor = problem.assignment[task]; processor >= 0)
      solution.order[processor].push_back(task);
  for (std::vector<int64_t> &order : solution.order) {
    llvm::sort(order, [&](int64_t a, int64_t b) {
      return std::pair(*training.taskOp(a).getSlot(), a) <
             std::pair(*training.taskOp(b).getSlot(), b);
    });
    for (auto [slot, task] : llvm::enumerate(order))
      if (TaskOp op = training.taskOp(task); *op.getSlot() != slot)
        return op.emitError("has slot ")
               << *op.getSlot() << " of its processor, but the slots of a "
               << "processor are numbered 0, 1, 2, …, and this is number "
               << slot;
  }
  return success();
}

FailureOr<ScheduledGraph> layerpipe::extractSchedule(GraphOp graph) {
  if (graph.getPhase() != Phase::scheduled ||
      int64_t(graph.getPeriod().value_or(0)) < 1)
    return graph.emitError("has no schedule: run --layerpipe-schedule first");
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  if (failed(training))
    return failure();
  FailureOr<CyclicProblem> problem = buildCyclicProblem(graph, *training);
  if (failed(problem))
    return failure();
  if (scheduling::Status valid = scheduling::check(*problem); !valid)
    return graph.emitError("is no scheduling problem: ") << valid.message();
  CyclicSolution solution;
  solution.period = *graph.getPeriod();
  readTimes(*training, solution);
  solution.distance = scheduling::distancesOf(training->graph);
  placeInputs(*training, solution);
  placeTransfers(*problem, solution);
  if (failed(readOrder(*training, *problem, solution)))
    return failure();
  return ScheduledGraph{std::move(*training), std::move(*problem),
                        std::move(solution)};
}
