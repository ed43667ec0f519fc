//===- Evaluate.cpp - from an op to the function that computes it ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace layerpipe;

static SmallVector<Tensor> zeroResults(Operation *op) {
  return llvm::map_to_vector(op->getResultTypes(), [](Type type) {
    return Tensor::zeros(cast<RankedTensorType>(type));
  });
}

FailureOr<SmallVector<Tensor>>
layerpipe::evaluate(Operation *op, Operands operands,
                    std::optional<float> learningRate) {
  SmallVector<Tensor> results;
  auto status =
      llvm::TypeSwitch<Operation *, LogicalResult>(op)
          .Case<LinearOp, LinearBackwardOp, LinearGradInputOp,
                LinearGradWeightOp, Conv2dOp, Conv2dBackwardOp,
                Conv2dGradInputOp, Conv2dGradWeightOp, MaxPool2dOp,
                MaxPool2dGradOp, AvgPool2dOp, AvgPool2dGradOp, ReluOp,
                ReluGradOp, TanhOp, TanhGradOp, AddOp, AccumulateOp, FlattenOp,
                FlattenGradOp, SliceOp, ConcatOp, MeanSquaredErrorOp,
                MeanSquaredErrorGradOp>([&](auto known) {
            results = zeroResults(op);
            compute(known, operands, results);
            return success();
          })
          .Case<SoftmaxCrossEntropyOp, SoftmaxCrossEntropyGradOp>(
              [&](auto loss) {
                results = zeroResults(op);
                return compute(loss, operands, results);
              })
          .Case<SgdOp, SgdMomentumOp>([&](auto update) {
            results = zeroResults(op);
            float own = update.getLearningRate().convertToFloat();
            compute(update, operands, learningRate.value_or(own), results);
            return success();
          })
          .Default([](Operation *unknown) {
            return unknown->emitOpError(
                "has no meaning to the interpreter, which executes the ops of "
                "the layerpipe dialect but the opaque ones");
          });
  if (failed(status))
    return failure();
  return results;
}
