//===- Retime.cpp - moves delays through tasks ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientDelays.h"
#include "Phases.h"
#include "RetimingLegality.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"
#include "layerpipe/Scheduling/Retiming/StorageRetiming.h"
#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_RETIME
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using scheduling::LagDemands;
using scheduling::PeriodRetiming;
using scheduling::Result;
using scheduling::Retiming;
using scheduling::StorageRetiming;
using scheduling::TaskGraph;

namespace {

struct RetimePass : public layerpipe::impl::RetimeBase<RetimePass> {
  using RetimeBase::RetimeBase;
  void runOnOperation() override;

private:
  LogicalResult checkOptions(GraphOp graph);
  LogicalResult retime(GraphOp graph);
  Result<Retiming> solve(const TaskGraph &graph);
  Result<Retiming> solveForStages(const TaskGraph &graph);
  Result<Retiming> solveForStorage(const TaskGraph &graph);
};

/// This writes a retiming into the graph.
class RetimingWriter {
public:
  RetimingWriter(GraphOp graph, const TrainingGraph &training,
                 const Retiming &retiming)
      : graph(graph), training(training), retiming(retiming),
        builder(OpBuilder::atBlockEnd(&graph.getBody().front())) {}

  LogicalResult write();

private:
  FailureOr<InitialValue> initialOf(int64_t edge);
  LogicalResult rewriteEdge(int64_t edge, int64_t distance);
  void recordLags();

  GraphOp graph;
  const TrainingGraph &training;
  const Retiming &retiming;
  OpBuilder builder;
  StreamResolver resolver;
  /// These are delays by value, distance and initial value, so that readers
  /// share them.
  llvm::DenseMap<std::pair<Value, int64_t>, SmallVector<DelayOp>> delays;
};

} // namespace

/// Returns the initial value that the edge's delays need after retiming: the
/// one it had, or what its producer yields before iteration 0.
FailureOr<InitialValue> RetimingWriter::initialOf(int64_t edge) {
  if (training.graph.edges[edge].distance == 0)
    return valueBeforeStart(training.values[training.graph.edges[edge].value],
                            resolver);
  FailureOr<Stream> stream = resolver.resolve(training.operands[edge]->get());
  if (failed(stream))
    return failure();
  if (stream->initial.kind == InitialValue::Kind::none)
    return valueBeforeStart(stream->source, resolver);
  return stream->initial;
}

LogicalResult RetimingWriter::rewriteEdge(int64_t edge, int64_t distance) {
  Value value = training.values[training.graph.edges[edge].value];
  OpOperand *operand = training.operands[edge];
  if (distance == 0) {
    operand->set(value);
    return success();
  }
  FailureOr<InitialValue> initial = initialOf(edge);
  if (failed(initial))
    return failure();
  SmallVector<DelayOp> &candidates = delays[{value, distance}];
  for (DelayOp delay : candidates)
    if (InitialValue::of(delay) == *initial) {
      operand->set(delay);
      return success();
    }
  DelayOp delay = initial->createDelay(builder, operand->getOwner()->getLoc(),
                                       value, distance);
  candidates.push_back(delay);
  operand->set(delay);
  return success();
}

void RetimingWriter::recordLags() {
  for (auto [op, lag] : llvm::zip_equal(training.taskOps, retiming)) {
    if (auto task = dyn_cast<TaskOp>(op))
      task.setRetimedAttr(lag ? builder.getI64IntegerAttr(lag) : nullptr);
    else
      cast<SourceOpInterface>(op).setLag(lag);
  }
}

LogicalResult RetimingWriter::write() {
  std::vector<int64_t> distances =
      scheduling::retimedDistances(training.graph, retiming);
  for (int64_t edge = 0, count = distances.size(); edge < count; ++edge)
    if (failed(rewriteEdge(edge, distances[edge])))
      return failure();
  recordLags();
  eraseDeadDelays(graph);
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

LogicalResult RetimePass::checkOptions(GraphOp graph) {
  if (stages != 0 && !objective.empty())
    return graph.emitError("stages and objective exclude each other");
  if (stages == 0 && objective.empty())
    return graph.emitError(
        "say what to retime for: stages=K, objective=period or "
        "objective=storage");
  if (!objective.empty() && objective != "period" && objective != "storage")
    return graph.emitError("unknown objective '")
           << objective << "'; there are period and storage";
  if (period < 0 || (period > 0 && objective != "storage"))
    return graph.emitError("a period goes with objective=storage, and is "
                           "positive; got ")
           << int64_t(period);
  return stages != 0 ? success() : checkTimes(graph);
}

Result<Retiming> RetimePass::solveForStages(const TaskGraph &graph) {
  Result<LagDemands> demands =
      scheduling::stageDemands(graph, stages, freeUpdates);
  if (!demands)
    return demands.error();
  return scheduling::verified("the retiming for stages",
                              scheduling::retimeToDemands(graph, *demands),
                              [&](const Retiming &retiming) {
                                return verify(graph, *demands, retiming);
                              });
}

/// Finds the shortest clock period. Verifies the period and its bound, with the
/// obstacle that proves it, along with the lags.
static Result<Retiming> solveForPeriod(const TaskGraph &graph) {
  auto best = scheduling::verified(
      "the retiming for the period", scheduling::minimumPeriodRetiming(graph),
      [&](const PeriodRetiming &answer) { return verify(graph, answer); });
  if (!best)
    return best.error();
  return std::move(best->retiming);
}

/// Finds the lags of least storage. Verifies the flow that proves the storage
/// along with the lags, and where no retiming has the period, the obstacle that
/// says so.
Result<Retiming> RetimePass::solveForStorage(const TaskGraph &graph) {
  scheduling::StorageOptions options;
  if (period > 0)
    options.period = period;
  auto best = scheduling::verified(
      "the retiming for storage",
      scheduling::minimumStorageRetiming(graph, options),
      [&](const StorageRetiming &answer) {
        return verify(graph, options, answer);
      },
      [&](const scheduling::Obstacle &obstacle) {
        return verifyObstacle(graph, period, obstacle);
      });
  if (!best)
    return best.error();
  return std::move(best->retiming);
}

Result<Retiming> RetimePass::solve(const TaskGraph &graph) {
  if (stages != 0)
    return solveForStages(graph);
  return objective == "storage" ? solveForStorage(graph)
                                : solveForPeriod(graph);
}

LogicalResult RetimePass::retime(GraphOp graph) {
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  if (failed(training))
    return failure();
  if (scheduling::Status legal = scheduling::check(training->graph); !legal)
    return graph.emitError("can't retime: ") << legal.message();
  Result<Retiming> retiming = solve(training->graph);
  if (!retiming)
    return emitNoAnswer(graph, "can't retime: ", retiming.error());
  if (failed(checkInitialValues(*training, *retiming)))
    return failure();
  return RetimingWriter(graph, *training, *retiming).write();
}

void RetimePass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::training, Phase::pipelined},
                          "retime between form-tasks and schedule")) ||
      failed(checkOptions(graph)) || failed(retime(graph)))
    return signalPassFailure();
  graph.setPhase(Phase::pipelined);
}
