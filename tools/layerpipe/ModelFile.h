//===- ModelFile.h - A network's file, parsed -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The module that a subcommand works on, with the context and the sources that
// its error messages need.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_MODELFILE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_MODELFILE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <memory>
#include <string>

namespace layerpipe::driver {

class ModelFile {
public:
  ModelFile();

  /// Parses the file, or standard input for "-"; errors are printed with their
  /// place in it.
  mlir::LogicalResult read(const std::string &path);
  /// The same for text that has been read.
  mlir::LogicalResult parse(std::unique_ptr<llvm::MemoryBuffer> text);
  /// Valid after read().
  mlir::ModuleOp module() { return *content; }
  /// Puts another module of this context into its place.
  void replaceModule(mlir::OwningOpRef<mlir::ModuleOp> other) {
    content = std::move(other);
  }
  mlir::MLIRContext &context() { return mlirContext; }

private:
  mlir::MLIRContext mlirContext;
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> content;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_MODELFILE_H
