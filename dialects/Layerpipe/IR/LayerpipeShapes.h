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

/// Returns the static sizes of a value's tensor type.
llvm::ArrayRef<int64_t> of(mlir::Value value);
llvm::ArrayRef<int64_t> of(mlir::Type type);

/// Returns whether a static shape has at most 2^48 elements, where a size of 0
/// counts as 1. Its bytes, and the elements of any part of it, can then be
/// counted without overflow.
bool isBounded(mlir::Type type);

/// Returns a·b for factors of at least 0, or the largest int64_t where that
/// overflows.
int64_t saturatingProduct(int64_t a, int64_t b);

/// Returns the result's shape of a linear layer, or fails and tells rule L1 or
/// L2.
mlir::FailureOr<llvm::SmallVector<int64_t>>
linear(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> weight,
       std::optional<int64_t> bias, Error error);

/// Returns "4x3x28x28", for messages.
std::string toString(llvm::ArrayRef<int64_t> shape);

} // namespace layerpipe::shapes

#endif // LAYERPIPE_IR_LAYERPIPESHAPES_H
