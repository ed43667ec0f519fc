//===- RandomWindows.h - ops with random windows ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Convolutions, transposed ones and pooling of any stride, padding, dilation
// and number of groups, on small images.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMWINDOWS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMWINDOWS_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Base/Window.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include <functional>

namespace layerpipe::testing {

class RandomWindows {
public:
  /// Returns a number from `low` to `high`.
  using Draw = std::function<int64_t(int64_t low, int64_t high)>;
  /// Returns weights of a shape, or null for a bias that is left out.
  using Weights = std::function<mlir::Value(llvm::ArrayRef<int64_t> shape)>;

  RandomWindows(mlir::ImplicitLocOpBuilder &builder, Draw draw)
      : builder(builder), draw(std::move(draw)) {}

  mlir::Value convolution(mlir::Value x, const Weights &weight,
                          const Weights &bias);
  mlir::Value transposedConvolution(mlir::Value x, const Weights &weight,
                                    const Weights &bias);
  mlir::Value maximum(mlir::Value x);
  mlir::Value average(mlir::Value x);

private:
  base::WindowAxis axis(int64_t size, bool ceil);
  base::Window2d poolWindow(mlir::Value x);
  int64_t groups(int64_t channels);
  mlir::Attribute numbers(llvm::ArrayRef<int64_t> numbers);
  mlir::Attribute stride(const base::Window2d &window) {
    return numbers({window.h.stride, window.w.stride});
  }
  mlir::Attribute padding(const base::Window2d &window) {
    return numbers({window.h.padBegin, window.w.padBegin, window.h.padEnd,
                    window.w.padEnd});
  }
  mlir::Attribute dilation(const base::Window2d &window) {
    return numbers({window.h.dilation, window.w.dilation});
  }

  mlir::ImplicitLocOpBuilder &builder;
  Draw draw;
};

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMWINDOWS_H
