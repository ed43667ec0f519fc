//===- EvaluateConv2d.cpp - convolutions and their gradients --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace layerpipe;

namespace {

/// A window says how output positions and kernel taps meet the image, along
/// either axis.
struct Window {
  int64_t stride, padding;

  /// Returns the image's position under tap `k` of output position `o`. It may
  /// lie in the padding, outside 0 … size − 1.
  int64_t under(int64_t o, int64_t k) const { return o * stride + k - padding; }
  /// Returns the output position whose tap `k` lies on image position `i`, or
  /// -1.
  int64_t over(int64_t i, int64_t k, int64_t outputs) const {
    int64_t distance = i + padding - k;
    if (distance < 0 || distance % stride != 0)
      return -1;
    int64_t o = distance / stride;
    return o < outputs ? o : -1;
  }
};

} // namespace

static bool inside(int64_t position, int64_t size) {
  return 0 <= position && position < size;
}

/// Computes one element of the result, the sum over input channels and taps.
static double correlate(const Tensor &x, const Tensor &weight, Window window,
                        double sum, int64_t n, int64_t o, int64_t row,
                        int64_t column) {
  for (int64_t c = 0; c < weight.shape[1]; ++c)
    for (int64_t i = 0; i < weight.shape[2]; ++i)
      for (int64_t j = 0; j < weight.shape[3]; ++j) {
        int64_t h = window.under(row, i), w = window.under(column, j);
        if (inside(h, x.shape[2]) && inside(w, x.shape[3]))
          sum += x.at(n, c, h, w) * weight.at(o, c, i, j);
      }
  return sum;
}

void layerpipe::compute(Conv2dOp op, Operands operands, Results results) {
  const Tensor &x = *operands[0], &weight = *operands[1];
  Tensor &y = results[0];
  Window window{int64_t(op.getStride()), int64_t(op.getPadding())};
  for (int64_t n = 0; n < y.shape[0]; ++n)
    for (int64_t o = 0; o < y.shape[1]; ++o) {
      double bias = op.getBias() ? operands[2]->numbers[o] : 0.0;
      for (int64_t row = 0; row < y.shape[2]; ++row)
        for (int64_t column = 0; column < y.shape[3]; ++column)
          y.at(n, o, row, column) =
              correlate(x, weight, window, bias, n, o, row, column);
    }
}

/// Computes one element of dx, the sum over output channels and taps that
/// reached it.
static double inputGradient(const Tensor &dy, const Tensor &weight,
                            Window window, int64_t n, int64_t c, int64_t h,
                            int64_t w) {
  double sum = 0.0;
  for (int64_t o = 0; o < weight.shape[0]; ++o)
    for (int64_t i = 0; i < weight.shape[2]; ++i)
      for (int64_t j = 0; j < weight.shape[3]; ++j) {
        int64_t row = window.over(h, i, dy.shape[2]);
        int64_t column = window.over(w, j, dy.shape[3]);
        if (row >= 0 && column >= 0)
          sum += dy.at(n, o, row, column) * weight.at(o, c, i, j);
      }
  return sum;
}

static void gradInput(const Tensor &dy, const Tensor &weight, Window window,
                      Tensor &dx) {
  for (int64_t n = 0; n < dx.shape[0]; ++n)
    for (int64_t c = 0; c < dx.shape[1]; ++c)
      for (int64_t h = 0; h < dx.shape[2]; ++h)
        for (int64_t w = 0; w < dx.shape[3]; ++w)
          dx.at(n, c, h, w) = inputGradient(dy, weight, window, n, c, h, w);
}

/// Computes one element of dw, the sum over the batch and the output positions.
static double weightGradient(const Tensor &dy, const Tensor &x, Window window,
                             int64_t o, int64_t c, int64_t i, int64_t j) {
  double sum = 0.0;
  for (int64_t n = 0; n < dy.shape[0]; ++n)
    for (int64_t row = 0; row < dy.shape[2]; ++row)
      for (int64_t column = 0; column < dy.shape[3]; ++column) {
        int64_t h = window.under(row, i), w = window.under(column, j);
        if (inside(h, x.shape[2]) && inside(w, x.shape[3]))
          sum += dy.at(n, o, row, column) * x.at(n, c, h, w);
      }
  return sum;
}

static void gradWeight(const Tensor &dy, const Tensor &x, Window window,
                       Tensor &dweight) {
  for (int64_t o = 0; o < dweight.shape[0]; ++o)
    for (int64_t c = 0; c < dweight.shape[1]; ++c)
      for (int64_t i = 0; i < dweight.shape[2]; ++i)
        for (int64_t j = 0; j < dweight.shape[3]; ++j)
          dweight.at(o, c, i, j) = weightGradient(dy, x, window, o, c, i, j);
}

/// Computes db = Σ dy over the batch and the output positions.
static void gradBias(const Tensor &dy, Tensor &dbias) {
  for (int64_t o = 0; o < dy.shape[1]; ++o) {
    double sum = 0.0;
    for (int64_t n = 0; n < dy.shape[0]; ++n)
      for (int64_t row = 0; row < dy.shape[2]; ++row)
        for (int64_t column = 0; column < dy.shape[3]; ++column)
          sum += dy.at(n, o, row, column);
    dbias.numbers[o] = sum;
  }
}

void layerpipe::compute(Conv2dBackwardOp op, Operands operands,
                        Results results) {
  const Tensor &dy = *operands[0], &x = *operands[1], &weight = *operands[2];
  Window window{int64_t(op.getStride()), int64_t(op.getPadding())};
  gradInput(dy, weight, window, results[0]);
  gradWeight(dy, x, window, results[1]);
  if (op.getDbias())
    gradBias(dy, results[2]);
}

void layerpipe::compute(Conv2dGradInputOp op, Operands operands,
                        Results results) {
  Window window{int64_t(op.getStride()), int64_t(op.getPadding())};
  gradInput(*operands[0], *operands[1], window, results[0]);
}

void layerpipe::compute(Conv2dGradWeightOp op, Operands operands,
                        Results results) {
  Window window{int64_t(op.getStride()), int64_t(op.getPadding())};
  gradWeight(*operands[0], *operands[1], window, results[0]);
  if (op.getDbias())
    gradBias(*operands[0], results[1]);
}
