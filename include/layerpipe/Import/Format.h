//===- Format.h - The formats that networks come in -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the one list of formats that a network may be written in. Every
// command that reads a network finds its format here, and makes a module of it.
// A file graph.txt from PipeDream's profiler, for instance, is recognized by
// its lines, and becomes a forward graph of opaque layers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IMPORT_FORMAT_H
#define LAYERPIPE_IMPORT_FORMAT_H

#include "layerpipe/Import/OnnxOptions.h"
#include "layerpipe/Network/PipedreamProfile.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SourceMgr.h"

namespace layerpipe {

struct ImportOptions {
  /// A format without names for networks gives the network this one, or one of
  /// the format's own if it is empty.
  std::string name = {};
  /// A profile gives each layer one backward time, which this divides.
  network::BackwardSplit backwardSplit = {};
  /// A profile was measured for so many samples, and an ONNX model takes so
  /// many at a time; 0 where the file tells.
  int64_t samples = 0;
  /// Its batch is `samples`.
  OnnxOptions onnx = {};
};

struct Format {
  /// Names the format in options, such as "pipedream-profile".
  llvm::StringLiteral name;
  llvm::StringLiteral description;
  /// Returns whether a file of this path and text has the format. The path is
  /// "-" for standard input, which has no name that tells.
  bool (*recognizes)(llvm::StringRef path, llvm::StringRef text);
  /// Makes a module of the main file of `sources`. Errors are emitted, and the
  /// result is null.
  mlir::OwningOpRef<mlir::ModuleOp> (*import)(llvm::SourceMgr &sources,
                                              mlir::MLIRContext *context,
                                              const ImportOptions &options);
};

/// This format is MLIR in text or bytecode, as layerpipe-opt writes it.
extern const Format mlirFormat;

/// This format is the graph.txt of PipeDream's profiler.
extern const Format pipedreamProfileFormat;

/// This format is ONNX, which PyTorch and other frameworks export.
extern const Format onnxFormat;

/// Returns all formats. To add one, add its file and its line in Format.cpp.
llvm::ArrayRef<const Format *> allFormats();

/// Returns the format of a file. It is MLIR where no other recognizes it, since
/// MLIR's parser explains best what is wrong.
const Format &formatOf(llvm::StringRef path, llvm::StringRef text);

} // namespace layerpipe

#endif // LAYERPIPE_IMPORT_FORMAT_H
