//===- LayerpipeParts.h - what parts of an op read and make -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values that SplittableOpInterface and CopyOpInterface speak in.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEPARTS_H
#define LAYERPIPE_IR_LAYERPIPEPARTS_H

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace layerpipe {

/// What a part reads of an operand, or makes of a result.
struct SplitRole {
  enum class Kind {
    /// Of an operand: all of it.
    whole,
    /// Its share along `dimension`, whose size is the axis' length. Shares of a
    /// result are concatenated.
    sliced,
    /// Of a result: a summand of its full size.
    sum,
    /// Of a result: all of it by the first part, nothing by the others.
    first
  };
  Kind kind = Kind::whole;
  int64_t dimension = 0;

  static SplitRole whole() { return {Kind::whole, 0}; }
  static SplitRole sliced(int64_t dimension) {
    return {Kind::sliced, dimension};
  }
  static SplitRole sum() { return {Kind::sum, 0}; }
  static SplitRole first() { return {Kind::first, 0}; }
  bool operator==(const SplitRole &) const = default;
};

/// One way to cut an op.
struct SplitWay {
  SplitAxis axis = SplitAxis::batch;
  int64_t length = 1;
  llvm::SmallVector<SplitRole> operands;
  llvm::SmallVector<SplitRole> results;
};

/// The op of `op`'s name and attributes on `operands`, with results of the
/// shapes that `way` gives to the part `begin` … `end` − 1. Returns a value per
/// result of `op`, null where the part makes none.
llvm::SmallVector<mlir::Value>
buildPart(mlir::Operation *op, mlir::OpBuilder &builder, const SplitWay &way,
          int64_t begin, int64_t end, mlir::ValueRange operands);

/// Blocks of bytes at equal distances, moved from an operand to a result.
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
