//===- EvaluateLinear.cpp - fully connected layers and their gradients ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"

using namespace mlir;
using namespace layerpipe;

void layerpipe::compute(LinearOp op, Operands operands, Results results) {
  const Tensor &x = *operands[0], &weight = *operands[1];
  Tensor &y = results[0];
  for (int64_t n = 0; n < x.shape[0]; ++n)
    for (int64_t o = 0; o < weight.shape[0]; ++o) {
      double sum = op.getBias() ? operands[2]->numbers[o] : 0.0;
      for (int64_t i = 0; i < x.shape[1]; ++i)
        sum += x.at(n, i) * weight.at(o, i);
      y.at(n, o) = sum;
    }
}

/// Computes dx = dy·w, summed over the outputs.
static void gradInput(const Tensor &dy, const Tensor &weight, Tensor &dx) {
  for (int64_t n = 0; n < dx.shape[0]; ++n)
    for (int64_t i = 0; i < dx.shape[1]; ++i) {
      double sum = 0.0;
      for (int64_t o = 0; o < weight.shape[0]; ++o)
        sum += dy.at(n, o) * weight.at(o, i);
      dx.at(n, i) = sum;
    }
}

/// Computes dw = dyᵀ·x, summed over the batch.
static void gradWeight(const Tensor &dy, const Tensor &x, Tensor &dweight) {
  for (int64_t o = 0; o < dweight.shape[0]; ++o)
    for (int64_t i = 0; i < dweight.shape[1]; ++i) {
      double sum = 0.0;
      for (int64_t n = 0; n < x.shape[0]; ++n)
        sum += dy.at(n, o) * x.at(n, i);
      dweight.at(o, i) = sum;
    }
}

/// Computes db = Σ dy over the batch.
static void gradBias(const Tensor &dy, Tensor &dbias) {
  for (int64_t o = 0; o < dy.shape[1]; ++o) {
    double sum = 0.0;
    for (int64_t n = 0; n < dy.shape[0]; ++n)
      sum += dy.at(n, o);
    dbias.numbers[o] = sum;
  }
}

void layerpipe::compute(LinearBackwardOp op, Operands operands,
                        Results results) {
  const Tensor &dy = *operands[0], &x = *operands[1], &weight = *operands[2];
  gradInput(dy, weight, results[0]);
  gradWeight(dy, x, results[1]);
  if (op.getDbias())
    gradBias(dy, results[2]);
}

void layerpipe::compute(LinearGradInputOp, Operands operands, Results results) {
  gradInput(*operands[0], *operands[1], results[0]);
}

void layerpipe::compute(LinearGradWeightOp op, Operands operands,
                        Results results) {
  gradWeight(*operands[0], *operands[1], results[0]);
  if (op.getDbias())
    gradBias(*operands[0], results[1]);
}

/// Computes one product after the other, the last two dimensions of each
/// operand being a matrix in rows or, if transposed, in columns.
void layerpipe::compute(MatmulOp op, Operands operands, Results results) {
  const Tensor &a = *operands[0], &b = *operands[1];
  Tensor &y = results[0];
  size_t rank = y.shape.size();
  int64_t rows = y.shape[rank - 2], columns = y.shape[rank - 1];
  int64_t inner = a.shape[op.getTransposeA() ? rank - 2 : rank - 1];
  auto count = int64_t(y.numbers.size()) / std::max(rows * columns, int64_t(1));
  for (int64_t n = 0; n < count; ++n)
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j) {
        double sum = 0.0;
        for (int64_t k = 0; k < inner; ++k) {
          int64_t left = op.getTransposeA() ? k * rows + i : i * inner + k;
          int64_t right = op.getTransposeB() ? j * inner + k : k * columns + j;
          sum += a.numbers[n * rows * inner + left] *
                 b.numbers[n * inner * columns + right];
        }
        y.numbers[(n * rows + i) * columns + j] = sum;
      }
}
