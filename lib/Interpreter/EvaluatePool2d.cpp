//===- EvaluatePool2d.cpp - pooling and its gradients ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include <cmath>

using namespace mlir;
using namespace layerpipe;

/// Calls `visit(n, c, row, column)` for every element of a 4-D tensor, in
/// row-major order.
template <typename Visit>
static void forEachElement(const Tensor &tensor, Visit visit) {
  for (int64_t n = 0; n < tensor.shape[0]; ++n)
    for (int64_t c = 0; c < tensor.shape[1]; ++c)
      for (int64_t row = 0; row < tensor.shape[2]; ++row)
        for (int64_t column = 0; column < tensor.shape[3]; ++column)
          visit(n, c, row, column);
}

namespace {

struct Position {
  int64_t h, w;
};

/// This is the square window of one output position.
struct Window {
  int64_t top, left, size;

  template <typename Visit> void forEachPosition(Visit visit) const {
    for (int64_t i = 0; i < size; ++i)
      for (int64_t j = 0; j < size; ++j)
        visit(Position{top + i, left + j});
  }
};

} // namespace

template <typename PoolOp>
static Window windowOf(PoolOp op, int64_t row, int64_t column) {
  auto stride = int64_t(op.getStride());
  return {row * stride, column * stride, int64_t(op.getKernel())};
}

/// Returns the first largest element of a window; a NaN is larger than any
/// number.
static Position largest(const Tensor &x, int64_t n, int64_t c, Window window) {
  Position best{window.top, window.left};
  window.forEachPosition([&](Position position) {
    double value = x.at(n, c, position.h, position.w);
    double sofar = x.at(n, c, best.h, best.w);
    if (value > sofar || (std::isnan(value) && !std::isnan(sofar)))
      best = position;
  });
  return best;
}

void layerpipe::compute(MaxPool2dOp op, Operands operands, Results results) {
  const Tensor &x = *operands[0];
  Tensor &y = results[0];
  forEachElement(y, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    Position best = largest(x, n, c, windowOf(op, row, column));
    y.at(n, c, row, column) = x.at(n, c, best.h, best.w);
  });
}

namespace {

/// Adds up what overlapping windows give to the same elements.
struct Sums {
  std::vector<double> elements;
  const Tensor &like;

  explicit Sums(const Tensor &like)
      : elements(like.numbers.size(), 0.0), like(like) {}

  double &at(int64_t n, int64_t c, Position at) {
    return elements[((n * like.shape[1] + c) * like.shape[2] + at.h) *
                        like.shape[3] +
                    at.w];
  }
};

} // namespace

void layerpipe::compute(MaxPool2dGradOp op, Operands operands,
                        Results results) {
  const Tensor &dy = *operands[0], &x = *operands[1];
  Sums dx(x);
  forEachElement(dy, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    Position best = largest(x, n, c, windowOf(op, row, column));
    dx.at(n, c, best) += dy.at(n, c, row, column);
  });
  llvm::copy(dx.elements, results[0].numbers.begin());
}

/// Returns the number of a window's elements.
static double areaOf(int64_t kernel) { return double(kernel * kernel); }

void layerpipe::compute(AvgPool2dOp op, Operands operands, Results results) {
  const Tensor &x = *operands[0];
  Tensor &y = results[0];
  forEachElement(y, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    double sum = 0.0;
    windowOf(op, row, column).forEachPosition([&](Position position) {
      sum += x.at(n, c, position.h, position.w);
    });
    y.at(n, c, row, column) = sum / areaOf(op.getKernel());
  });
}

void layerpipe::compute(AvgPool2dGradOp op, Operands operands,
                        Results results) {
  const Tensor &dy = *operands[0];
  Sums dx(results[0]);
  forEachElement(dy, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    double part = dy.at(n, c, row, column) / areaOf(op.getKernel());
    windowOf(op, row, column).forEachPosition([&](Position position) {
      dx.at(n, c, position) += part;
    });
  });
  llvm::copy(dx.elements, results[0].numbers.begin());
}
