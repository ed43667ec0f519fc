//===- LayerpipeWindows.cpp - shape rules of windows ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeWindows.h"

using namespace mlir;
using layerpipe::base::Window2d;
using layerpipe::base::WindowAxis;

namespace layerpipe::shapes {

int64_t numberAt(Attribute attribute, size_t index, int64_t missing) {
  if (!attribute)
    return missing;
  if (auto number = dyn_cast<IntegerAttr>(attribute))
    return number.getInt();
  auto numbers = dyn_cast<DenseI64ArrayAttr>(attribute);
  if (!numbers || index >= size_t(numbers.size()))
    return -1;
  return numbers[int64_t(index)];
}

Window2d windowOf(std::array<int64_t, 2> kernel,
                  const WindowAttributes &attributes) {
  auto axis = [&](size_t index) {
    return WindowAxis{kernel[index],
                      numberAt(attributes.stride, index, 1),
                      numberAt(attributes.padding, index, 0),
                      numberAt(attributes.padding, index + 2, 0),
                      numberAt(attributes.dilation, index, 1),
                      attributes.ceil};
  };
  return {axis(0), axis(1)};
}

/// Says what the windows are: "kernel 3x3, stride 1x1, padding 0 0 0 0,
/// dilation 1x1".
static std::string describe(const Window2d &window) {
  const WindowAxis &h = window.h, &w = window.w;
  std::string padding;
  for (int64_t side : {h.padBegin, w.padBegin, h.padEnd, w.padEnd})
    padding += (padding.empty() ? "" : " ") + std::to_string(side);
  return "kernel " + toString({h.kernel, w.kernel}) + ", stride " +
         toString({h.stride, w.stride}) + ", padding " + padding +
         ", dilation " + toString({h.dilation, w.dilation});
}

/// Checks the numbers of `window` by the rule V3 or W1.
static LogicalResult checkNumbers(const Window2d &window, StringRef rule,
                                  Error error) {
  if (window.isSensible())
    return success();
  return error() << rule
                 << ": kernel, stride and dilation must be at least 1, padding "
                    "at least 0, and none greater than "
                 << WindowAxis::greatest << ", got " << describe(window);
}

FailureOr<SmallVector<int64_t>> conv2d(ArrayRef<int64_t> x,
                                       ArrayRef<int64_t> weight,
                                       std::optional<int64_t> bias,
                                       const Window2d &window, int64_t groups,
                                       Error error) {
  if (groups < 1 || weight[0] % groups != 0)
    return error() << "V5: groups must be at least 1 and divide the output's "
                      "channels ("
                   << weight[0] << "), got " << groups;
  if (x[1] != saturatingProduct(weight[1], groups))
    return error() << "V1: the weight's second dimension (" << weight[1]
                   << ") times groups (" << groups
                   << ") must equal the input's channels (" << x[1] << ")";
  if (bias && *bias != weight[0])
    return error() << "V2: the bias's length (" << *bias
                   << ") must equal the weight's first dimension (" << weight[0]
                   << ")";
  if (failed(checkNumbers(window, "V3", error)))
    return failure();
  SmallVector<int64_t> y{x[0], weight[0], window.h.windows(x[2]),
                         window.w.windows(x[3])};
  if (y[2] < 1 || y[3] < 1)
    return error() << "V4: the kernel must fit the padded image; image " << x[2]
                   << "x" << x[3] << ", " << describe(window);
  return y;
}

FailureOr<SmallVector<int64_t>>
convTranspose2d(ArrayRef<int64_t> x, ArrayRef<int64_t> weight,
                std::optional<int64_t> bias, const Window2d &window,
                int64_t groups, std::array<int64_t, 2> outputPadding,
                Error error) {
  if (x[1] != weight[0])
    return error() << "VT1: the weight's first dimension (" << weight[0]
                   << ") must equal the input's channels (" << x[1] << ")";
  if (groups < 1 || weight[0] % groups != 0)
    return error() << "V5: groups must be at least 1 and divide the input's "
                      "channels ("
                   << weight[0] << "), got " << groups;
  int64_t channels = saturatingProduct(weight[1], groups);
  if (bias && *bias != channels)
    return error() << "VT2: the bias's length (" << *bias
                   << ") must equal the weight's second dimension ("
                   << weight[1] << ") times groups (" << groups << ")";
  if (failed(checkNumbers(window, "V3", error)))
    return failure();
  SmallVector<int64_t> y{x[0], channels};
  for (auto [axis, size, more] :
       {std::tuple(window.h, x[2], outputPadding[0]),
        std::tuple(window.w, x[3], outputPadding[1])}) {
    if (more < 0 || more >= axis.stride)
      return error() << "VT3: output_padding must be at least 0 and less than "
                        "the stride ("
                     << axis.stride << "), got " << more;
    int64_t apart = saturatingProduct(size - (size > 0), axis.stride);
    // Other sizes are at most 2^48 and a few times 2^24.
    y.push_back(std::min(apart, int64_t(1) << 60) + axis.reach() -
                axis.padBegin - axis.padEnd + more);
    if (size < 1 || y.back() < 1)
      return error() << "VT4: the image and what is made of it must have at "
                        "least one row and column; image "
                     << x[2] << "x" << x[3] << ", " << describe(window);
  }
  return y;
}

int64_t convMacs(Value image, Value weight) {
  return saturatingProduct(ShapedType::getNumElements(of(image)),
                           ShapedType::getNumElements(of(weight).drop_front()));
}

FailureOr<SmallVector<int64_t>> pool2d(ArrayRef<int64_t> x,
                                       const Window2d &window, Error error) {
  if (failed(checkNumbers(window, "W1", error)))
    return failure();
  SmallVector<int64_t> y{x[0], x[1], window.h.windows(x[2]),
                         window.w.windows(x[3])};
  if (y[2] < 1 || y[3] < 1)
    return error() << "W2: the padded image must be at least as large as a "
                      "window; image "
                   << x[2] << "x" << x[3] << ", " << describe(window);
  if (!window.h.allSee(x[2]) || !window.w.allSee(x[3]))
    return error() << "W3: a window sees nothing of the image; image " << x[2]
                   << "x" << x[3] << ", " << describe(window);
  return y;
}

} // namespace layerpipe::shapes
