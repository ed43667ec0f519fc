//===- ScheduledGraph.cpp - A scheduled graph, rebuilt from the IR --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/ScheduledGraph.h"

#include <map>
#include <queue>
#include <tuple>

using namespace mlir;
using namespace layerpipe;
using scheduling::CyclicSolution;
using scheduling::TaskGraph;

namespace {

class Rebuilder {
public:
  explicit Rebuilder(GraphOp graph) : graphOp(graph) {}

  LogicalResult run();

  ScheduledGraph result;

private:
  const TaskGraph &graph() const { return result.problem.graph; }
  CyclicSolution &solution() { return result.solution; }

  LogicalResult readPlaces();
  void placeSources();
  void addTransfers();
  int64_t transferOf(const scheduling::Edge &edge, int64_t to);
  LogicalResult orderTasks();

  GraphOp graphOp;
  std::map<std::pair<int64_t, int64_t>, int64_t> transfers;
};

} // namespace

LogicalResult Rebuilder::readPlaces() {
  if (graphOp.getPhase() != Phase::scheduled)
    return graphOp.emitOpError("has phase ")
           << stringifyPhase(graphOp.getPhase())
           << ", not scheduled; run --layerpipe-schedule first";
  if (!graphOp.getPeriod() || static_cast<int64_t>(*graphOp.getPeriod()) < 1)
    return graphOp.emitOpError("is scheduled, but has no positive period");
  solution().period = *graphOp.getPeriod();
  int64_t processors = graphOp.getProcessors().value_or(1);
  for (size_t task = 0; task < graph().tasks.size(); ++task) {
    TaskOp op = result.training.taskOp(task);
    int64_t processor = op ? static_cast<int64_t>(*op.getProcessor()) : -1;
    if (op && processor >= processors)
      return op.emitOpError("runs on processor ")
             << processor << ", but the graph has " << processors;
    result.problem.assignment.push_back(processor);
    solution().start.push_back(op ? *op.getStart() : 0);
    solution().lag.push_back(op ? *op.getLag() : 0);
  }
  result.problem.processors = processors;
  for (const scheduling::Edge &edge : graph().edges)
    solution().distance.push_back(edge.distance);
  return success();
}

void Rebuilder::placeSources() {
  std::vector<int64_t> latest(graph().tasks.size(), INT64_MAX);
  for (const scheduling::Edge &edge : graph().edges)
    latest[edge.from] =
        std::min(latest[edge.from], solution().lag[edge.to] + edge.distance);
  for (size_t task = 0; task < latest.size(); ++task)
    if (!result.training.taskOp(task) && latest[task] != INT64_MAX)
      solution().lag[task] = latest[task];
}

int64_t Rebuilder::transferOf(const scheduling::Edge &edge, int64_t to) {
  auto [position, added] =
      transfers.try_emplace({edge.value, to}, solution().transfers.size());
  if (!added)
    return position->second;
  int64_t period = solution().period;
  int64_t end = solution().start[edge.from] + graph().tasks[edge.from].time;
  scheduling::Transfer transfer;
  transfer.value = edge.value;
  transfer.fromProcessor = result.problem.assignment[edge.from];
  transfer.toProcessor = to;
  transfer.start = end % period;
  transfer.lag = solution().lag[edge.from] + end / period;
  solution().transfers.push_back(transfer);
  return position->second;
}

void Rebuilder::addTransfers() {
  for (const scheduling::Edge &edge : graph().edges) {
    int64_t from = result.problem.assignment[edge.from];
    int64_t to = result.problem.assignment[edge.to];
    solution().edgeTransfer.push_back(
        from < 0 || from == to ? -1 : transferOf(edge, to));
  }
}

/// Kahn's algorithm over the values handed over within one period, the earliest
/// start first.
LogicalResult Rebuilder::orderTasks() {
  std::vector<std::vector<int64_t>> later(graph().tasks.size());
  std::vector<int64_t> waiting(graph().tasks.size(), 0);
  for (const scheduling::Edge &edge : graph().edges)
    if (solution().lag[edge.to] + edge.distance == solution().lag[edge.from]) {
      later[edge.from].push_back(edge.to);
      ++waiting[edge.to];
    }
  using Entry = std::tuple<int64_t, bool, int64_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
  auto enqueue = [&](int64_t task) {
    ready.push({solution().start[task], graph().tasks[task].time > 0, task});
  };
  for (size_t task = 0; task < waiting.size(); ++task)
    if (waiting[task] == 0)
      enqueue(task);
  solution().order.resize(result.problem.processors);
  size_t done = 0;
  for (; !ready.empty(); ++done) {
    int64_t task = std::get<2>(ready.top());
    ready.pop();
    if (int64_t processor = result.problem.assignment[task]; processor >= 0)
      solution().order[processor].push_back(task);
    for (int64_t next : later[task])
      if (--waiting[next] == 0)
        enqueue(next);
  }
  if (done != waiting.size())
    return graphOp.emitOpError(
        "has a cycle of tasks that wait for each other within one period");
  return success();
}

LogicalResult Rebuilder::run() {
  FailureOr<TrainingGraph> training = extractTrainingGraph(graphOp);
  if (failed(training))
    return failure();
  result.training = std::move(*training);
  result.problem.graph = result.training.graph;
  if (failed(readPlaces()))
    return failure();
  placeSources();
  addTransfers();
  return orderTasks();
}

FailureOr<ScheduledGraph> layerpipe::extractSchedule(GraphOp graph) {
  Rebuilder rebuilder(graph);
  if (failed(rebuilder.run()))
    return failure();
  return std::move(rebuilder.result);
}
