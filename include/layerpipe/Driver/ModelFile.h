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

#include "layerpipe/Import/Format.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/SourceMgr.h"

#include <set>
#include <string>

namespace layerpipe::driver {

/// These options say how files in other formats than MLIR are read. Networks in
/// MLIR take none of them but the batch, which a pass sets.
struct ReadOptions {
  /// The options that the user gave, by their long names.
  std::set<std::string> given = {};
  /// This says how the backward times of a profile are divided.
  std::string backwardSplit = "products";
  OnnxOptionTexts onnx = {};
  /// A profile was measured for so many samples, and a model takes so many; 0
  /// where the file tells itself.
  int64_t batch = 0;
};

class ModelFile {
public:
  ModelFile();

  /// Reads a file in any format of Import/Format.h, or standard input for "-";
  /// prints errors with their place in it.
  mlir::LogicalResult read(const std::string &path, const ReadOptions &options);
  /// Returns whether the network is known by its profile only. Its times are
  /// the only costs then.
  bool isProfile() const { return format == &pipedreamProfileFormat; }
  /// Returns whether the file was in MLIR. Any other has been read with the
  /// batch of the options.
  bool isMlir() const { return format == &mlirFormat; }
  /// Returns the module, once read() has succeeded.
  mlir::ModuleOp module() { return *content; }
  /// Puts another module of this context in its place.
  void replaceModule(mlir::OwningOpRef<mlir::ModuleOp> other) {
    content = std::move(other);
  }
  mlir::MLIRContext &context() { return mlirContext; }

private:
  mlir::LogicalResult readOptions(const std::string &path, llvm::StringRef text,
                                  const ReadOptions &options,
                                  ImportOptions &import) const;

  const Format *format = &mlirFormat;
  mlir::MLIRContext mlirContext;
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> content;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_MODELFILE_H
