//===- ClipGradients.h - a limit of the gradients' norm ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_CLIPGRADIENTS_H
#define LAYERPIPE_LIB_TRANSFORMS_CLIPGRADIENTS_H

#include "Layerpipe/IR/LayerpipeOps.h"

namespace layerpipe {

/// This is a trained parameter with its gradient and the layer of its update.
struct ParameterGradient {
  ParameterOp parameter;
  mlir::Value gradient;
  int64_t layer = 1;
};

/// Multiplies all gradients of an iteration by min(1, X / (norm + 10⁻⁶)), where
/// `norm` is the root of the sum of the squares of all their elements, and
/// `maxNorm` is X as a text; does nothing if that is empty. The squares are
/// added in the order of `gradients`. Each gradient is replaced by its product,
/// which is part of its update.
///
///   gradient 1 → sum_squares ┐
///   gradient 2 → sum_squares ┴→ clip_factor → mul with gradient 1 → update 1
///                                           └ mul with gradient 2 → update 2
///
/// Fails with an error at the graph where X is no positive number, and at a
/// parameter of an opaque layer, whose gradient has no numbers.
mlir::LogicalResult
clipGradients(GraphOp graph, llvm::StringRef maxNorm,
              llvm::MutableArrayRef<ParameterGradient> gradients);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_CLIPGRADIENTS_H
