//===- TextFile.h - Text from and into files -----------------------*- C++
//-*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_TEXTFILE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_TEXTFILE_H

#include "llvm/Support/ErrorOr.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace layerpipe::driver {

/// The file's content; standard input's for "-", which every call gets whole.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
readInput(const std::string &path);

/// Writes the whole file or leaves what was there; prints an error that names
/// it.
llvm::LogicalResult writeTextFile(const std::string &path,
                                  const std::string &content);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_TEXTFILE_H
