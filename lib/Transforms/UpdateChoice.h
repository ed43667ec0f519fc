//===- UpdateChoice.h - the updates that a user asks for --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the options that choose an optimizer, and makes its updates.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_UPDATECHOICE_H
#define LAYERPIPE_LIB_TRANSFORMS_UPDATECHOICE_H

#include "Layerpipe/IR/LayerpipeOps.h"

#include <string>
#include <vector>

namespace layerpipe {

class UpdateChoice {
public:
  /// Reads the options of training. `learningRate` may be empty, and
  /// coefficients are as "beta1=0.8". Fails with an error at the graph where an
  /// option is wrong.
  static mlir::FailureOr<UpdateChoice>
  create(GraphOp graph, llvm::StringRef optimizer, llvm::StringRef learningRate,
         llvm::ArrayRef<std::string> coefficients,
         llvm::ArrayRef<std::string> noDecay);

  unsigned extraStates() const { return optimizer->extraStates; }

  /// Creates the update of the parameter whose states these are. Fails if the
  /// parameter should have no decay, and none has any.
  mlir::FailureOr<mlir::Operation *> createUpdate(mlir::OpBuilder &builder,
                                                  ParameterOp parameter,
                                                  mlir::ValueRange states,
                                                  mlir::Value gradient);

  /// Fails if a pattern of parameters without decay has matched none.
  mlir::LogicalResult checkAllUsed(GraphOp graph) const;

private:
  /// Parameters whose names match this glob have no decay.
  struct Pattern {
    std::string text;
    bool used = false;
  };

  mlir::LogicalResult addCoefficient(GraphOp graph, llvm::StringRef text);
  mlir::LogicalResult addPattern(GraphOp graph, const std::string &text);
  bool isWithoutDecay(llvm::StringRef name);

  const Optimizer *optimizer = nullptr;
  OptimizerSettings settings;
  std::vector<Pattern> patterns;
};

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_UPDATECHOICE_H
