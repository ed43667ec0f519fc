//===- LayerpipeOptimizers.h - update ops by the names users give ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every op that implements OptimizerOpInterface is an optimizer that a user can
// choose. Nobody else lists them: options and passes look them up here, and
// with them their coefficients, which are the numbers of their formulas.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEOPTIMIZERS_H
#define LAYERPIPE_IR_LAYERPIPEOPTIMIZERS_H

#include "layerpipe/Base/Numbers.h"
#include "mlir/IR/Builders.h"

#include <optional>
#include <string>
#include <vector>

namespace layerpipe {

/// A coefficient is an attribute of updates, and an option for users.
struct Coefficient {
  llvm::StringRef attribute;
  /// Says in a few words what it is.
  llvm::StringRef meaning;
  base::Limits<double> limits;

  /// Returns the attribute's name with hyphens: "weight-decay".
  std::string option() const;
};

/// Returns the coefficients of all optimizers.
llvm::ArrayRef<Coefficient> allCoefficients();

/// Returns the coefficient of that option, or null if there is none.
const Coefficient *findCoefficient(llvm::StringRef option);

/// These are the numbers that a user gives for training. What is missing is as
/// the optimizer has it by default.
struct OptimizerSettings {
  std::optional<double> learningRate;
  /// The optimizer has all of these coefficients.
  llvm::SmallVector<std::pair<const Coefficient *, double>> coefficients;
};

/// An optimizer is an op that implements OptimizerOpInterface, as that
/// interface describes it.
struct Optimizer {
  llvm::StringRef name;
  llvm::StringRef operation;
  /// The optimizer keeps so many states besides the weight.
  unsigned extraStates = 0;
  double defaultLearningRate = 0;
  llvm::ArrayRef<llvm::StringRef> attributes;

  bool has(const Coefficient &coefficient) const {
    return llvm::is_contained(attributes, coefficient.attribute);
  }
  /// Creates the update of `states`, the weight first, by `gradient`.
  mlir::Operation *createUpdate(mlir::OpBuilder &builder, mlir::Location loc,
                                mlir::ValueRange states, mlir::Value gradient,
                                const OptimizerSettings &settings) const;
};

/// Returns all optimizers, those with the fewest states first.
llvm::ArrayRef<Optimizer> allOptimizers();

/// Returns the names of the optimizers that have the coefficient.
std::vector<std::string> optimizersWith(const Coefficient &coefficient);

/// Returns the optimizer of that name, or null if there is none.
const Optimizer *findOptimizer(llvm::StringRef name);

/// Checks rules U1 and U2 of an update.
llvm::LogicalResult verifyOptimizer(mlir::Operation *op);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEOPTIMIZERS_H
