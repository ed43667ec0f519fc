//===- LayerpipeWindows.h - shape rules of windows --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file reads the attributes of convolutions and pooling, and has the rules
// that they share with their gradients.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEWINDOWS_H
#define LAYERPIPE_IR_LAYERPIPEWINDOWS_H

#include "Layerpipe/IR/LayerpipeShapes.h"
#include "layerpipe/Base/Window.h"
#include "mlir/IR/BuiltinAttributes.h"
#include <array>

namespace layerpipe::shapes {

/// Returns number `index` of an attribute that is one integer for all or an
/// array of integers, `missing` for none, and -1 for an array that is too
/// short.
int64_t numberAt(mlir::Attribute attribute, size_t index, int64_t missing);

/// These are what an op, or an adaptor of one, has to say about windows.
struct WindowAttributes {
  mlir::Attribute stride, padding, dilation;
  bool ceil = false;
};

/// Returns the windows of a kernel that has so many rows and columns.
base::Window2d windowOf(std::array<int64_t, 2> kernel,
                        const WindowAttributes &attributes);

/// Returns the windows of a convolution with a weight of that shape.
template <typename Op>
base::Window2d convWindowOf(llvm::ArrayRef<int64_t> weight, Op op) {
  return windowOf(
      {weight[2], weight[3]},
      {op.getStrideAttr(), op.getPaddingAttr(), op.getDilationAttr()});
}

/// Returns the windows of a pooling.
template <typename Op> base::Window2d poolWindowOf(Op op) {
  return windowOf(
      {numberAt(op.getKernelAttr(), 0, 1), numberAt(op.getKernelAttr(), 1, 1)},
      {op.getStrideAttr(), op.getPaddingAttr(), op.getDilationAttr(),
       op.getCeil()});
}

/// Returns the result's shape of a convolution, or fails and tells rule V1 to
/// V5.
mlir::FailureOr<llvm::SmallVector<int64_t>>
conv2d(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> weight,
       std::optional<int64_t> bias, const base::Window2d &window,
       int64_t groups, Error error);

/// Returns the result's shape of a transposed convolution, or fails and tells
/// rule V3, V5 or VT1 to VT4.
mlir::FailureOr<llvm::SmallVector<int64_t>>
convTranspose2d(llvm::ArrayRef<int64_t> x, llvm::ArrayRef<int64_t> weight,
                std::optional<int64_t> bias, const base::Window2d &window,
                int64_t groups, std::array<int64_t, 2> outputPadding,
                Error error);

/// Returns the multiply-accumulates of one of the three products of a
/// convolution: each element of `image`, which has as many channels as the
/// weight's first dimension, meets a slice of the weight.
int64_t convMacs(mlir::Value image, mlir::Value weight);

/// Returns the result's shape of a pooling, or fails and tells rule W1 to W3.
mlir::FailureOr<llvm::SmallVector<int64_t>>
pool2d(llvm::ArrayRef<int64_t> x, const base::Window2d &window, Error error);

} // namespace layerpipe::shapes

#endif // LAYERPIPE_IR_LAYERPIPEWINDOWS_H
