//===- Native.h - From the LLVM dialect to an executable --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last steps of the compiler: machine code for the host, in this process,
// and the link with the runtime, by the C++ compiler's driver.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TARGET_NATIVE_H
#define LAYERPIPE_TARGET_NATIVE_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>

namespace layerpipe {

struct ObjectOptions {
  /// Instrument memory accesses for ThreadSanitizer.
  bool sanitizeThread = false;
};

/// Compiles a module of the LLVM dialect for this machine at -O3 and writes the
/// object file. Floating-point arithmetic keeps its order and is not
/// contracted.
llvm::Error writeObjectFile(mlir::ModuleOp module, const ObjectOptions &options,
                            llvm::StringRef path);

struct LinkOptions {
  std::string object;
  std::string output;
  /// Holds the runtime's archives.
  std::string runtimeFolder;
  /// "onednn" or "reference".
  std::string kernels;
  /// "thread" or "address" when the runtime in `runtimeFolder` is built with
  /// that sanitizer; empty: as runtimeSanitizer() says.
  std::string sanitizer;
};

/// Links `object` with the runtime, into a temporary place: a linker replaces
/// what it writes, whatever that is.
llvm::Error linkExecutable(const LinkOptions &options);

/// "thread" or "address" when the runtime next to this compiler is built with
/// that sanitizer, otherwise empty.
llvm::StringRef runtimeSanitizer();

/// The folder of the runtime's archives that belongs to the program at `tool`:
/// ../lib from its own folder.
std::string defaultRuntimeFolder(llvm::StringRef tool);

} // namespace layerpipe

#endif // LAYERPIPE_TARGET_NATIVE_H
