//===- ObjectFile.h - From the LLVM dialect to machine code -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In the compiler's last step but one, LLVM makes machine code for the host, in
// this process. Link.h makes an executable of it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_NATIVE_OBJECTFILE_H
#define LAYERPIPE_NATIVE_OBJECTFILE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>

namespace layerpipe {

struct ObjectOptions {
  /// Asks for memory accesses to be instrumented for ThreadSanitizer.
  bool sanitizeThread = false;
};

/// Compiles a module of the LLVM dialect for this machine at -O3 and writes the
/// object file. Floating-point arithmetic keeps its order and is not
/// contracted.
llvm::Error writeObjectFile(mlir::ModuleOp module, const ObjectOptions &options,
                            llvm::StringRef path);

} // namespace layerpipe

#endif // LAYERPIPE_NATIVE_OBJECTFILE_H
