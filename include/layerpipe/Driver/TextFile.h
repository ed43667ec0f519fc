//===- TextFile.h - What a command reads and writes -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_TEXTFILE_H
#define LAYERPIPE_DRIVER_TEXTFILE_H

#include "llvm/Support/ErrorOr.h"
#include "llvm/Support/LogicalResult.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace layerpipe::driver {

/// This says what a file is for, such as "--emit-schedule", and gives its path.
using NamedFile = std::pair<std::string, std::string>;

/// Prints an error and fails if one of the outputs would overwrite an input or
/// another output. Call this before any work. Empty paths stand for no files.
llvm::LogicalResult checkFiles(const std::vector<NamedFile> &inputs,
                               const std::vector<NamedFile> &outputs);

/// Returns the file's content, or standard input's for "-", which every call
/// gets whole.
llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
readInput(const std::string &path);

/// Writes an output as base::OutputFile does; prints an error that names it.
llvm::LogicalResult writeTextFile(const std::string &path,
                                  const std::string &content);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_TEXTFILE_H
