//===- DrawLowering.h - Random numbers in native code -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This makes the code of Base/RandomBits.h, so that a program draws what the
// interpreter draws.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_DRAWLOWERING_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_DRAWLOWERING_H

#include "mlir/IR/Builders.h"

namespace layerpipe {

/// Returns the key, an i64, of what ops of `key` draw in an iteration. Seed and
/// iteration are i64, too.
mlir::Value createDrawKey(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::Value seed, uint64_t key,
                          mlir::Value iteration);

/// Returns draw `number`, an i64, of that iteration: an f32 in [0, 1).
mlir::Value createDraw(mlir::OpBuilder &builder, mlir::Location loc,
                       mlir::Value key, mlir::Value number);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_DRAWLOWERING_H
