//===- NativeProgram.h - From a scheduled graph to an executable *- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_NATIVEPROGRAM_H
#define LAYERPIPE_LIB_DRIVER_NATIVEPROGRAM_H

#include "layerpipe/Driver/Compiler.h"

#include "mlir/IR/BuiltinOps.h"

namespace layerpipe::driver {

/// Lowers the module's scheduled graph to a sched.program with its buffers.
mlir::LogicalResult makeProgram(mlir::ModuleOp module);

/// Lowers the module's sched.program to native code and links the executable
/// `output`, a temporary file, for the kernels, sanitizer and runtime that the
/// options name. Errors are printed.
mlir::LogicalResult linkProgram(mlir::ModuleOp module,
                                const ModelOptions &options,
                                const std::string &tool,
                                const std::string &output);

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_NATIVEPROGRAM_H
