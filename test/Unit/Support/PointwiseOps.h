//===- PointwiseOps.h - all pointwise ops of the dialect --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_POINTWISEOPS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_POINTWISEOPS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <vector>

namespace layerpipe::testing {

/// This is a differentiable function of the elements of one or two values,
/// found by the interfaces that its op has. Tests of all such functions need
/// not be told of a new one.
struct PointwiseOp {
  mlir::RegisteredOperationName name;
  bool binary = false;
  /// The function is defined, or smooth, for positive numbers only.
  bool positive = false;

  /// Creates the op. `number` draws its attributes, which are numbers.
  mlir::Value create(mlir::ImplicitLocOpBuilder &builder,
                     mlir::ValueRange operands,
                     llvm::function_ref<double()> number) const;
};

/// Returns the pointwise ops in the order of their names.
std::vector<PointwiseOp> pointwiseOps(mlir::MLIRContext &context);

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_POINTWISEOPS_H
