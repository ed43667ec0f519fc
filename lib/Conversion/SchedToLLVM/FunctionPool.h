//===- FunctionPool.h - One function for equal code -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers of one shape are lowered to equal functions. If each is compiled once,
// a network of many such layers takes the time of a few.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_FUNCTIONPOOL_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_FUNCTIONPOOL_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace layerpipe {

class FunctionPool {
public:
  /// Takes a finished function that nothing refers to yet. Returns the first
  /// function given that differs from it in nothing but its name and its
  /// locations. This is the function itself, or an earlier one, and then
  /// `function` is erased.
  mlir::LLVM::LLVMFuncOp share(mlir::LLVM::LLVMFuncOp function);

private:
  /// Finds functions by a hash of their bodies.
  llvm::DenseMap<size_t, llvm::SmallVector<mlir::LLVM::LLVMFuncOp, 1>>
      functions;
};

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_FUNCTIONPOOL_H
