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

} // namespace layerpipe::shapes
