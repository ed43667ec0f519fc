//===- EvaluatePool2d.cpp - pooling and its gradients ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include "layerpipe/Base/Window.h"
#include <cmath>

using namespace mlir;
using namespace layerpipe;

namespace {

struct Position {
  int64_t h, w;
};

/// These are the positions of the image that a window sees.
struct Window {
  base::Window2d window;
  int64_t row, column;
  base::WindowRange rows, columns; ///< Of its taps, those in the image.

  Window(const base::Window2d &window, const Tensor &image, int64_t row,
         int64_t column)
      : window(window), row(row), column(column),
        rows(window.h.tapsInside(row, image.shape[2])),
        columns(window.w.tapsInside(column, image.shape[3])) {}

  Position at(int64_t i, int64_t j) const {
    return {window.h.under(row, i), window.w.under(column, j)};
  }
  template <typename Visit> void forEachPosition(Visit visit) const {
    for (int64_t i = rows.begin; i < rows.end; ++i)
      for (int64_t j = columns.begin; j < columns.end; ++j)
        visit(at(i, j));
  }
};

} // namespace

/// Returns the first largest element of a window; a NaN is larger than any
/// number.
static Position largest(const Tensor &x, int64_t n, int64_t c,
                        const Window &window) {
  Position best = window.at(window.rows.begin, window.columns.begin);
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
  base::Window2d windows = op.getWindow();
  forEachElement(y, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    Position best = largest(x, n, c, Window(windows, x, row, column));
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
  base::Window2d windows = op.getWindow();
  forEachElement(dy, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    Position best = largest(x, n, c, Window(windows, x, row, column));
    dx.at(n, c, best) += dy.at(n, c, row, column);
  });
  llvm::copy(dx.elements, results[0].numbers.begin());
}

/// Returns by which number a window's sum is divided.
template <typename PoolOp>
static double countOf(PoolOp op, const Tensor &image, const Window &window) {
  const base::Window2d &own = window.window;
  bool padded = op.getCountPadding();
  return double(own.h.countTaps(window.row, image.shape[2], padded) *
                own.w.countTaps(window.column, image.shape[3], padded));
}

void layerpipe::compute(AvgPool2dOp op, Operands operands, Results results) {
  const Tensor &x = *operands[0];
  Tensor &y = results[0];
  base::Window2d windows = op.getWindow();
  forEachElement(y, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    double sum = 0.0;
    Window window(windows, x, row, column);
    window.forEachPosition(
        [&](Position position) { sum += x.at(n, c, position.h, position.w); });
    y.at(n, c, row, column) = sum / countOf(op, x, window);
  });
}

void layerpipe::compute(AvgPool2dGradOp op, Operands operands,
                        Results results) {
  const Tensor &dy = *operands[0];
  Sums dx(results[0]);
  base::Window2d windows = op.getWindow();
  forEachElement(dy, [&](int64_t n, int64_t c, int64_t row, int64_t column) {
    Window window(windows, results[0], row, column);
    double part = dy.at(n, c, row, column) / countOf(op, results[0], window);
    window.forEachPosition(
        [&](Position position) { dx.at(n, c, position) += part; });
  });
  llvm::copy(dx.elements, results[0].numbers.begin());
}
