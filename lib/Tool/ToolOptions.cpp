//===- ToolOptions.cpp - Options of MLIR's drivers as ours ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Tool/ToolOptions.h"

#include "layerpipe/Base/Terminal.h"
#include "layerpipe/Base/Version.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

using namespace layerpipe;
namespace cl = llvm::cl;

void layerpipe::obeyNoColor() {
  if (!base::refusesColors())
    return;
  llvm::outs().enable_colors(false);
  llvm::errs().enable_colors(false);
}

/// The list of passes is an option without a name of its own.
void layerpipe::showOnly(llvm::ArrayRef<llvm::StringRef> options) {
  for (auto &[name, option] : cl::getRegisteredOptions())
    if (option->hasArgStr() && !llvm::is_contained(options, name) &&
        option->getOptionHiddenFlag() == cl::NotHidden)
      option->setHiddenFlag(cl::Hidden);
}

static llvm::StringRef toolName;

static void printVersion(llvm::raw_ostream &output) {
  output << toolName << " " << llvm::StringRef(base::version())
         << " (LLVM and MLIR " << LLVM_VERSION_STRING << ")\n";
}

void layerpipe::prepareTool(llvm::StringRef name) {
  toolName = name;
  obeyNoColor();
  cl::SetVersionPrinter(printVersion);
  // These options belong to all of LLVM's code generators, and nobody looks for
  // them here.
  showOnly({"help", "help-hidden", "version"});
  mlir::registerMLIRContextCLOptions();
  auto *printOp = static_cast<cl::opt<bool> *>(
      cl::getRegisteredOptions()["mlir-print-op-on-diagnostic"]);
  printOp->setInitialValue(false);
}
