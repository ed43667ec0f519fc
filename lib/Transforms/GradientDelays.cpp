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

/// Returns whether every reader of `value` makes the gradient. If so, none
/// keeps the value as it is while the gradient gets a delay.
static bool isReadBy(Value value, const DenseSet<Operation *> &makers) {
  return llvm::all_of(value.getUses(), [&](OpOperand &use) {
    auto state = dyn_cast<StateOpInterface>(use.getOwner());
    return state ? use.getOperandNumber() >= state.getNumStates()
                 : makers.contains(use.getOwner());
  });
}

/// Returns the operands at the graph's top level that are the gradient `data`:
/// the gradient itself, or the slices and summands of which the update's task
/// makes it. Returns none where delays on them would not be a delay of the
/// gradient alone.
static SmallVector<OpOperand *> gradientOperands(OpOperand &data) {
  if (OpOperand *operand = topLevelOperand(data))
    return {operand};
  auto task = cast<TaskOp>(data.getOwner()->getParentOp());
  DenseSet<Operation *> makers;
  llvm::SmallBitVector read(task.getInputs().size());
  SmallVector<Value> open{data.get()}, made;
  while (!open.empty()) {
    Value value = open.pop_back_val();
    made.push_back(value);
    if (auto argument = dyn_cast<BlockArgument>(value))
      read.set(argument.getArgNumber());
    else if (makers.insert(value.getDefiningOp()).second)
      llvm::append_range(open, value.getDefiningOp()->getOperands());
  }
  if (!llvm::all_of(made, [&](Value value) { return isReadBy(value, makers); }))
    return {};
  SmallVector<OpOperand *> operands;
  for (unsigned argument : read.set_bits())
    operands.push_back(&task->getOpOperand(argument));
  return operands;
}

static LogicalResult appendEdges(OptimizerOpInterface update, int64_t layer,
                                 SmallVectorImpl<GradientEdge> &edges) {
  ParameterOp parameter = updatedParameter(update);
  if (!parameter)
    return success();
  for (OpOperand &data :
       update->getOpOperands().drop_front(update.getNumStates())) {
    SmallVector<OpOperand *> operands = gradientOperands(data);
    if (operands.empty())
      return update->emitError(
          "applies a gradient that its own task computes, so no delay can "
          "stand between the two");
    for (OpOperand *operand : operands)
      edges.push_back({operand, parameter.getName(), layer});
  }
  return success();
}

FailureOr<SmallVector<GradientEdge>>
layerpipe::findGradientEdges(GraphOp graph) {
  SmallVector<GradientEdge> edges;
  for (Operation &op : graph.getBody().getOps()) {
    if (auto update = dyn_cast<OptimizerOpInterface>(op)) {
      if (failed(appendEdges(update, getLayer(&op).value_or(0), edges)))
        return failure();
    } else if (auto task = dyn_cast<TaskOp>(op)) {
      for (auto update : task.getBody().getOps<OptimizerOpInterface>())
        if (failed(appendEdges(update, task.getLayer(), edges)))
          return failure();
    }
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
