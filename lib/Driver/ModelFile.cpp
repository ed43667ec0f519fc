//===- ModelFile.cpp - A network's file, parsed ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/ModelFile.h"

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Import/Format.h"
#include "layerpipe/Tool/Threads.h"
#include "layerpipe/Tool/ToolOptions.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

ModelFile::ModelFile()
    : mlirContext(threadsCanStart() ? MLIRContext::Threading::ENABLED
                                    : MLIRContext::Threading::DISABLED),
      diagnostics(sources, &mlirContext, llvm::errs()) {
  obeyNoColor();
  mlirContext.loadDialect<LayerpipeDialect, sched::SchedDialect>();
  // Errors name the place; printing the whole graph after each would bury them.
  mlirContext.printOpOnDiagnostic(false);
}

LogicalResult ModelFile::read(const std::string &path) {
  auto file = readInput(path);
  if (!file) {
    printError(path + ": can't read it: " + file.getError().message());
    return failure();
  }
  return parse(path, std::move(*file));
}

LogicalResult ModelFile::parse(const std::string &path,
                               std::unique_ptr<llvm::MemoryBuffer> text) {
  ImportOptions options;
  if (path != "-")
    options.name = llvm::sys::path::stem(path).str();
  const Format &format = formatOf(path, text->getBuffer());
  sources.AddNewSourceBuffer(std::move(text), llvm::SMLoc());
  content = format.import(sources, &mlirContext, options);
  return success(bool(content));
}
