//===- ModelFile.cpp - A network's file, parsed ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelFile.h"

#include "Command.h"
#include "Layerpipe/IR/LayerpipeDialect.h"
#include "Sched/IR/SchedDialect.h"
#include "TextFile.h"
#include "layerpipe/Driver/Threads.h"
#include "layerpipe/Driver/ToolOptions.h"
#include "mlir/Parser/Parser.h"

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
  return parse(std::move(*file));
}

LogicalResult ModelFile::parse(std::unique_ptr<llvm::MemoryBuffer> text) {
  sources.AddNewSourceBuffer(std::move(text), llvm::SMLoc());
  content = parseSourceFile<ModuleOp>(sources, &mlirContext);
  return success(bool(content));
}
