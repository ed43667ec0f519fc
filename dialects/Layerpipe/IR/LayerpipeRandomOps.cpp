//===- LayerpipeRandomOps.cpp - ops that draw -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"

using namespace mlir;
using namespace layerpipe;

/// Checks rule DR1.
static LogicalResult verifyRate(Operation *op, const APFloat &rate) {
  double value = rate.convertToDouble();
  if (value >= 0 && value < 1)
    return success();
  return op->emitOpError("DR1: the rate must be at least 0 and below 1, got ")
         << value;
}

LogicalResult DropoutOp::verify() { return verifyRate(*this, getRate()); }

Value DropoutOp::compose(OpBuilder &builder) {
  SmallVector<int64_t> strides;
  size_t rank = shapes::of(getX()).size();
  if (getPerSample() && rank > 0) {
    strides.assign(rank, 0);
    strides.front() = 1;
  }
  Value dropped = DropOp::create(
      builder, getLoc(), getX().getType(), getX(), getKeyAttr(), getRateAttr(),
      builder.getDenseI64ArrayAttr(strides), builder.getI64IntegerAttr(0));
  return TrainOrEvalOp::create(builder, getLoc(), dropped, getX());
}

LogicalResult DropOp::verify() {
  size_t rank = shapes::of(getX()).size();
  if (!getStrides().empty() && getStrides().size() != rank)
    return emitOpError("DR2: needs ")
           << rank << " strides, one for each dimension of x, got "
           << getStrides().size();
  return verifyRate(*this, getRate());
}

uint64_t DropOp::getDrawKey() { return getKey(); }

LinearAccess DropOp::getDraws() {
  LinearAccess draws;
  if (getStrides().empty()) {
    ArrayRef<int64_t> shape = shapes::of(getX());
    draws = linearAccess(
        AffineMap::getMultiDimIdentityMap(shape.size(), getContext()), shape);
  } else {
    draws.strides.assign(getStrides().begin(), getStrides().end());
  }
  draws.offset = getOffset();
  return draws;
}

void DropOp::setDraws(const LinearAccess &draws) {
  setStrides(draws.strides);
  setOffset(draws.offset);
}
