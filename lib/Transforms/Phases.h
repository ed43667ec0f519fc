//===- Phases.h - which phases a pass works on ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_PHASES_H
#define LAYERPIPE_LIB_TRANSFORMS_PHASES_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Transforms/OptionLimits.h"

namespace layerpipe {

/// Fails with an error at the graph unless its phase is among `phases`.
/// `advice` tells what to do instead.
mlir::LogicalResult requirePhase(GraphOp graph, llvm::ArrayRef<Phase> phases,
                                 llvm::StringRef advice);

/// Fails with an error at the graph unless `value`, given as the pass' option
/// `option`, is within its limits.
template <typename T>
mlir::LogicalResult requireWithin(GraphOp graph, llvm::StringRef option,
                                  T value, const base::Limits<T> &limits) {
  if (base::Result<void> good = base::checkNumber(value, limits); !good)
    return graph.emitError() << option << ": " << good.error().message;
  return mlir::success();
}

/// Fails with an error at the first compute op that is not inside a task.
mlir::LogicalResult requireTasks(GraphOp graph);

/// Fails with an error at the first task, if there is one.
mlir::LogicalResult requireNoTasks(GraphOp graph);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_PHASES_H
