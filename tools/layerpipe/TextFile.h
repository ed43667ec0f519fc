//===- TextFile.h - Text into files -----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_TEXTFILE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_TEXTFILE_H

#include "llvm/Support/LogicalResult.h"

#include <string>

namespace layerpipe::driver {

/// Writes the whole file or leaves what was there; prints an error that names
/// it.
llvm::LogicalResult writeTextFile(const std::string &path,
                                  const std::string &content);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_TEXTFILE_H
