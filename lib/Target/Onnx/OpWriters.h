//===- OpWriters.h - Ops as ONNX nodes --------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TARGET_ONNX_OPWRITERS_H
#define LAYERPIPE_LIB_TARGET_ONNX_OPWRITERS_H

#include "ModelWriter.h"

namespace layerpipe::target {

/// Writes an op as nodes. Returns the name of its result.
using WriteOp = std::string (*)(ModelWriter &model, mlir::Operation *op);

/// Returns how the op is written, or null.
WriteOp findOpWriter(mlir::Operation *op);
/// Returns how a convolution or a pooling is written; null for other ops.
WriteOp findWindowWriter(mlir::Operation *op);

/// Returns the names of the op's operands.
Names operandNames(const ModelWriter &model, mlir::Operation *op);

} // namespace layerpipe::target

#endif // LAYERPIPE_LIB_TARGET_ONNX_OPWRITERS_H
