//===- Passes.h - From scheduled graphs to native code ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_CONVERSION_PASSES_H
#define LAYERPIPE_CONVERSION_PASSES_H

#include "Sched/IR/SchedDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace layerpipe {

#define GEN_PASS_DECL
#include "layerpipe/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "layerpipe/Conversion/Passes.h.inc"

/// Appends the passes from a placed program to the LLVM dialect alone:
/// --convert-sched-to-llvm and upstream's conversions.
void buildNativeCodePipeline(mlir::OpPassManager &manager,
                             const ConvertSchedToLLVMOptions &options);

/// Makes `--layerpipe-native-code` known to layerpipe-opt.
void registerNativeCodePipeline();

} // namespace layerpipe

#endif // LAYERPIPE_CONVERSION_PASSES_H
