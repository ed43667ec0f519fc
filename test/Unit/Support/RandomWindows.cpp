//===- RandomWindows.cpp - ops with random windows ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/RandomWindows.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using base::Window2d;
using base::WindowAxis;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// Returns windows along one dimension, of which an image of that size has at
/// least one.
WindowAxis RandomWindows::axis(int64_t size, bool ceil) {
  while (true) {
    WindowAxis axis{.kernel = draw(1, 3),
                    .stride = draw(1, 2),
                    .padBegin = draw(0, 2),
                    .padEnd = draw(0, 2),
                    .dilation = draw(1, 2),
                    .ceil = ceil};
    if (axis.windows(size) > 0)
      return axis;
  }
}

int64_t RandomWindows::groups(int64_t channels) {
  int64_t groups = draw(1, channels);
  return channels % groups == 0 && draw(0, 1) ? groups : 1;
}

/// Returns one integer where the numbers are alike.
Attribute RandomWindows::numbers(ArrayRef<int64_t> numbers) {
  if (llvm::all_equal(numbers))
    return builder.getI64IntegerAttr(numbers.front());
  return builder.getDenseI64ArrayAttr(numbers);
}

Value RandomWindows::convolution(Value x, const Weights &weight,
                                 const Weights &bias) {
  ArrayRef<int64_t> image = shapeOf(x);
  Window2d window{axis(image[2], false), axis(image[3], false)};
  int64_t groups = this->groups(image[1]);
  int64_t outputs = groups * draw(1, groups > 1 ? 2 : 3);
  Value w =
      weight({outputs, image[1] / groups, window.h.kernel, window.w.kernel});
  return Conv2dOp::create(builder, x, w, bias({outputs}), stride(window),
                          padding(window), dilation(window), groups);
}

Value RandomWindows::transposedConvolution(Value x, const Weights &weight,
                                           const Weights &bias) {
  ArrayRef<int64_t> image = shapeOf(x);
  while (true) {
    // Any size has windows here, and what is left of the result is checked.
    Window2d window{axis(100, false), axis(100, false)};
    int64_t moreRows = draw(0, window.h.stride - 1);
    int64_t moreColumns = draw(0, window.w.stride - 1);
    auto grown = [](const WindowAxis &axis, int64_t size, int64_t more) {
      return (size - 1) * axis.stride + axis.reach() - axis.padBegin -
             axis.padEnd + more;
    };
    if (grown(window.h, image[2], moreRows) < 1 ||
        grown(window.w, image[3], moreColumns) < 1)
      continue;
    int64_t groups = this->groups(image[1]);
    int64_t outputs = draw(1, 2);
    Value w = weight({image[1], outputs, window.h.kernel, window.w.kernel});
    return ConvTranspose2dOp::create(
        builder, x, w, bias({outputs * groups}), stride(window),
        padding(window), dilation(window), builder.getI64IntegerAttr(groups),
        numbers({moreRows, moreColumns}));
  }
}

/// Each window sees an element of the image.
Window2d RandomWindows::poolWindow(Value x) {
  ArrayRef<int64_t> image = shapeOf(x);
  while (true) {
    bool ceil = draw(0, 1) == 1;
    Window2d window{axis(image[2], ceil), axis(image[3], ceil)};
    if (window.h.allSee(image[2]) && window.w.allSee(image[3]))
      return window;
  }
}

Value RandomWindows::maximum(Value x) {
  Window2d window = poolWindow(x);
  return MaxPool2dOp::create(
      builder, x, numbers({window.h.kernel, window.w.kernel}), stride(window),
      padding(window), dilation(window), window.h.ceil);
}

Value RandomWindows::average(Value x) {
  Window2d window = poolWindow(x);
  return AvgPool2dOp::create(
      builder, x, numbers({window.h.kernel, window.w.kernel}), stride(window),
      padding(window), dilation(window), window.h.ceil, draw(0, 1) == 1);
}
