//===- Link.h - From an object file to an executable ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In the compiler's last step, the C++ compiler's driver links the program's
// machine code with the runtime.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_NATIVE_LINK_H
#define LAYERPIPE_NATIVE_LINK_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace layerpipe {

struct LinkOptions {
  std::string object;
  std::string output;
  /// This folder holds the runtime's archives.
  std::string runtimeFolder;
  /// The kernels are "measured", "portable" or "reference".
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

#endif // LAYERPIPE_NATIVE_LINK_H
