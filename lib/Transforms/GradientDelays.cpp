//===- GradientDelays.cpp - the delays between gradients and updates ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientDelays.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace layerpipe;

Value layerpipe::skipDelays(Value value) {
  while (auto delay = value.getDefiningOp<DelayOp>())
    value = delay.getInput();
  return value;
}

/// The operand at the graph's top level that an operand of `op` stands for:
/// itself, or the task's operand behind a block argument. Null for a value that
/// the task computes.
static OpOperand *topLevelOperand(OpOperand &operand) {
  auto task = dyn_cast<TaskOp>(operand.getOwner()->getParentOp());
  if (!task)
    return &operand;
  auto argument = dyn_cast<BlockArgument>(operand.get());
  return argument ? &task->getOpOperand(argument.getArgNumber()) : nullptr;
}

/// The parameter that a state op updates: the initial value of its first state
/// that has one.
static ParameterOp updatedParameter(StateOpInterface update) {
  for (OpOperand &state :
       update->getOpOperands().take_front(update.getNumStates())) {
    OpOperand *operand = topLevelOperand(state);
    auto delay = operand ? operand->get().getDefiningOp<DelayOp>() : DelayOp();
    if (delay && delay.getInitialParameter())
      return delay.getInitialParameter().getDefiningOp<ParameterOp>();
  }
  return {};
}

static LogicalResult appendEdges(StateOpInterface update, int64_t layer,
                                 SmallVectorImpl<GradientEdge> &edges) {
  ParameterOp parameter = updatedParameter(update);
  if (!parameter)
    return success();
  for (OpOperand &data :
       update->getOpOperands().drop_front(update.getNumStates())) {
    OpOperand *operand = topLevelOperand(data);
    if (!operand)
      return update->emitError(
          "applies a gradient that its own task computes, so no delay can "
          "stand between the two");
    edges.push_back({operand, parameter.getName(), layer});
  }
  return success();
}

FailureOr<SmallVector<GradientEdge>>
layerpipe::findGradientEdges(GraphOp graph) {
  SmallVector<GradientEdge> edges;
  for (Operation &op : graph.getBody().getOps()) {
    if (auto update = dyn_cast<StateOpInterface>(op)) {
      if (failed(appendEdges(update, getLayer(&op).value_or(0), edges)))
        return failure();
    } else if (auto task = dyn_cast<TaskOp>(op)) {
      for (auto update : task.getBody().getOps<StateOpInterface>())
        if (failed(appendEdges(update, task.getLayer(), edges)))
          return failure();
    }
  }
  return edges;
}

void layerpipe::eraseDeadDelays(GraphOp graph) {
  // A set: a delay must not be listed again by its last reader and erased
  // twice.
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
  for (auto [edge, distance] : llvm::zip_equal(edges, delays)) {
    Value gradient = skipDelays(edge.operand->get());
    if (distance > 0) {
      record.push_back(builder.getNamedAttr(
          edge.parameter, builder.getI64IntegerAttr(distance)));
      Value &delayed = shared[{gradient, distance}];
      if (!delayed)
        delayed =
            DelayOp::create(builder, gradient.getLoc(), gradient.getType(),
                            gradient, distance, Value(), FloatAttr(), true);
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
