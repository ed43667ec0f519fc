//===- TextFile.cpp - The files that a command writes ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/TextFile.h"

#include "layerpipe/Base/Destination.h"
#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Driver/Messages.h"

using namespace layerpipe;

llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
layerpipe::driver::readInput(const std::string &path) {
  if (path != "-")
    return llvm::MemoryBuffer::getFile(path);
  static llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> all =
      llvm::MemoryBuffer::getSTDIN();
  if (!all)
    return all.getError();
  return llvm::MemoryBuffer::getMemBuffer((*all)->getBuffer(), "<stdin>");
}

llvm::LogicalResult
layerpipe::driver::checkFiles(const std::vector<NamedFile> &inputs,
                              const std::vector<NamedFile> &outputs) {
  base::CommandFiles files;
  for (const auto &[label, path] : inputs)
    files.addInput(label, path);
  for (const auto &[label, path] : outputs)
    if (base::Result<void> added = files.addOutput(label, path); !added) {
      printError(added.error().message);
      return llvm::failure();
    }
  return llvm::success();
}

llvm::LogicalResult
layerpipe::driver::writeTextFile(const std::string &path,
                                 const std::string &content) {
  base::Result<void> written = base::writeOutput(path, content);
  if (!written)
    printError(written.error().message);
  return llvm::success(bool(written));
}
