//===- GradientDelays.cpp - the delays between gradients and updates ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientDelays.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"
#include "llvm/ADT/StringSet.h"

#include <utility>
#include <vector>

using namespace mlir;
using namespace layerpipe;

Value layerpipe::skipDelays(Value value) {
  while (auto delay = value.getDefiningOp<DelayOp>())
    value = delay.getInput();
  return value;
}

/// Returns the operand at the graph's top level that an operand of `op` stands
/// for. This is the operand itself, or the task's operand behind a block
/// argument, and null for a value that the task computes.
static OpOperand *topLevelOperand(OpOperand &operand) {
  auto task = dyn_cast<TaskOp>(operand.getOwner()->getParentOp());
  if (!task)
    return &operand;
  auto argument = dyn_cast<BlockArgument>(operand.get());
  return argument ? &task->getOpOperand(argument.getArgNumber()) : nullptr;
}

/// Returns the parameter that a state op updates, which is the initial value of
/// its first state that has one.
static ParameterOp updatedParameter(OptimizerOpInterface update) {
  for (OpOperand &state :
       update->getOpOperands().take_front(update.getNumStates())) {
    OpOperand *operand = topLevelOperand(state);
    auto delay = operand ? operand->get().getDefiningOp<DelayOp>() : DelayOp();
    if (delay && delay.getInitialParameter())
      return delay.getInitialParameter().getDefiningOp<ParameterOp>();
  }
  return {};
}

/// Returns whether an operand of `op` is no state of it.
static bool isData(OpOperand &use) {
  auto state = dyn_cast<StateOpInterface>(use.getOwner());
  return !state || use.getOperandNumber() >= state.getNumStates();
}

namespace {
/// These are the values that a gradient is made of where it is applied.
struct GradientParts {
  /// These are all values from the task's arguments to the gradient, where the
  /// task makes the gradient of several.
  SmallVector<Value> values;
  /// These ops make them.
  DenseSet<Operation *> makers;
  /// These operands, at the graph's top level, bring what comes from elsewhere.
  SmallVector<OpOperand *> operands;
};
} // namespace

/// Collects what makes the gradient `data` within the update's task.
static void collectInTask(OpOperand &data, GradientParts &parts) {
  auto task = cast<TaskOp>(data.getOwner()->getParentOp());
  llvm::SmallBitVector read(task.getInputs().size());
  SmallVector<Value> open{data.get()};
  while (!open.empty()) {
    Value value = open.pop_back_val();
    parts.values.push_back(value);
    if (auto argument = dyn_cast<BlockArgument>(value))
      read.set(argument.getArgNumber());
    else if (parts.makers.insert(value.getDefiningOp()).second)
      llvm::append_range(open, value.getDefiningOp()->getOperands());
  }
  for (unsigned argument : read.set_bits())
    parts.operands.push_back(&task->getOpOperand(argument));
}

bool layerpipe::preparesGradient(Operation *op) {
  auto compute = dyn_cast_or_null<ComputeOpInterface>(op);
  return compute && compute.getTaskKind() == TaskKind::update &&
         !isa<StateOpInterface>(op);
}

/// Collects what makes the gradient `data` of an update without a task: ops
/// that will be part of the update's task.
static void collectAtTopLevel(OpOperand &data, GradientParts &parts) {
  Operation *maker = data.get().getDefiningOp();
  if (!preparesGradient(maker)) {
    parts.operands.push_back(&data);
    return;
  }
  for (OpOperand &operand : maker->getOpOperands())
    collectAtTopLevel(operand, parts);
}

/// Returns the operands at the graph's top level that are the gradient `data`:
/// the gradient itself, or what the update's task makes it of, which are
/// slices, summands and the factor of clipping.
static GradientParts partsOf(OpOperand &data) {
  GradientParts parts;
  if (!isa<TaskOp>(data.getOwner()->getParentOp()))
    collectAtTopLevel(data, parts);
  else if (OpOperand *operand = topLevelOperand(data))
    parts.operands.push_back(operand);
  else
    collectInTask(data, parts);
  return parts;
}

static MutableArrayRef<OpOperand> gradientsOf(OptimizerOpInterface update) {
  return update->getOpOperands().drop_front(update.getNumStates());
}

