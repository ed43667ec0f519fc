//===- LayerpipeAxes.h - axes of layers known by their cost -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEAXES_H
#define LAYERPIPE_IR_LAYERPIPEAXES_H

#include "Layerpipe/IR/LayerpipeMeasured.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "mlir/IR/Value.h"

namespace layerpipe {

/// Returns the length of an axis, or 0 for none.
inline int64_t lengthOf(mlir::IntegerAttr axis) {
  return axis ? axis.getInt() : 0;
}

/// Returns whether a value has `length` positions along the dimension. One of
/// measured bytes has as many as its reader says.
inline bool hasLength(mlir::Value value, int64_t dimension, int64_t length) {
  if (isMeasured(value.getType()))
    return true;
  llvm::ArrayRef<int64_t> shape = shapes::of(value);
  return dimension < int64_t(shape.size()) && shape[dimension] == length;
}

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEAXES_H
