//===- Format.cpp - The formats that networks come in ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/Format.h"

#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace layerpipe;

static bool recognizesMlir(StringRef path, StringRef) {
  return path.ends_with(".mlir") || path.ends_with(".mlirbc");
}

static OwningOpRef<ModuleOp> importMlir(llvm::SourceMgr &sources,
                                        MLIRContext *context,
                                        const ImportOptions &) {
  return parseSourceFile<ModuleOp>(sources, context);
}

const Format layerpipe::mlirFormat = {"mlir", "a module in MLIR",
                                      recognizesMlir, importMlir};

ArrayRef<const Format *> layerpipe::allFormats() {
  static const Format *const formats[] = {&mlirFormat, &pipedreamProfileFormat,
                                          &onnxFormat};
  return formats;
}

const Format &layerpipe::formatOf(StringRef path, StringRef text) {
  for (const Format *format : allFormats())
    if (format->recognizes(path, text))
      return *format;
  return mlirFormat;
}
