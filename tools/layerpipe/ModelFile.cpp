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
#include "layerpipe/Driver/Threads.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

ModelFile::ModelFile()
    : mlirContext(threadsCanStart() ? MLIRContext::Threading::ENABLED
                                    : MLIRContext::Threading::DISABLED),
      diagnostics(sources, &mlirContext, llvm::errs()) {
  mlirContext.loadDialect<LayerpipeDialect, sched::SchedDialect>();
  // Errors name the place; the whole graph after each would bury them.
  mlirContext.printOpOnDiagnostic(false);
}

LogicalResult ModelFile::read(const std::string &path) {
  std::string error;
  auto buffer = openInputFile(path, &error);
  if (!buffer) {
    printError(error);
    return failure();
  }
  sources.AddNewSourceBuffer(std::move(buffer), llvm::SMLoc());
  content = parseSourceFile<ModuleOp>(sources, &mlirContext);
  return success(bool(content));
}
