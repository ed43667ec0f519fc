//===- LayerpipeMeasured.h - values of a measured size ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A tensor type tells its bytes by its shape or, where a layer was measured and
// not described, by its encoding. These functions treat both kinds alike.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEMEASURED_H
#define LAYERPIPE_IR_LAYERPIPEMEASURED_H

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "mlir/IR/BuiltinTypes.h"

namespace layerpipe {

/// Returns the encoding of a measured value's type, or null.
BytesAttr measuredSize(mlir::Type type);

/// Returns whether the type tells its bytes by its encoding.
inline bool isMeasured(mlir::Type type) { return bool(measuredSize(type)); }

/// Returns whether the type has no encoding but perhaps that of measured bytes.
bool isPlainOrMeasured(mlir::Type type);

/// Returns the type of a measured value of so many bytes.
mlir::RankedTensorType measuredType(mlir::MLIRContext *context, int64_t bytes);

/// Returns the bytes of a value of this tensor type.
int64_t bytesOf(mlir::Type type);

/// Returns the type of positions `begin` to `end` − 1 of the `length` that a
/// value of this type has along `dimension`. For two of six samples,
///
///   tensor<6x10xf32>                        becomes tensor<2x10xf32>,
///   tensor<1x1xf32, #layerpipe.bytes<240>>  one of 80 bytes that knows its
///                                           place in these 240.
mlir::RankedTensorType sliceType(mlir::RankedTensorType type, int64_t dimension,
                                 int64_t begin, int64_t end, int64_t length);

/// Returns the type of measured values one after the other along `dimension`.
/// Slices of one value that follow each other are a larger slice of it, or the
/// value.
mlir::RankedTensorType concatType(llvm::ArrayRef<mlir::RankedTensorType> slices,
                                  int64_t dimension);

/// Returns the share of a cost, or of bytes, that falls on positions `begin` to
/// `end` − 1 of `length`. The shares of all parts add up to the whole.
int64_t shareOf(int64_t whole, int64_t begin, int64_t end, int64_t length);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEMEASURED_H
