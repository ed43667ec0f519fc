//===- OnnxFormat.cpp - An ONNX model as a format -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/Format.h"
#include "layerpipe/Import/OnnxImport.h"
#include "layerpipe/Onnx/Reader.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace layerpipe;

/// A model begins with its first field, the version of the format, which no
/// text does.
static bool recognizesOnnx(StringRef path, StringRef text) {
  return path == "-" ? text.starts_with("\x08")
                     : llvm::sys::path::extension(path) == ".onnx";
}

static OwningOpRef<ModuleOp> importModel(llvm::SourceMgr &sources,
                                         MLIRContext *context,
                                         const ImportOptions &options) {
  const llvm::MemoryBuffer *file =
      sources.getMemoryBuffer(sources.getMainFileID());
  StringRef path = file->getBufferIdentifier();
  StringRef folder = llvm::sys::path::parent_path(path);
  Location loc = UnknownLoc::get(context);
  base::Result<onnx::Model> model =
      onnx::parseModel({file->getBufferStart(), file->getBufferSize()},
                       path.str(), folder.empty() ? "." : folder.str());
  if (!model) {
    emitError(loc) << model.message();
    return {};
  }
  OnnxOptions onnx = options.onnx;
  onnx.batch = options.samples;
  return importOnnx(path, loc, options.name.empty() ? "model" : options.name,
                    std::move(*model), onnx);
}

const Format layerpipe::onnxFormat = {"onnx", "a model in ONNX's format",
                                      recognizesOnnx, importModel};
