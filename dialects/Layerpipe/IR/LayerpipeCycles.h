//===- LayerpipeCycles.h - delay-free cycles of a graph ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPECYCLES_H
#define LAYERPIPE_IR_LAYERPIPECYCLES_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// Returns a cycle of `graph` that passes through no delay, each op followed by
/// a reader of its result, or an empty list if there is none. Searches
/// depth-first in O(ops + uses).
llvm::SmallVector<mlir::Operation *> findDelayFreeCycle(GraphOp graph);

/// Returns the ops of `graph` in an order in which every op stands after the
/// producers of its operands, where delays' results count as available. The
/// order is the textual one wherever that is legal. `graph` must have no
/// delay-free cycle.
llvm::SmallVector<mlir::Operation *> topologicalOrder(GraphOp graph);

/// Returns "linear", or the name in quotes where the op has one, for messages.
std::string describe(mlir::Operation *op);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPECYCLES_H
