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

/// Where a parameter's gradient, or a slice or summand of it, enters its
/// update.
struct GradientEdge {
  /// The operand, at the graph's top level, that reads it.
  mlir::OpOperand *operand;
  /// The parameter's name.
  llvm::StringRef parameter;
  /// The layer of the update.
  int64_t layer;
};

/// All gradient edges in the order of the graph. Fails, with an error at the
/// update, where a task computes the gradient that it applies: no delay can
/// stand between the two then.
mlir::FailureOr<llvm::SmallVector<GradientEdge>>
findGradientEdges(GraphOp graph);

/// Lets each edge read its gradient `delays[k]` ≥ 0 iterations late, absent
/// before, in place of whatever delay it had; equal delays of one value are
/// shared. Records the delays that are not 0 as the graph's `gradient_delays`,
/// by parameter.
void setGradientDelays(GraphOp graph, llvm::ArrayRef<GradientEdge> edges,
                       llvm::ArrayRef<int64_t> delays);

/// Erases delays that nobody reads.
void eraseDeadDelays(GraphOp graph);

/// The producer's value behind a chain of delays.
mlir::Value skipDelays(mlir::Value value);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_GRADIENTDELAYS_H
