//===- EvaluateLoss.cpp - losses and their gradients ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace layerpipe;

//===----------------------------------------------------------------------===//
// Softmax cross-entropy
//===----------------------------------------------------------------------===//

/// Checks that every label is a column of the logits.
static LogicalResult checkLabels(Operation *op, const Tensor &logits,
                                 const Tensor &labels) {
  for (auto [row, label] : llvm::enumerate(labels.integers))
    if (label < 0 || label >= logits.shape[1])
      return op->emitOpError("reads label ")
             << label << " for sample " << row << " of the batch; with "
             << logits.shape[1] << " classes it must be in 0 to "
             << logits.shape[1] - 1;
  return success();
}

namespace {

/// A row computes exp(z − m) for its logits z, where m is the largest of them.
/// Its sums leave one class out, so that callers never subtract two numbers of
/// about the same size.
struct Row {
  const Tensor &logits;
  int64_t row;
  int64_t largest = 0; ///< This is the class of m, the first of equals.

  Row(const Tensor &logits, int64_t row) : logits(logits), row(row) {
    for (int64_t c = 1; c < logits.shape[1]; ++c)
      if (logits.at(row, c) > logits.at(row, largest))
        largest = c;
  }
  /// Returns z − m.
  double difference(int64_t c) const {
    return logits.at(row, c) - logits.at(row, largest);
  }
  double exponential(int64_t c) const { return std::exp(difference(c)); }
  double sumWithout(int64_t excluded) const {
    double sum = 0.0;
    for (int64_t c = 0; c < logits.shape[1]; ++c)
      sum += c == excluded ? 0.0 : exponential(c);
    return sum;
  }
};

} // namespace

LogicalResult layerpipe::compute(SoftmaxCrossEntropyOp op, Operands operands,
                                 Results results) {
  const Tensor &logits = *operands[0], &labels = *operands[1];
  if (failed(checkLabels(op, logits, labels)))
    return failure();
  double sum = 0.0;
  for (int64_t n = 0; n < logits.shape[0]; ++n) {
    Row row(logits, n);
    sum += std::log1p(row.sumWithout(row.largest)) -
           row.difference(labels.integers[n]);
  }
  results[0].numbers[0] = sum / double(logits.shape[0]);
  return success();
}

LogicalResult layerpipe::compute(SoftmaxCrossEntropyGradOp op,
                                 Operands operands, Results results) {
  const Tensor &logits = *operands[0], &labels = *operands[1];
  if (failed(checkLabels(op, logits, labels)))
    return failure();
  auto batch = double(logits.shape[0]);
  for (int64_t n = 0; n < logits.shape[0]; ++n) {
    Row row(logits, n);
    int64_t label = labels.integers[n];
    double others = row.sumWithout(label);
    double total = others + row.exponential(label);
    for (int64_t c = 0; c < logits.shape[1]; ++c)
      results[0].at(n, c) =
          (c == label ? -others : row.exponential(c)) / total / batch;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Mean squared error
//===----------------------------------------------------------------------===//

/// Returns prediction − target.
static double errorAt(Operands operands, size_t k) {
  return operands[0]->numbers[k] - operands[1]->numbers[k];
}

void layerpipe::compute(MeanSquaredErrorOp, Operands operands,
                        Results results) {
  size_t elements = operands[0]->numbers.size();
  double sum = 0.0;
  for (size_t k = 0; k < elements; ++k)
    sum += errorAt(operands, k) * errorAt(operands, k);
  results[0].numbers[0] = sum / double(elements);
}

void layerpipe::compute(MeanSquaredErrorGradOp, Operands operands,
                        Results results) {
  size_t elements = operands[0]->numbers.size();
  for (size_t k = 0; k < elements; ++k)
    results[0].numbers[k] = 2.0 * errorAt(operands, k) / double(elements);
}
