//===- Products.h - Matrix products and their biases ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_IMPORT_ONNX_PRODUCTS_H
#define LAYERPIPE_LIB_IMPORT_ONNX_PRODUCTS_H

#include "NodeTranslation.h"

namespace layerpipe::onnx {

/// Returns a + b where one of them is a product without a bias that only this
/// node reads, and the other one a parameter that can be its bias. Null if they
/// are anything else.
mlir::Value withBias(NodeTranslation &node, mlir::Value a, mlir::Value b);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_IMPORT_ONNX_PRODUCTS_H
