//===- LayerpipeBroadcast.h - shapes that are repeated ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions hold NumPy's rule of broadcasting for all ops: shapes are
// aligned at their last dimensions, and a dimension of size 1, or one that is
// missing, is repeated. Definitions of ops call them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEBROADCAST_H
#define LAYERPIPE_IR_LAYERPIPEBROADCAST_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"

namespace layerpipe {

/// Appends the f32 type to which all operands broadcast, or fails and tells
/// rule A1.
llvm::LogicalResult inferBroadcast(mlir::MLIRContext *context,
                                   std::optional<mlir::Location> loc,
                                   mlir::ValueRange operands,
                                   llvm::SmallVectorImpl<mlir::Type> &types);

/// Returns whether a tensor of `from` can be repeated to the shape `to`.
bool broadcastsTo(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);

/// Sums a gradient over what broadcasting repeated, so that it has `type`, the
/// operand's. Returns the gradient itself where nothing was repeated.
mlir::Value sumTo(mlir::OpBuilder &builder, mlir::Type type,
                  mlir::Value gradient);

/// Checks rule BB1: the result has the type of `domain`, to which all operands
/// broadcast.
llvm::LogicalResult verifyBroadcasts(mlir::Operation *op, mlir::Value domain);

/// Checks rule RD1: the result's shape broadcasts to the operand's.
llvm::LogicalResult verifyReduction(mlir::Operation *op);

/// Checks rule EX1: the operand's shape broadcasts to the result's.
llvm::LogicalResult verifyExpansion(mlir::Operation *op);

/// Checks rule TR1.
llvm::LogicalResult verifyTransposition(mlir::Operation *op,
                                        llvm::ArrayRef<int64_t> permutation);

/// Checks rules PD1 and PD2.
llvm::LogicalResult verifyPadding(mlir::Operation *op,
                                  llvm::ArrayRef<int64_t> low,
                                  llvm::ArrayRef<int64_t> high);

/// Returns the attributes that belong to an op's definition. Those that passes
/// put on any op, such as its layer, are left out.
llvm::SmallVector<mlir::NamedAttribute> ownAttributes(mlir::Operation *op);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEBROADCAST_H
