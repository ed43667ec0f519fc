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

/// These options say how PipeDream's profiles are read. Networks in MLIR take
/// none of them.
struct ProfileOptions {
  /// The options that the user gave, by their long names.
  std::set<std::string> given = {};
  /// This says how backward times are divided.
  std::string backwardSplit = "products";
  /// The profile was measured for so many samples; 0 where it tells itself.
  int64_t batch = 0;
};

class ModelFile {
public:
  ModelFile();

  /// Reads a file in any format of Import/Format.h, or standard input for "-";
  /// prints errors with their place in it.
  mlir::LogicalResult read(const std::string &path,
                           const ProfileOptions &options);
  /// Returns whether the network is known by its profile only. Its batch is
  /// that of the file then, and its times are the only costs.
  bool isProfile() const { return profile; }
  /// Returns the module, once read() has succeeded.
  mlir::ModuleOp module() { return *content; }
  /// Puts another module of this context in its place.
  void replaceModule(mlir::OwningOpRef<mlir::ModuleOp> other) {
    content = std::move(other);
  }
  mlir::MLIRContext &context() { return mlirContext; }

private:
  mlir::LogicalResult readProfileOptions(const std::string &path,
                                         llvm::StringRef text,
                                         const ProfileOptions &options,
                                         ImportOptions &import) const;

  bool profile = false;
  mlir::MLIRContext mlirContext;
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> content;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_MODELFILE_H
