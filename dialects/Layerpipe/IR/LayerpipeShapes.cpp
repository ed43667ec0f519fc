//===- LayerpipeShapes.cpp - shape rules of forward ops -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeShapes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <algorithm>

using namespace mlir;

namespace layerpipe::shapes {

ArrayRef<int64_t> of(Type type) { return cast<ShapedType>(type).getShape(); }
ArrayRef<int64_t> of(Value value) { return of(value.getType()); }

bool isBounded(Type type) {
  constexpr int64_t most = int64_t(1) << 48;
  int64_t elements = 1;
  for (int64_t size : of(type))
    elements = saturatingProduct(elements, std::max<int64_t>(size, 1));
  return elements <= most;
}

int64_t saturatingProduct(int64_t a, int64_t b) {
  int64_t product;
  return llvm::MulOverflow(a, b, product) ? INT64_MAX : product;
}

std::string toString(ArrayRef<int64_t> shape) {
  return llvm::join(
      llvm::map_range(shape, [](int64_t size) { return std::to_string(size); }),
      "x");
}

FailureOr<SmallVector<int64_t>> linear(ArrayRef<int64_t> x,
                                       ArrayRef<int64_t> weight,
                                       std::optional<int64_t> bias,
                                       Error error) {
  if (x[1] != weight[1])
    return error() << "L1: the weight's second dimension (" << weight[1]
                   << ") must equal the input's (" << x[1] << ")";
  if (bias && *bias != weight[0])
    return error() << "L2: the bias's length (" << *bias
                   << ") must equal the weight's first dimension (" << weight[0]
                   << ")";
  return SmallVector<int64_t>{x[0], weight[0]};
}

/// Returns the positions of a window of `kernel` along an axis of `size`,
/// padding included.
static int64_t positions(int64_t size, int64_t kernel, int64_t stride) {
  return (size - kernel) / stride + 1;
}

FailureOr<SmallVector<int64_t>> conv2d(ArrayRef<int64_t> x,
                                       ArrayRef<int64_t> weight,
                                       std::optional<int64_t> bias,
                                       int64_t stride, int64_t padding,
                                       Error error) {
  if (x[1] != weight[1])
    return error() << "V1: the weight's second dimension (" << weight[1]
                   << ") must equal the input's channels (" << x[1] << ")";
  if (bias && *bias != weight[0])
    return error() << "V2: the bias's length (" << *bias
                   << ") must equal the weight's first dimension (" << weight[0]
                   << ")";
  if (stride < 1 || padding < 0)
    return error()
           << "V3: stride must be at least 1 and padding at least 0, got "
           << stride << " and " << padding;
  // Padding beyond the kernel would only convolve zeros; it also bounds the
  // sum.
  int64_t height = x[2] + 2 * std::min(padding, weight[2]);
  int64_t width = x[3] + 2 * std::min(padding, weight[3]);
  if (padding > weight[2] || padding > weight[3] || height < weight[2] ||
      width < weight[3])
    return error() << "V4: a kernel of " << weight[2] << "x" << weight[3]
                   << " must fit the padded image and be at least as large as "
                      "the padding; image "
                   << x[2] << "x" << x[3] << ", padding " << padding;
  return SmallVector<int64_t>{x[0], weight[0],
                              positions(height, weight[2], stride),
                              positions(width, weight[3], stride)};
}

FailureOr<SmallVector<int64_t>> pool2d(ArrayRef<int64_t> x, int64_t kernel,
                                       int64_t stride, Error error) {
  if (kernel < 1 || stride < 1)
    return error() << "W1: kernel and stride must be at least 1, got " << kernel
                   << " and " << stride;
  if (x[2] < kernel || x[3] < kernel)
    return error() << "W2: the image (" << x[2] << "x" << x[3]
                   << ") must be at least as large as the window (" << kernel
                   << ")";
  return SmallVector<int64_t>{x[0], x[1], positions(x[2], kernel, stride),
                              positions(x[3], kernel, stride)};
}

} // namespace layerpipe::shapes
