//===- LayerpipeKernels.h - Who computes a kernel op ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEKERNELS_H
#define LAYERPIPE_IR_LAYERPIPEKERNELS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/StringRef.h"

namespace layerpipe {

/// An op that a kernel library executes may have this attribute. Its text names
/// one of the library's candidates.
inline constexpr llvm::StringLiteral candidateAttribute = "layerpipe.candidate";

/// An op with weights carries it, a text that says how they, and their
/// gradients, lie in memory (base::WeightLayout).
inline constexpr llvm::StringLiteral weightsAttribute = "layerpipe.weights";

/// Returns the op's weights and their gradients, among its operands and
/// results. All have one shape, and all lie in one layout. Ops that no kernel
/// library executes have none.
llvm::SmallVector<mlir::Value> weightValuesOf(mlir::Operation *op);

/// Returns the layout of the op's weights; no text stands for rows.
llvm::StringRef weightLayoutOf(mlir::Operation *op);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEKERNELS_H
