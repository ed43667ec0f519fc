//===- OnnxImport.h - Graphs from ONNX models -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/onnx.md says which ops are taken and what becomes of them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IMPORT_ONNXIMPORT_H
#define LAYERPIPE_IMPORT_ONNXIMPORT_H

#include "layerpipe/Import/OnnxOptions.h"
#include "layerpipe/Onnx/Model.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace layerpipe {

/// Makes a forward graph of a model. Its parameters have the names and the
/// values of the initializers. An error, which begins with `origin`, lists all
/// nodes that can't be taken, with their reasons; the result is null then.
mlir::OwningOpRef<mlir::ModuleOp>
importOnnx(mlir::StringRef origin, mlir::Location loc, mlir::StringRef name,
           onnx::Model model, const OnnxOptions &options);

} // namespace layerpipe

#endif // LAYERPIPE_IMPORT_ONNXIMPORT_H
