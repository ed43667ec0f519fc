//===- LayerpipeShapes.h - shape rules of forward ops -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPESHAPES_H
#define LAYERPIPE_IR_LAYERPIPESHAPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include <optional>
#include <string>

namespace layerpipe::shapes {

using Error = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// The static sizes of a value's tensor type.
llvm::ArrayRef<int64_t> of(mlir::Value value);
llvm::ArrayRef<int64_t> of(mlir::Type type);

/// Whether a static shape has at most 2^48 elements, a size of 0 counted as 1:
/// then its bytes, and the elements of any part of it, are counted without
/// overflow.
bool isBounded(mlir::Type type);

/// a·b for factors of at least 0; the largest int64_t where that overflows.
int64_t saturatingProduct(int64_t a, int64_t b);

/// The result's shape of a linear layer, or failure with rule L1 or L2 told.
mlir::FailureOr<llvm::SmallVector<int64_t>>
linear(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> weight,
       std::optional<int64_t> bias, Error error);

/// The result's shape of a convolution, or failure with rule V1 to V4 told.
mlir::FailureOr<llvm::SmallVector<int64_t>>
conv2d(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> weight,
       std::optional<int64_t> bias, int64_t stride, int64_t padding,
       Error error);

/// The result's shape of a pooling, or failure with rule M1 or M2 told.
mlir::FailureOr<llvm::SmallVector<int64_t>>
pool2d(llvm::ArrayRef<int64_t> x, int64_t kernel, int64_t stride, Error error);

/// "4x3x28x28", for messages.
std::string toString(llvm::ArrayRef<int64_t> shape);

} // namespace layerpipe::shapes

#endif // LAYERPIPE_IR_LAYERPIPESHAPES_H
