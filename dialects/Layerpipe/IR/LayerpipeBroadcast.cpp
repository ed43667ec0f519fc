//===- LayerpipeBroadcast.cpp - shapes that are repeated ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeBroadcast.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;
using shapes::of;

/// Makes `sum` the shape to which it and `shape` broadcast, or returns false.
static bool join(SmallVector<int64_t> &sum, ArrayRef<int64_t> shape) {
  if (sum.size() < shape.size())
    sum.insert(sum.begin(), shape.size() - sum.size(), 1);
  for (size_t back = 1; back <= shape.size(); ++back) {
    int64_t &own = sum[sum.size() - back];
    int64_t other = shape[shape.size() - back];
    if (own != other && own != 1 && other != 1)
      return false;
    own = own == 1 ? other : own;
  }
  return true;
}

LogicalResult layerpipe::inferBroadcast(MLIRContext *context,
                                        std::optional<Location> loc,
                                        ValueRange operands,
                                        SmallVectorImpl<Type> &types) {
  SmallVector<int64_t> shape;
  for (Value operand : operands)
    if (!join(shape, of(operand)))
      return emitError(loc.value_or(UnknownLoc::get(context)))
             << "A1: the operands' shapes must broadcast, but "
             << shapes::toString(shape) << " and "
             << shapes::toString(of(operand))
             << " differ in a dimension where neither is 1";
  types.push_back(RankedTensorType::get(shape, Float32Type::get(context)));
  return success();
}

bool layerpipe::broadcastsTo(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  SmallVector<int64_t> joined(to);
  return from.size() <= to.size() && join(joined, from) &&
         ArrayRef<int64_t>(joined) == to;
}

Value layerpipe::sumTo(OpBuilder &builder, Type type, Value gradient) {
  if (gradient.getType() == type)
    return gradient;
  return ReduceSumOp::create(builder, gradient.getLoc(), type, gradient);
}

/// Starts the error that `from` is not repeated to the shape of `to`.
static InFlightDiagnostic notRepeated(Operation *op, StringRef rule, Value from,
                                      Value to) {
  return op->emitOpError() << rule << ": " << shapes::toString(of(from))
                           << " does not broadcast to "
                           << shapes::toString(of(to));
}

LogicalResult layerpipe::verifyBroadcasts(Operation *op, Value domain) {
  if (op->getResult(0).getType() != domain.getType())
    return op->emitOpError("BB1: the result must have the type ")
           << domain.getType() << ", got " << op->getResult(0).getType();
  for (Value operand : op->getOperands())
    if (!broadcastsTo(of(operand), of(domain)))
      return notRepeated(op, "BB1", operand, domain);
  return success();
}

LogicalResult layerpipe::verifyReduction(Operation *op) {
  Value result = op->getResult(0), operand = op->getOperand(0);
  if (broadcastsTo(of(result), of(operand)))
    return success();
  return notRepeated(op, "RD1", result, operand)
         << ": a dimension that is summed over is 1 in the result, or missing "
            "at its front";
}

LogicalResult layerpipe::verifyExpansion(Operation *op) {
  Value result = op->getResult(0), operand = op->getOperand(0);
  if (broadcastsTo(of(operand), of(result)))
    return success();
  return notRepeated(op, "EX1", operand, result);
}

LogicalResult layerpipe::verifyTransposition(Operation *op,
                                             ArrayRef<int64_t> permutation) {
  ArrayRef<int64_t> from = of(op->getOperand(0)), to = of(op->getResult(0));
  SmallVector<int64_t> sorted(permutation);
  llvm::sort(sorted);
  bool once = sorted.size() == from.size();
  for (auto [position, dimension] : llvm::enumerate(sorted))
    once &= dimension == int64_t(position);
  if (!once)
    return op->emitOpError("TR1: the permutation must name each of the ")
           << from.size() << " dimensions of the operand once";
  SmallVector<int64_t> expected;
  for (int64_t dimension : permutation)
    expected.push_back(from[dimension]);
  if (to != ArrayRef<int64_t>(expected))
    return op->emitOpError("TR1: yields ")
           << shapes::toString(expected) << " for this operand, not "
           << shapes::toString(to);
  return success();
}

LogicalResult layerpipe::verifyPadding(Operation *op, ArrayRef<int64_t> low,
                                       ArrayRef<int64_t> high) {
  ArrayRef<int64_t> from = of(op->getOperand(0)), to = of(op->getResult(0));
  auto negative = [](int64_t count) { return count < 0; };
  if (low.size() != from.size() || high.size() != from.size() ||
      llvm::any_of(low, negative) || llvm::any_of(high, negative))
    return op->emitOpError("PD1: low and high must each have ")
           << from.size() << " numbers of at least 0";
  bool fits = to.size() == from.size();
  // A result is bounded, so that what is left of it can't overflow.
  for (size_t k = 0; fits && k < from.size(); ++k)
    fits = low[k] <= to[k] && high[k] <= to[k] - low[k] &&
           to[k] - low[k] - high[k] == from[k];
  if (!fits)
    return op->emitOpError("PD2: the result must have the padded sizes of ")
           << shapes::toString(from) << ", not " << shapes::toString(to);
  return success();
}

SmallVector<NamedAttribute> layerpipe::ownAttributes(Operation *op) {
  SmallVector<NamedAttribute> own;
  for (NamedAttribute attribute : op->getAttrDictionary())
    if (!attribute.getName().strref().contains('.'))
      own.push_back(attribute);
  return own;
}
