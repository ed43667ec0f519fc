//===- SlotLowering.h - One slot to one task function -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_SLOTLOWERING_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_SLOTLOWERING_H

#include "FunctionPool.h"
#include "MemoryPlan.h"

#include "layerpipe/Runtime/Kernel.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

namespace layerpipe {

/// The manifest says this of a slot's function.
struct LoweredSlot {
  sched::SlotOp slot;
  mlir::LLVM::LLVMFuncOp function;
  std::vector<int64_t> scratchBytes;
  std::vector<runtime::KernelDescription> kernels;
};

/// Creates the function `name` of `slot` at the end of `module`, and a function
/// for each of its loops, whose arguments tell LLVM that areas don't overlap. A
/// long slot's function calls functions for its parts. Each of these is one of
/// the pool's where the pool has an equal one.
LoweredSlot lowerSlot(sched::SlotOp slot, const MemoryPlan &plan,
                      mlir::ModuleOp module, llvm::StringRef name,
                      FunctionPool &pool);

/// Declares the functions that the runtime defines.
void declareRuntime(mlir::ModuleOp module);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_SLOTLOWERING_H
