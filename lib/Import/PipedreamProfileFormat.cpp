//===- PipedreamProfileFormat.cpp - A profile as a format -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/Format.h"
#include "layerpipe/Import/PipedreamImport.h"

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
  auto fail = [&]() {
    return emitError(UnknownLoc::get(context))
           << file->getBufferIdentifier() << ": ";
  };
  constexpr int64_t mostSamples = int64_t(1) << 30;
  if (options.samples < 0 || options.samples > mostSamples) {
    fail() << "can't be of a batch of " << options.samples
           << " samples; it is of 1 to " << mostSamples;
    return {};
  }
  auto layers = network::readPipedreamProfile(
      file->getBuffer(), options.backwardSplit, options.samples);
  if (!layers) {
    fail() << layers.message();
    return {};
  }
  // Another layer may join the results.
  if (int64_t(layers->layers.size()) >= maxLayer) {
    fail() << "has " << layers->layers.size() << " layers; it may have "
           << maxLayer - 1;
    return {};
  }
  return importLayers(context, options.name.empty() ? "profile" : options.name,
                      *layers);
}

const Format layerpipe::pipedreamProfileFormat = {
    "pipedream-profile", "a profile (graph.txt) as a graph of opaque layers",
    recognizesProfile, importProfile};
