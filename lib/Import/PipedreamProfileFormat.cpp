//===- PipedreamProfileFormat.cpp - A profile as a format -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipedreamImport.h"
#include "layerpipe/Import/Format.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace layerpipe;

/// A line of a profile joins its fields by " -- ", which no line of MLIR but a
/// comment holds.
static bool looksLikeProfile(StringRef text) {
  StringRef line = text.ltrim().take_until([](char c) { return c == '\n'; });
  return line.contains(" -- ") && !line.starts_with("//");
}

static bool recognizesProfile(StringRef path, StringRef text) {
  return path == "-" ? looksLikeProfile(text)
                     : llvm::sys::path::extension(path) == ".txt";
}

/// Makes a forward graph of opaque layers.
static OwningOpRef<ModuleOp> importProfile(llvm::SourceMgr &sources,
                                           MLIRContext *context,
                                           const ImportOptions &options) {
  const llvm::MemoryBuffer *file =
      sources.getMemoryBuffer(sources.getMainFileID());
  auto layers =
      network::readPipedreamProfile(file->getBuffer(), options.backwardSplit);
  if (!layers) {
    emitError(UnknownLoc::get(context))
        << file->getBufferIdentifier() << ": " << layers.message();
    return {};
  }
  return importLayers(context, options.name.empty() ? "profile" : options.name,
                      *layers);
}

const Format layerpipe::pipedreamProfileFormat = {
    "pipedream-profile", "a profile (graph.txt) as a graph of opaque layers",
    recognizesProfile, importProfile};
