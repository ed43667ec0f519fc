//===- RetimingLegality.cpp - initial values under retiming ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RetimingLegality.h"

using namespace mlir;
using namespace layerpipe;

FailureOr<InitialValue> layerpipe::valueBeforeStart(Value result,
                                                    StreamResolver &resolver) {
  auto opResult = cast<OpResult>(result);
  if (isa<TaskOp>(opResult.getOwner()) && getStateOp(opResult))
    return getInitialState(opResult, resolver);
  InitialValue absent;
  absent.kind = InitialValue::Kind::absent;
  return absent;
}

namespace {

/// This finds the streams that are absent in every iteration before 0: the
/// greatest set that the rule of absence supports. It is sound by induction
/// over periods, since before period 0 every delay yields its initial value.
class Silence {
public:
  explicit Silence(const TrainingGraph &training);

  /// Returns the first op of `task` that would compute something before
  /// iteration 0, or null.
  Operation *firstLoudOp(int64_t task) const;

private:
  bool isSilentEdge(int64_t edge) const;
  void collect(int64_t task, DenseSet<Value> &silent) const;
  /// Computes a task's silent results again; returns true if one is no longer
  /// silent.
  bool update(int64_t task);

  const TrainingGraph &training;
  DenseMap<OpOperand *, int64_t> edgeOf;
  DenseSet<Value> loud;
};

} // namespace

Silence::Silence(const TrainingGraph &training) : training(training) {
  for (auto [edge, operand] : llvm::enumerate(training.operands))
    edgeOf[operand] = edge;
  std::vector<std::vector<int64_t>> readers(training.taskOps.size());
  for (const scheduling::Edge &edge : training.graph.edges)
    readers[edge.from].push_back(edge.to);
  std::vector<int64_t> worklist;
  for (int64_t task = training.taskOps.size() - 1; task >= 0; --task)
    worklist.push_back(task);
  while (!worklist.empty()) {
    int64_t task = worklist.back();
    worklist.pop_back();
    if (update(task))
      worklist.insert(worklist.end(), readers[task].begin(),
                      readers[task].end());
  }
}

bool Silence::isSilentEdge(int64_t index) const {
  const scheduling::Edge &edge = training.graph.edges[index];
  return !loud.contains(training.values[edge.value]) &&
         (edge.distance == 0 || edge.initial == "absent");
}

/// Returns whether an op computes nothing, because some operand is silent, or
/// some data operand of a state op.
static bool isSilentOp(Operation &op, const DenseSet<Value> &silent) {
  auto state = dyn_cast<StateOpInterface>(op);
  auto data = op.getOperands().drop_front(state ? state.getNumStates() : 0);
  return llvm::any_of(data,
                      [&](Value operand) { return silent.contains(operand); });
}

/// Collects the silent values inside a task: arguments, and results of silent
/// ops that are not states.
void Silence::collect(int64_t task, DenseSet<Value> &silent) const {
  TaskOp op = training.taskOp(task);
  Block &body = op.getBody().front();
  for (OpOperand &operand : op->getOpOperands()) {
    auto edge = edgeOf.find(&operand);
    if (edge != edgeOf.end() && isSilentEdge(edge->second))
      silent.insert(body.getArgument(operand.getOperandNumber()));
  }
  for (Operation &inner : body.without_terminator())
    if (!isa<StateOpInterface>(inner) && isSilentOp(inner, silent))
      silent.insert_range(inner.getResults());
}

bool Silence::update(int64_t task) {
  TaskOp op = training.taskOp(task);
  if (!op)
    return false;
  DenseSet<Value> silent;
  collect(task, silent);
  bool changed = false;
  Operation *yield = op.getBody().front().getTerminator();
  for (auto [result, yielded] :
       llvm::zip_equal(op.getResults(), yield->getOperands()))
    if (!silent.contains(yielded))
      changed |= loud.insert(result).second;
  return changed;
}

/// Returns the first op that is heard. An op that computes is heard if anything
/// but silent ops reads what it makes, directly or through ops of its kind. A
/// slice of the weights, for instance, is not heard.
Operation *Silence::firstLoudOp(int64_t task) const {
  DenseSet<Value> silent;
  collect(task, silent);
  Block &body = training.taskOp(task).getBody().front();
  DenseSet<Operation *> unheard;
  Operation *first = nullptr;
  for (Operation &inner : llvm::reverse(body.without_terminator())) {
    auto hears = [&](Operation *user) { return !unheard.contains(user); };
    if (isSilentOp(inner, silent) ||
        (isMemoryEffectFree(&inner) && !llvm::any_of(inner.getUsers(), hears)))
      unheard.insert(&inner);
    else
      first = &inner;
  }
  return first;
}

/// Checks the second rule for one edge.
static LogicalResult checkDelay(const TrainingGraph &training,
                                const scheduling::Retiming &retiming,
                                int64_t index, StreamResolver &resolver) {
  const scheduling::Edge &edge = training.graph.edges[index];
  if (edge.distance == 0 || retiming[edge.from] == 0)
    return success();
  FailureOr<InitialValue> before =
      valueBeforeStart(training.values[edge.value], resolver);
  if (failed(before))
    return failure();
  if (before->toString() == edge.initial)
    return success();
  return training.taskOps[edge.to]->emitError(
             "retiming would move a delay with initial value ")
         << edge.initial << " through the task that computes it, on the edge "
         << scheduling::describeEdge(training.graph, index);
}

LogicalResult
layerpipe::checkInitialValues(const TrainingGraph &training,
                              const scheduling::Retiming &retiming) {
  Silence silence(training);
  for (auto [task, lag] : llvm::enumerate(retiming)) {
    if (lag == 0 || !training.taskOp(task))
      continue;
    if (Operation *op = silence.firstLoudOp(task))
      return op->emitError(
                 "would compute before iteration 0: retiming gives task ")
             << scheduling::describeTask(training.graph, task) << " lag " << lag
             << ", but nothing that it reads is absent then";
  }
  StreamResolver resolver;
  for (int64_t edge = 0, count = training.graph.edges.size(); edge < count;
       ++edge)
    if (failed(checkDelay(training, retiming, edge, resolver)))
      return failure();
  return success();
}
