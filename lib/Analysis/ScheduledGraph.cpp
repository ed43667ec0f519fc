//===- ScheduledGraph.cpp - a schedule as the IR holds it -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Analysis/GraphMachine.h"
#include "llvm/ADT/MapVector.h"
#include <map>

using namespace mlir;
using namespace layerpipe;
using scheduling::CyclicProblem;
using scheduling::CyclicSolution;

FailureOr<CyclicProblem>
layerpipe::buildCyclicProblem(GraphOp graph, const TrainingGraph &training) {
  CyclicProblem problem;
  problem.graph = training.graph;
  if (!graph.getProcessors())
    return graph.emitError(
        "has no processors: run --layerpipe-assign-processors first");
  FailureOr<scheduling::Machine> machine =
      machineOf(graph, *graph.getProcessors());
  if (failed(machine))
    return failure();
  problem.machine = std::move(*machine);
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

/// Lets inputs arrive when their first reader starts.
static void placeInputs(const TrainingGraph &training,
                        CyclicSolution &solution) {
  constexpr scheduling::Wide never = scheduling::Wide(1) << 120;
  std::vector<scheduling::Wide> latest(training.taskOps.size(), never);
  for (const scheduling::Edge &edge : training.graph.edges) {
    scheduling::Wide read =
        (scheduling::Wide(solution.lag[edge.to]) + edge.distance) *
            solution.period +
        solution.start[edge.to];
    latest[edge.from] = std::min(latest[edge.from], read);
  }
  for (int64_t task = 0, count = latest.size(); task < count; ++task)
    if (!training.taskOp(task) && latest[task] != never) {
      scheduling::Wide lag =
          scheduling::floorDiv(latest[task], solution.period);
      solution.lag[task] = static_cast<int64_t>(lag);
      solution.start[task] =
          static_cast<int64_t>(latest[task] - lag * solution.period);
    }
}

//===----------------------------------------------------------------------===//
// Transfers
//===----------------------------------------------------------------------===//

/// Returns the transfer of an edge's value as it is if no task says when: the
/// value leaves when its producer ends.
static scheduling::Transfer defaultTransfer(const CyclicProblem &problem,
                                            const CyclicSolution &solution,
                                            const scheduling::Edge &edge) {
  scheduling::Transfer transfer;
  transfer.value = edge.value;
  transfer.fromProcessor = problem.assignment[edge.from];
  transfer.toProcessor = problem.assignment[edge.to];
  const scheduling::Link &link = scheduling::linkOf(
      problem.machine, transfer.fromProcessor, transfer.toProcessor);
  transfer.duration =
      scheduling::transferTime(link, problem.graph.values[edge.value].bytes);
  transfer.latency = link.latency;
  int64_t end =
      solution.start[edge.from] + scheduling::durationOf(problem, edge.from);
  transfer.start = end % solution.period;
  transfer.lag = solution.lag[edge.from] + end / solution.period;
  return transfer;
}

/// Returns the attribute that says when `value` leaves for a processor, or
/// null.
static TransferAttr findTransfer(Value value, int64_t processor) {
  auto task = value.getDefiningOp<TaskOp>();
  if (!task || !task.getTransfers())
    return {};
  auto result = static_cast<int64_t>(cast<OpResult>(value).getResultNumber());
  for (auto transfer : task.getTransfers()->getAsRange<TransferAttr>())
    if (transfer.getResult() == result && transfer.getProcessor() == processor)
      return transfer;
  return {};
}

/// Adds one transfer for each value and processor that needs it.
static void readTransfers(const TrainingGraph &training,
                          const CyclicProblem &problem,
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
    scheduling::Transfer transfer = defaultTransfer(problem, solution, edge);
    if (TransferAttr given = findTransfer(training.values[edge.value], to)) {
      transfer.start = given.getStart();
      transfer.lag = given.getLag();
    }
    solution.transfers.push_back(transfer);
  }
}

/// Fails at a task that transfers a result to a processor where nobody reads
/// it.
static LogicalResult checkTransfersAreRead(const TrainingGraph &training,
                                           const CyclicSolution &solution) {
  llvm::DenseSet<std::pair<Value, int64_t>> read;
  for (const scheduling::Transfer &transfer : solution.transfers)
    read.insert({training.values[transfer.value], transfer.toProcessor});
  for (int64_t index = 0, count = training.taskOps.size(); index < count;
       ++index) {
    TaskOp task = training.taskOp(index);
    if (!task || !task.getTransfers())
      continue;
    for (auto transfer : task.getTransfers()->getAsRange<TransferAttr>())
      if (!read.contains(
              {task->getResult(transfer.getResult()), transfer.getProcessor()}))
        return task.emitError("transfers result ")
               << transfer.getResult() << " to processor "
               << transfer.getProcessor() << ", where no task reads it";
  }
  return success();
}

void layerpipe::writeTransfers(const TrainingGraph &training,
                               const CyclicProblem &problem,
                               const CyclicSolution &solution) {
  llvm::MapVector<Operation *, SmallVector<Attribute>> transfers;
  std::vector<bool> written(solution.transfers.size(), false);
  for (int64_t index = 0, count = problem.graph.edges.size(); index < count;
       ++index) {
    int64_t number = solution.edgeTransfer[index];
    if (number < 0 || written[number])
      continue;
    written[number] = true;
    const scheduling::Edge &edge = problem.graph.edges[index];
    const scheduling::Transfer &transfer = solution.transfers[number];
    scheduling::Transfer usual = defaultTransfer(problem, solution, edge);
    // Where a transfer takes no time, only one that waits is worth a word.
    if (transfer.duration == 0 && std::pair(transfer.start, transfer.lag) ==
                                      std::pair(usual.start, usual.lag))
      continue;
    auto result = cast<OpResult>(training.values[transfer.value]);
    transfers[result.getOwner()].push_back(
        TransferAttr::get(result.getContext(), result.getResultNumber(),
                          transfer.toProcessor, transfer.start, transfer.lag));
  }
  for (Operation *op : training.taskOps)
    if (auto task = dyn_cast<TaskOp>(op))
      task.removeTransfersAttr();
  for (auto &[op, list] : transfers)
    cast<TaskOp>(op).setTransfersAttr(ArrayAttr::get(op->getContext(), list));
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

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
  readTransfers(*training, *problem, solution);
  if (failed(checkTransfersAreRead(*training, solution)) ||
      failed(readOrder(*training, *problem, solution)))
    return failure();
  return ScheduledGraph{std::move(*training), std::move(*problem),
                        std::move(solution)};
}
