//===- LayerpipeParts.h - what parts of an op read and make -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SplittableOpInterface and CopyOpInterface speak in these values.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEPARTS_H
#define LAYERPIPE_IR_LAYERPIPEPARTS_H

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace layerpipe {

/// This says what a part reads of an operand, or makes of a result.
struct ValueSplit {
  enum class Kind {
    /// A part reads all of the operand.
    whole,
    /// A part has a slice along `dimension`, whose size is the axis' length.
    /// Slices of a result are concatenated.
    sliced,
    /// A part makes a summand of the result, in full size.
    sum,
    /// The first part makes all of the result, and the others nothing.
    first
  };
  Kind kind = Kind::whole;
  int64_t dimension = 0;

  static ValueSplit whole() { return {Kind::whole, 0}; }
  static ValueSplit sliced(int64_t dimension) {
    return {Kind::sliced, dimension};
  }
  static ValueSplit sum() { return {Kind::sum, 0}; }
  static ValueSplit first() { return {Kind::first, 0}; }
  bool operator==(const ValueSplit &) const = default;
};

/// A split rule says how an op may be split along one axis: what its parts read
/// and make. A linear layer, for instance, may be split by samples, where each
/// part reads its rows of x and all of w, and makes its rows of y.
struct OpSplitRule {
  SplitAxis axis = SplitAxis::batch;
  int64_t length = 1;
  llvm::SmallVector<ValueSplit> operands;
  llvm::SmallVector<ValueSplit> results;
};

/// Builds the op of `op`'s name and attributes on `operands`, with results of
/// the shapes that `rule` gives to the part `begin` … `end` − 1. Returns a
/// value for each result of `op`, and null where the part makes none.
llvm::SmallVector<mlir::Value> buildPart(mlir::Operation *op,
                                         mlir::OpBuilder &builder,
                                         const OpSplitRule &rule, int64_t begin,
                                         int64_t end,
                                         mlir::ValueRange operands);

/// These are blocks of bytes at equal distances, moved from an operand to a
/// result.
struct BlockCopy {
  unsigned operand = 0;
  int64_t blocks = 1;
  int64_t blockBytes = 0;
  int64_t fromOffset = 0;
  int64_t fromStride = 0;
  int64_t toOffset = 0;
  int64_t toStride = 0;
};

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEPARTS_H
