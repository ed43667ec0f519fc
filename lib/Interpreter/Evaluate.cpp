//===- Evaluate.cpp - from an op to the function that computes it ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace layerpipe;

static SmallVector<Tensor> zeroResults(Operation *op) {
  return llvm::map_to_vector(op->getResultTypes(), [](Type type) {
    return Tensor::zeros(cast<RankedTensorType>(type));
  });
}

/// Moves elements, numbers or classes, which are of 4 bytes each in programs.
template <typename Elements>
static void moveBlocks(const BlockCopy &copy, const Elements &from,
                       Elements &to) {
  constexpr int64_t width = 4;
  for (int64_t block = 0; block < copy.blocks; ++block)
    std::copy_n(from.begin() +
                    (copy.fromOffset + block * copy.fromStride) / width,
                copy.blockBytes / width,
                to.begin() + (copy.toOffset + block * copy.toStride) / width);
}

/// Moves what a copying op moves.
static void move(CopyOpInterface op, Operands operands, Tensor &result) {
  for (const BlockCopy &copy : op.getCopies()) {
    const Tensor &from = *operands[copy.operand];
    if (from.integers.empty())
      moveBlocks(copy, from.numbers, result.numbers);
    else
      moveBlocks(copy, from.integers, result.integers);
  }
}

static LogicalResult noMeaning(Operation *op) {
  return op->emitOpError(
      "has no meaning to the interpreter, which executes the "
      "ops of the layerpipe dialect but the opaque ones");
}

/// Computes an op that a kernel library executes.
static LogicalResult computeKernel(Operation *op, Operands operands,
                                   Results results) {
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<LinearOp, LinearBackwardOp, LinearGradInputOp, LinearGradWeightOp,
            MatmulOp, Conv2dOp, Conv2dBackwardOp, Conv2dGradInputOp,
            Conv2dGradWeightOp, ConvTranspose2dOp, ConvTranspose2dBackwardOp,
            ConvTranspose2dGradInputOp, ConvTranspose2dGradWeightOp,
            MaxPool2dOp, MaxPool2dGradOp, AvgPool2dOp, AvgPool2dGradOp,
            MeanSquaredErrorOp, MeanSquaredErrorGradOp>([&](auto known) {
        compute(known, operands, results);
        return success();
      })
      .Case<SoftmaxCrossEntropyOp, SoftmaxCrossEntropyGradOp>(
          [&](auto loss) { return compute(loss, operands, results); })
      .Default(noMeaning);
}

/// Computes the ops that a composite op is composed of.
static FailureOr<SmallVector<Tensor>>
computeComposition(CompositeOpInterface op, Operands operands,
                   const LoopNumbers &numbers, Precision precision) {
  Region region;
  Block &body = region.emplaceBlock();
  DenseMap<Value, Datum> values;
  IRMapping mapping;
  for (auto [operand, datum] : llvm::zip_equal(op->getOperands(), operands)) {
    Value argument = body.addArgument(operand.getType(), operand.getLoc());
    mapping.map(operand, argument);
    values[argument] = datum;
  }
  OpBuilder builder(op->getContext());
  builder.setInsertionPointToEnd(&body);
  auto named = cast<CompositeOpInterface>(builder.clone(*op, mapping));
  Value result = named.compose(builder);
  for (Operation *part = named->getNextNode(); part;
       part = part->getNextNode()) {
    SmallVector<Datum> data(
        llvm::map_range(part->getOperands(),
                        [&](Value operand) { return values.lookup(operand); }));
    FailureOr<SmallVector<Tensor>> computed =
        evaluate(part, data, numbers, precision);
    if (failed(computed))
      return failure();
    for (auto [value, tensor] : llvm::zip_equal(part->getResults(), *computed))
      values[value] = std::make_shared<const Tensor>(std::move(tensor));
  }
  return SmallVector<Tensor>{*values.lookup(result)};
}

static LogicalResult computeAny(Operation *op, Operands operands,
                                const LoopNumbers &update, Precision precision,
                                Results results) {
  if (auto loop = dyn_cast<LoopOpInterface>(op))
    return computeLoops(loop, operands, update, precision, results);
  if (isa<ViewOpInterface>(op)) {
    results[0].numbers = operands[0]->numbers;
    results[0].integers = operands[0]->integers;
    return success();
  }
  if (auto copy = dyn_cast<CopyOpInterface>(op)) {
    move(copy, operands, results[0]);
    return success();
  }
  return computeKernel(op, operands, results);
}

FailureOr<SmallVector<Tensor>> layerpipe::evaluate(Operation *op,
                                                   Operands operands,
                                                   const LoopNumbers &update,
                                                   Precision precision) {
  if (auto composite = dyn_cast<CompositeOpInterface>(op))
    return computeComposition(composite, operands, update, precision);
  // Only ops with a meaning are sure to have results whose size is known.
  if (!isa<LoopOpInterface, ViewOpInterface, CopyOpInterface,
           KernelOpInterface>(op))
    return noMeaning(op);
  SmallVector<Tensor> results = zeroResults(op);
  if (failed(computeAny(op, operands, update, precision, results)))
    return failure();
  if (precision == Precision::f32)
    for (Tensor &result : results)
      for (double &number : result.numbers)
        number = static_cast<float>(number);
  return results;
}
