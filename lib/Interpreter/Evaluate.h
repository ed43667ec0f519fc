//===- Evaluate.h - the meaning of each compute op, by family ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every function computes all results of one op from operands that are present.
// `results` arrive as zeros of the results' types. Sums go strictly in the
// order that the op's description states, and are kept in f64; `evaluate`
// rounds the results to f32.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_INTERPRETER_EVALUATE_H
#define LAYERPIPE_LIB_INTERPRETER_EVALUATE_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Interpreter/Interpreter.h"
#include <optional>

namespace layerpipe {

using Operands = llvm::ArrayRef<Datum>;
using Results = llvm::MutableArrayRef<Tensor>;

/// Calls `visit(i, j, k, l)` for every element of a 4-D tensor, in row-major
/// order.
template <typename Visit>
void forEachElement(const Tensor &tensor, Visit visit) {
  for (int64_t i = 0; i < tensor.shape[0]; ++i)
    for (int64_t j = 0; j < tensor.shape[1]; ++j)
      for (int64_t k = 0; k < tensor.shape[2]; ++k)
        for (int64_t l = 0; l < tensor.shape[3]; ++l)
          visit(i, j, k, l);
}

/// Loops are computed with these numbers beside their operands.
struct LoopNumbers {
  /// Without this, it is the update's own.
  std::optional<float> learningRate;
  /// The op is computed for the first, second, … time. This counts the updates
  /// of a state.
  int64_t updates = 1;
  /// All random draws depend on it.
  uint64_t seed = 0;
};

/// Computes `op`. Fails with an error at the op where it has no meaning.
llvm::FailureOr<llvm::SmallVector<Tensor>>
evaluate(mlir::Operation *op, Operands operands, const LoopNumbers &update,
         Precision precision = Precision::f32);

llvm::LogicalResult computeLoops(LoopOpInterface op, Operands operands,
                                 const LoopNumbers &update, Precision precision,
                                 Results results);

void compute(LinearOp op, Operands operands, Results results);
void compute(LinearBackwardOp op, Operands operands, Results results);
void compute(LinearGradInputOp op, Operands operands, Results results);
void compute(LinearGradWeightOp op, Operands operands, Results results);

void compute(MatmulOp op, Operands operands, Results results);

// EvaluateConv2d.cpp
void compute(Conv2dOp op, Operands operands, Results results);
void compute(Conv2dBackwardOp op, Operands operands, Results results);
void compute(Conv2dGradInputOp op, Operands operands, Results results);
void compute(Conv2dGradWeightOp op, Operands operands, Results results);
void compute(ConvTranspose2dOp op, Operands operands, Results results);
void compute(ConvTranspose2dBackwardOp op, Operands operands, Results results);
void compute(ConvTranspose2dGradInputOp op, Operands operands, Results results);
void compute(ConvTranspose2dGradWeightOp op, Operands operands,
             Results results);

// EvaluatePool2d.cpp
void compute(MaxPool2dOp op, Operands operands, Results results);
void compute(MaxPool2dGradOp op, Operands operands, Results results);
void compute(AvgPool2dOp op, Operands operands, Results results);
void compute(AvgPool2dGradOp op, Operands operands, Results results);

// EvaluateLoss.cpp
llvm::LogicalResult compute(SoftmaxCrossEntropyOp op, Operands operands,
                            Results results);
llvm::LogicalResult compute(SoftmaxCrossEntropyGradOp op, Operands operands,
                            Results results);
void compute(MeanSquaredErrorOp op, Operands operands, Results results);
void compute(MeanSquaredErrorGradOp op, Operands operands, Results results);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_INTERPRETER_EVALUATE_H
