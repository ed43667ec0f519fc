//===- TextFile.cpp - Text into files -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TextFile.h"

#include "Command.h"
#include "layerpipe/Base/AtomicFile.h"

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
layerpipe::driver::writeTextFile(const std::string &path,
                                 const std::string &content) {
  auto fail = [](const std::string &message) {
    printError(message);
    return llvm::failure();
  };
  base::Result<base::AtomicFile> file = base::AtomicFile::create(path);
  if (!file)
    return fail(file.error().message);
  file->write(content);
  base::Result<void> written = file->commit();
  return written ? llvm::success() : fail(written.error().message);
}
