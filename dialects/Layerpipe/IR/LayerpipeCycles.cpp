//===- LayerpipeCycles.cpp - delay-free cycles of a graph -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"

using namespace mlir;
using namespace layerpipe;

namespace {

/// This is a depth-first search along operands that stops at delays. It is
/// iterative, since graphs may be 100,000 ops deep.
class OperandSearch {
public:
  /// Visits `root` and everything it needs; `order` receives ops after their
  /// producers. Returns false, and leaves a cycle in `cycle`, when there is
  /// one.
  bool visit(Operation *root);

  SmallVector<Operation *> order;
  SmallVector<Operation *> cycle;

private:
  enum class State { open, done };

  void enter(Operation *op);
  void recordCycle(Operation *head);

  DenseMap<Operation *, State> states;
  SmallVector<std::pair<Operation *, unsigned>> stack;
};

} // namespace

void OperandSearch::enter(Operation *op) {
  states[op] = State::open;
  stack.emplace_back(op, 0);
}

/// Records the open ops from `head` to the top of the stack, in reading order.
/// Each op of the stack is an operand's producer of the one below it.
void OperandSearch::recordCycle(Operation *head) {
  for (auto &entry : llvm::reverse(stack)) {
    cycle.push_back(entry.first);
    if (entry.first == head)
      return;
  }
}

bool OperandSearch::visit(Operation *root) {
  if (states.contains(root))
    return true;
  enter(root);
  while (!stack.empty()) {
    auto &[op, next] = stack.back();
    if (isa<DelayOp>(op) || next == op->getNumOperands()) {
      states[op] = State::done;
      order.push_back(op);
      stack.pop_back();
      continue;
    }
    Operation *producer = op->getOperand(next++).getDefiningOp();
    if (!producer)
      continue;
    auto found = states.find(producer);
    if (found == states.end()) {
      enter(producer);
    } else if (found->second == State::open) {
      recordCycle(producer);
      return false;
    }
  }
  return true;
}

SmallVector<Operation *> layerpipe::findDelayFreeCycle(GraphOp graph) {
  OperandSearch search;
  for (Operation &op : graph.getBody().getOps())
    if (!search.visit(&op))
      return search.cycle;
  return {};
}

SmallVector<Operation *> layerpipe::topologicalOrder(GraphOp graph) {
  OperandSearch search;
  for (Operation &op : graph.getBody().getOps())
    search.visit(&op);
  return search.order;
}

std::string layerpipe::describe(Operation *op) {
  std::string kind = op->getName().stripDialect().str();
  if (auto name = op->getAttrOfType<StringAttr>("name"))
    return kind + " '" + name.str() + "'";
  return kind;
}
