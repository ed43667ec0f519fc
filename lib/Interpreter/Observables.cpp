//===- Observables.cpp - losses, states and gradients by name -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interpreter/Observables.h"
#include <map>

using namespace mlir;
using namespace layerpipe;

int64_t layerpipe::retimedLag(Operation *op) {
  auto task = dyn_cast<TaskOp>(op);
  if (!task)
    task = op->getParentOfType<TaskOp>();
  return task ? static_cast<int64_t>(task.getRetimed().value_or(0)) : 0;
}

/// Returns the value outside of tasks that a value inside stands for.
static Value outsideOfTask(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return value;
  auto task = cast<TaskOp>(argument.getOwner()->getParentOp());
  return task.getInputs()[argument.getArgNumber()];
}

/// Returns the op that makes a state, in its task or without one, or null.
static StateOpInterface makerOf(Value outside) {
  auto task = outside.getDefiningOp<TaskOp>();
  if (!task)
    return outside.getDefiningOp<StateOpInterface>();
  unsigned number = cast<OpResult>(outside).getResultNumber();
  return task.getBody()
      .front()
      .getTerminator()
      ->getOperand(number)
      .getDefiningOp<StateOpInterface>();
}

/// Returns the delay that brings a state from the iteration before. Several ops
/// may have passed it on since, one for each microbatch.
static DelayOp carrierOf(Value state) {
  Value outside = outsideOfTask(state);
  while (StateOpInterface earlier = makerOf(outside))
    outside = outsideOfTask(earlier->getOperand(0));
  return outside.getDefiningOp<DelayOp>();
}

/// Returns whether another op of the same iteration takes the state over, so
/// that its own result is the state.
static bool isPassedOn(StateOpInterface op) {
  Value result = op->getResult(0);
  if (isa<TaskOp>(op->getParentOp()))
    for (OpOperand &use : result.getUses())
      if (isa<YieldOp>(use.getOwner()))
        result = op->getParentOp()->getResult(use.getOperandNumber());
  return llvm::any_of(result.getUses(), [](OpOperand &use) {
    Value read = use.get();
    if (auto task = dyn_cast<TaskOp>(use.getOwner()))
      read = task.getBody().front().getArgument(use.getOperandNumber());
    auto takes = [&](Operation *reader) {
      auto state = dyn_cast<StateOpInterface>(reader);
      return state &&
             llvm::is_contained(
                 state->getOperands().take_front(state.getNumStates()), read);
    };
    return isa<TaskOp>(use.getOwner()) ? llvm::any_of(read.getUsers(), takes)
                                       : takes(use.getOwner());
  });
}

/// Returns the name of the parameter that is the update's first state.
static std::string nameOfUpdate(Operation *update) {
  DelayOp carrier = carrierOf(update->getOperand(0));
  if (carrier && carrier.getInitialParameter())
    if (auto parameter =
            carrier.getInitialParameter().getDefiningOp<ParameterOp>())
      return parameter.getName().str();
  return "state";
}

/// Appends the states of an op and, if it is an optimizer, its gradients.
static void appendUpdate(StateOpInterface update, int64_t lag,
                         std::vector<Observable> &found) {
  std::string name = nameOfUpdate(update);
  unsigned states = update.getNumStates();
  for (auto [index, result] : llvm::enumerate(update->getResults())) {
    std::string suffix = index ? ".state" + std::to_string(index) : "";
    found.push_back({Observable::Kind::state, name + suffix, result, lag,
                     carrierOf(update->getOperand(index))});
  }
  if (!isa<OptimizerOpInterface>(*update))
    return;
  for (auto [index, data] :
       llvm::enumerate(update->getOperands().drop_front(states))) {
    std::string suffix = index ? std::to_string(index) : "";
    found.push_back({Observable::Kind::gradient, name + ".gradient" + suffix,
                     data, lag, DelayOp()});
  }
}

std::vector<Observable> layerpipe::observablesOf(GraphOp graph,
                                                 const LagOf &lagOf) {
  std::vector<Observable> found;
  unsigned losses = 0;
  bool haveTotal = false;
  graph.walk([&](TotalLossOp) { haveTotal = true; });
  graph.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (haveTotal ? isa<TotalLossOp>(op) : isa<LossOpInterface>(op)) {
      std::string suffix = losses ? "." + std::to_string(losses) : "";
      found.push_back({Observable::Kind::loss, "loss" + suffix,
                       op->getResult(0), lagOf(op), DelayOp()});
      ++losses;
    }
    if (auto update = dyn_cast<StateOpInterface>(op);
        update && !isPassedOn(update))
      appendUpdate(update, lagOf(op), found);
  });
  // A multimap keeps entries of one name in the order of the file.
  std::multimap<std::string, Observable> byName;
  for (Observable &observable : found)
    byName.emplace(observable.name, std::move(observable));
  found.clear();
  for (auto &[name, observable] : byName)
    found.push_back(std::move(observable));
  return found;
}
