//===- ModelFile.h - A network's file, parsed -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the module that a subcommand works on, with the context and the
// sources that its error messages need.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_MODELFILE_H
#define LAYERPIPE_DRIVER_MODELFILE_H

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

  /// Reads a file in any format of Import/Format.h, or standard input for "-";
  /// prints errors with their place in it.
  mlir::LogicalResult read(const std::string &path);
  /// Does the same for the text of that file, which has been read.
  mlir::LogicalResult parse(const std::string &path,
                            std::unique_ptr<llvm::MemoryBuffer> text);
  /// Returns the module, once read() has succeeded.
  mlir::ModuleOp module() { return *content; }
  /// Puts another module of this context in its place.
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

#endif // LAYERPIPE_DRIVER_MODELFILE_H
