//===- LayerpipeOptimizers.h - update ops by the names users give ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every op that implements OptimizerOpInterface is an optimizer that a user can
// choose. Nobody else lists them: options and passes look them up here.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEOPTIMIZERS_H
#define LAYERPIPE_IR_LAYERPIPEOPTIMIZERS_H

#include "mlir/IR/Builders.h"

namespace layerpipe {

/// These are the numbers that a user gives for training. An optimizer takes
/// those that it knows.
struct OptimizerSettings {
  double learningRate = 0;
  double momentum = 0;
  double weightDecay = 0;
};

/// An optimizer is an op that implements OptimizerOpInterface, as that
/// interface describes it.
struct Optimizer {
  llvm::StringRef name;
  /// The optimizer keeps so many states besides the weight.
  unsigned extraStates = 0;
  mlir::Operation *(*createUpdate)(mlir::OpBuilder &builder, mlir::Location loc,
                                   mlir::ValueRange states,
                                   mlir::Value gradient,
                                   const OptimizerSettings &settings) = nullptr;
};

/// Returns all optimizers, those with the fewest states first.
llvm::ArrayRef<Optimizer> allOptimizers();

/// Returns the optimizer of that name, or null if there is none.
const Optimizer *findOptimizer(llvm::StringRef name);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEOPTIMIZERS_H
