//===- Native.h - From the LLVM dialect to an executable --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the last steps of the compiler: machine code for the host, in this
// process, and the link with the runtime, by the C++ compiler's driver.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TARGET_NATIVE_H
#define LAYERPIPE_TARGET_NATIVE_H

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

struct LinkOptions {
  std::string object;
  std::string output;
  /// This folder holds the runtime's archives.
  std::string runtimeFolder;
  /// The kernels are "onednn" or "reference".
  std::string kernels;
  /// Names the sanitizer that the runtime in `runtimeFolder` is built with,
  /// "thread" or "address". If it is empty, runtimeSanitizer() decides.
  std::string sanitizer;
};

/// Links `object` with the runtime. Link into a temporary place, since a linker
/// replaces what it writes, whatever that is.
llvm::Error linkExecutable(const LinkOptions &options);

/// Returns "thread" or "address" when the runtime next to this compiler is
/// built with that sanitizer, otherwise an empty text.
llvm::StringRef runtimeSanitizer();

/// Returns the folder of the runtime's archives that belongs to the program at
/// `tool`: ../lib, seen from its own folder.
std::string defaultRuntimeFolder(llvm::StringRef tool);

} // namespace layerpipe

#endif // LAYERPIPE_TARGET_NATIVE_H