/// Returns whether nothing but gradients of these updates is made of `parts`.
/// If so, none keeps a value as it is while the gradient gets a delay.
static bool areReadByUpdates(const GradientParts &parts,
                             const DenseSet<Operation *> &makers) {
  return llvm::all_of(parts.values, [&](Value value) {
    return llvm::all_of(value.getUses(), [&](OpOperand &use) {
      return makers.contains(use.getOwner()) ||
             (isa<OptimizerOpInterface>(use.getOwner()) && isData(use));
    });
  });
}

/// Appends the edges of updates that stand in one task, or of one update at the
/// top level. Fails where delays on the operands would not be a delay of the
/// gradients alone.
static LogicalResult appendEdges(ArrayRef<OptimizerOpInterface> updates,
                                 int64_t layer,
                                 SmallVectorImpl<GradientEdge> &edges) {
  std::vector<std::pair<OptimizerOpInterface, GradientParts>> gradients;
  DenseSet<Operation *> makers;
  for (OptimizerOpInterface update : updates)
    for (OpOperand &data : gradientsOf(update)) {
      gradients.emplace_back(update, partsOf(data));
      makers.insert_range(gradients.back().second.makers);
    }
  for (auto &[update, parts] : gradients) {
    ParameterOp parameter = updatedParameter(update);
    if (!parameter)
      continue;
    if (parts.operands.empty() || !areReadByUpdates(parts, makers))
      return update->emitError(
          "applies a gradient that its own task computes, so no delay can "
          "stand between the two");
    for (OpOperand *operand : parts.operands)
      edges.push_back({operand, parameter.getName(), layer});
  }
  return success();
}

FailureOr<SmallVector<GradientEdge>>
layerpipe::findGradientEdges(GraphOp graph) {
  SmallVector<GradientEdge> edges;
  for (Operation &op : graph.getBody().getOps()) {
    auto task = dyn_cast<TaskOp>(op);
    SmallVector<OptimizerOpInterface> updates;
    if (task)
      llvm::append_range(updates,
                         task.getBody().getOps<OptimizerOpInterface>());
    else if (auto update = dyn_cast<OptimizerOpInterface>(op))
      updates.push_back(update);
    int64_t layer = task ? int64_t(task.getLayer()) : getLayer(&op).value_or(0);
    if (failed(appendEdges(updates, layer, edges)))
      return failure();
  }
  return edges;
}

void layerpipe::eraseDeadDelays(GraphOp graph) {
  // The worklist is a set, so that the last reader of a delay can't list it
  // again and have it erased twice.
  llvm::SetVector<DelayOp> worklist;
  worklist.insert_range(graph.getBody().getOps<DelayOp>());
  while (!worklist.empty()) {
    DelayOp delay = worklist.pop_back_val();
    if (!delay->use_empty())
      continue;
    auto before = delay.getInput().getDefiningOp<DelayOp>();
    delay->erase();
    if (before)
      worklist.insert(before);
  }
}

void layerpipe::setGradientDelays(GraphOp graph, ArrayRef<GradientEdge> edges,
                                  ArrayRef<int64_t> delays) {
  OpBuilder builder = OpBuilder::atBlockEnd(&graph.getBody().front());
  DenseMap<std::pair<Value, int64_t>, Value> shared;
  SmallVector<NamedAttribute> record;
  llvm::StringSet<> recorded;
  for (auto [edge, distance] : llvm::zip_equal(edges, delays)) {
    Value gradient = skipDelays(edge.operand->get());
    if (distance > 0) {
      // All slices of one gradient are equally late.
      if (recorded.insert(edge.parameter).second)
        record.push_back(builder.getNamedAttr(
            edge.parameter, builder.getI64IntegerAttr(distance)));
      Value &delayed = shared[{gradient, distance}];
      if (!delayed)
        delayed =
            DelayOp::create(builder, gradient.getLoc(), gradient, distance);
      gradient = delayed;
    }
    edge.operand->set(gradient);
  }
  eraseDeadDelays(graph);
  if (record.empty())
    graph.removeGradientDelaysAttr();
  else
    graph.setGradientDelaysAttr(builder.getDictionaryAttr(record));
}
