//===- GradientDelays.h - the delays between gradients and updates --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

// Shared by --layerpipe-delay-gradients and --layerpipe-schedule, the only two
// passes that may change training.
//
#ifndef LAYERPIPE_LIB_TRANSFORMS_GRADIENTDELAYS_H
#define LAYERPIPE_LIB_TRANSFORMS_GRADIENTDELAYS_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// Here a parameter's gradient, or a slice or summand of it, enters its update.
struct GradientEdge {
  /// This operand, at the graph's top level, reads the gradient.
  mlir::OpOperand *operand;
  /// This is the parameter's name.
  llvm::StringRef parameter;
  /// This is the layer of the update.
  int64_t layer;
};

/// Returns all gradient edges in the order of the graph. Fails, with an error
/// at the update, where a task computes the gradient that it applies, since no
/// delay can stand between the two then.
mlir::FailureOr<llvm::SmallVector<GradientEdge>>
findGradientEdges(GraphOp graph);

/// Lets each edge read its gradient `delays[k]` ≥ 0 iterations late, and absent
/// before, in place of whatever delay it had. Equal delays of one value are
/// shared. Records the delays that are not 0 as the graph's `gradient_delays`,
/// by parameter.
void setGradientDelays(GraphOp graph, llvm::ArrayRef<GradientEdge> edges,
                       llvm::ArrayRef<int64_t> delays);

/// Returns whether an op, which may be null, is part of an update but for the
/// optimizer itself: it prepares a gradient, as clipping does.
bool preparesGradient(mlir::Operation *op);

/// Erases delays that nobody reads.
void eraseDeadDelays(GraphOp graph);

/// Returns the producer's value behind a chain of delays.
mlir::Value skipDelays(mlir::Value value);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_GRADIENTDELAYS_H
