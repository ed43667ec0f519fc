//===- LoopLowering.h - Elementwise ops to one loop -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_LOOPLOWERING_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_LOOPLOWERING_H

#include "MemoryPlan.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace layerpipe {

struct LoweredLoop {
  mlir::LLVM::LLVMFuncOp function;
  /// The function takes these areas, in this order, and then the step size,
  /// f32, the number of iterations that have been computed of these values
  /// before, and the run's seed, both i64.
  std::vector<int64_t> areas;
};

/// Creates the function `name` at the end of `module`: one nest of loops over
/// flat memory that computes all ops of `step`. Its pointers don't alias, so
/// that LLVM can vectorise it.
LoweredLoop lowerLoop(const Step &step, const MemoryPlan &plan,
                      mlir::ModuleOp module, llvm::StringRef name);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_LOOPLOWERING_H
