//===- LayerpipeInitializers.h - What parameters start from -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A parameter's initialiser is a kind and a value: a number, or an attribute
// that holds all elements. Ops of parameters and buffers of programs have one.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEINITIALIZERS_H
#define LAYERPIPE_IR_LAYERPIPEINITIALIZERS_H

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/Operation.h"

namespace layerpipe {

/// Checks rules P2 and P4 for a parameter of that type, which `op` defines.
mlir::LogicalResult verifyInitializer(mlir::Operation *op, Init init,
                                      mlir::Attribute value, mlir::Type type);

/// Returns the bytes of `values`, which P4 admits: little-endian f32 in
/// row-major order, or one of them if all are equal. They may have any
/// alignment.
llvm::StringRef initialBytes(mlir::ElementsAttr values);

/// Returns the element at `index` of a parameter that starts with these bytes.
float initialElement(llvm::StringRef bytes, size_t index);

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEINITIALIZERS_H
