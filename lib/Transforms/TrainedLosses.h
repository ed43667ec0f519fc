//===- TrainedLosses.h - what training minimises ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_TRAINEDLOSSES_H
#define LAYERPIPE_LIB_TRANSFORMS_TRAINEDLOSSES_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// Training minimises the total of these losses, which are in the order of its
/// operands. Without a total there is one loss.
struct TrainedLosses {
  llvm::SmallVector<LossOpInterface> losses;
  TotalLossOp total;
};

/// Finds the losses of a forward graph, whose ops are given in a topological
/// order. Fails with an error where there is none, where there are several
/// without a total, or where a total doesn't add each loss once.
llvm::FailureOr<TrainedLosses>
findTrainedLosses(GraphOp graph, llvm::ArrayRef<mlir::Operation *> order);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_TRAINEDLOSSES_H
