//===- EvaluateConv2d.cpp - convolutions and their gradients --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A transposed convolution is the input's gradient of a convolution, and its
// own gradients are that convolution and its weight's gradient.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include "layerpipe/Base/Window.h"

using namespace mlir;
using namespace layerpipe;

namespace {

/// This is how a convolution's image, weight and output meet. Channels of a
/// group meet those of the same group only.
struct Convolution {
  base::Window2d window;
  int64_t groups;

  template <typename Op>
  explicit Convolution(Op op)
      : window(op.getWindow()), groups(int64_t(op.getGroups())) {}

  /// Returns the first of so many channels that channel `channel` of `channels`
  /// meets.
  int64_t firstPartner(int64_t channel, int64_t channels,
                       int64_t partners) const {
    return channel / (channels / groups) * (partners / groups);
  }

  void forward(const Tensor &x, const Tensor &weight, const Tensor *bias,
               Tensor &y) const;
  /// Computes dx; each of its sums starts with the bias, if there is one.
  void gradInput(const Tensor &dy, const Tensor &weight, const Tensor *bias,
                 Tensor &dx) const;
  void gradWeight(const Tensor &dy, const Tensor &x, Tensor &dweight) const;

private:
  double correlate(const Tensor &x, const Tensor &weight, double sum, int64_t n,
                   int64_t o, int64_t row, int64_t column,
                   int64_t outputs) const;
  double inputGradient(const Tensor &dy, const Tensor &weight, double sum,
                       int64_t n, int64_t c, int64_t h, int64_t w,
                       int64_t inputs) const;
  double weightGradient(const Tensor &dy, const Tensor &x, int64_t o, int64_t c,
                        int64_t i, int64_t j) const;
};

} // namespace

static bool inside(int64_t position, int64_t size) {
  return 0 <= position && position < size;
}

/// Computes one element of the result, the sum over input channels and taps.
double Convolution::correlate(const Tensor &x, const Tensor &weight, double sum,
                              int64_t n, int64_t o, int64_t row, int64_t column,
                              int64_t outputs) const {
  int64_t first = firstPartner(o, outputs, x.shape[1]);
  for (int64_t c = 0; c < weight.shape[1]; ++c)
    for (int64_t i = 0; i < weight.shape[2]; ++i)
      for (int64_t j = 0; j < weight.shape[3]; ++j) {
        int64_t h = window.h.under(row, i), w = window.w.under(column, j);
        if (inside(h, x.shape[2]) && inside(w, x.shape[3]))
          sum += x.at(n, first + c, h, w) * weight.at(o, c, i, j);
      }
  return sum;
}

void Convolution::forward(const Tensor &x, const Tensor &weight,
                          const Tensor *bias, Tensor &y) const {
  forEachElement(y, [&](int64_t n, int64_t o, int64_t row, int64_t column) {
    y.at(n, o, row, column) =
        correlate(x, weight, bias ? bias->numbers[o] : 0.0, n, o, row, column,
                  y.shape[1]);
  });
}

/// Computes one element of dx, the sum over output channels and taps that
/// reached it.
double Convolution::inputGradient(const Tensor &dy, const Tensor &weight,
                                  double sum, int64_t n, int64_t c, int64_t h,
                                  int64_t w, int64_t inputs) const {
  int64_t first = firstPartner(c, inputs, dy.shape[1]);
  for (int64_t o = first; o < first + dy.shape[1] / groups; ++o)
    for (int64_t i = 0; i < weight.shape[2]; ++i)
      for (int64_t j = 0; j < weight.shape[3]; ++j) {
        int64_t row = window.h.over(h, i, dy.shape[2]);
        int64_t column = window.w.over(w, j, dy.shape[3]);
        if (row >= 0 && column >= 0)
          sum += dy.at(n, o, row, column) *
                 weight.at(o, c % weight.shape[1], i, j);
      }
  return sum;
}

void Convolution::gradInput(const Tensor &dy, const Tensor &weight,
                            const Tensor *bias, Tensor &dx) const {
  forEachElement(dx, [&](int64_t n, int64_t c, int64_t h, int64_t w) {
    dx.at(n, c, h, w) = inputGradient(dy, weight, bias ? bias->numbers[c] : 0.0,
                                      n, c, h, w, dx.shape[1]);
  });
}

/// Computes one element of dw, the sum over the batch and the output positions.
/// `c` is the channel of x.
double Convolution::weightGradient(const Tensor &dy, const Tensor &x, int64_t o,
                                   int64_t c, int64_t i, int64_t j) const {
  double sum = 0.0;
  for (int64_t n = 0; n < dy.shape[0]; ++n)
    for (int64_t row = 0; row < dy.shape[2]; ++row)
      for (int64_t column = 0; column < dy.shape[3]; ++column) {
        int64_t h = window.h.under(row, i), w = window.w.under(column, j);
        if (inside(h, x.shape[2]) && inside(w, x.shape[3]))
          sum += dy.at(n, o, row, column) * x.at(n, c, h, w);
      }
  return sum;
}

void Convolution::gradWeight(const Tensor &dy, const Tensor &x,
                             Tensor &dweight) const {
  forEachElement(dweight, [&](int64_t o, int64_t c, int64_t i, int64_t j) {
    int64_t first = firstPartner(o, dy.shape[1], x.shape[1]);
    dweight.at(o, c, i, j) = weightGradient(dy, x, o, first + c, i, j);
  });
}

/// Computes db = Σ dy over the batch and the positions.
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

/// Returns the bias of a forward op, or null.
static const Tensor *biasOf(Operands operands) {
  return operands.size() > 2 ? operands[2].get() : nullptr;
}

void layerpipe::compute(Conv2dOp op, Operands operands, Results results) {
  Convolution(op).forward(*operands[0], *operands[1], biasOf(operands),
                          results[0]);
}

void layerpipe::compute(Conv2dBackwardOp op, Operands operands,
                        Results results) {
  Convolution convolution(op);
  convolution.gradInput(*operands[0], *operands[2], nullptr, results[0]);
  convolution.gradWeight(*operands[0], *operands[1], results[1]);
  if (op.getDbias())
    gradBias(*operands[0], results[2]);
}

void layerpipe::compute(Conv2dGradInputOp op, Operands operands,
                        Results results) {
  Convolution(op).gradInput(*operands[0], *operands[1], nullptr, results[0]);
}

void layerpipe::compute(Conv2dGradWeightOp op, Operands operands,
                        Results results) {
  Convolution(op).gradWeight(*operands[0], *operands[1], results[0]);
  if (op.getDbias())
    gradBias(*operands[0], results[1]);
}

void layerpipe::compute(ConvTranspose2dOp op, Operands operands,
                        Results results) {
  Convolution(op).gradInput(*operands[0], *operands[1], biasOf(operands),
                            results[0]);
}

void layerpipe::compute(ConvTranspose2dBackwardOp op, Operands operands,
                        Results results) {
  Convolution convolution(op);
  convolution.forward(*operands[0], *operands[2], nullptr, results[0]);
  convolution.gradWeight(*operands[1], *operands[0], results[1]);
  if (op.getDbias())
    gradBias(*operands[0], results[2]);
}

void layerpipe::compute(ConvTranspose2dGradInputOp op, Operands operands,
                        Results results) {
  Convolution(op).forward(*operands[0], *operands[1], nullptr, results[0]);
}

void layerpipe::compute(ConvTranspose2dGradWeightOp op, Operands operands,
                        Results results) {
  Convolution(op).gradWeight(*operands[1], *operands[0], results[0]);
  if (op.getDbias())
    gradBias(*operands[0], results[1]);
}
