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

template <typename Op> static bool isIgnored(Op op, int32_t label) {
  std::optional<uint64_t> ignored = op.getIgnored();
  return ignored && label == int64_t(*ignored);
}

/// Checks that every label is a class of the logits, or ignored.
template <typename Op>
static LogicalResult checkLabels(Op op, const Tensor &logits,
                                 const Tensor &labels) {
  auto perSample =
      int64_t(labels.integers.size()) / std::max<int64_t>(labels.shape[0], 1);
  for (auto [position, label] : llvm::enumerate(labels.integers))
    if ((label < 0 || label >= logits.shape[1]) && !isIgnored(op, label))
      return op->emitOpError("reads label ")
             << label << " for sample " << int64_t(position) / perSample
             << " of the batch; with " << logits.shape[1]
             << " classes it must be in 0 to " << logits.shape[1] - 1;
  return success();
}

namespace {

/// A row has the logits z of one position, one of each class, and computes
/// exp(z − m), where m is the largest of them. Its sums leave one class out, so
/// that callers never subtract two numbers of about the same size.
struct Row {
  const Tensor &logits;
  int64_t classes, positions; ///< Positions are those of a sample.
  int64_t first;              ///< The element of class 0 is this one.
  int64_t largest = 0;        ///< This is the class of m, the first of equals.

  /// Labels are numbered through all samples, and so are rows.
  Row(const Tensor &logits, int64_t label)
      : logits(logits), classes(logits.shape[1]) {
    positions = ShapedType::getNumElements(logits.shape) /
                std::max<int64_t>(logits.shape[0] * classes, 1);
    first = label / positions * classes * positions + label % positions;
    for (int64_t c = 1; c < classes; ++c)
      if (logits.numbers[at(c)] > logits.numbers[at(largest)])
        largest = c;
  }
  /// Returns the element of a class.
  int64_t at(int64_t c) const { return first + c * positions; }
  /// Returns z − m.
  double difference(int64_t c) const {
    return logits.numbers[at(c)] - logits.numbers[at(largest)];
  }
  double exponential(int64_t c) const { return std::exp(difference(c)); }
  double sumWithout(int64_t excluded) const {
    double sum = 0.0;
    for (int64_t c = 0; c < classes; ++c)
      sum += c == excluded ? 0.0 : exponential(c);
    return sum;
  }
};

} // namespace

/// Returns what the sum over the labels is divided by: how many count, but at
/// least 1, or 1 where the loss is a sum.
template <typename Op> static double divisorOf(Op op, Operands operands) {
  if (op.getSum())
    return 1.0;
  const Tensor &counted = *operands[op.getPopulation() ? 2 : 1];
  auto ignored = op.getIgnored();
  auto left = ignored ? llvm::count(counted.integers, int64_t(*ignored)) : 0;
  auto all = int64_t(counted.integers.size());
  return double(ignored ? std::max<int64_t>(all - left, 1) : all);
}

LogicalResult layerpipe::compute(SoftmaxCrossEntropyOp op, Operands operands,
                                 Results results) {
  const Tensor &logits = *operands[0], &labels = *operands[1];
  if (failed(checkLabels(op, logits, labels)))
    return failure();
  double sum = 0.0;
  for (auto [position, label] : llvm::enumerate(labels.integers)) {
    if (isIgnored(op, label))
      continue;
    Row row(logits, int64_t(position));
    sum += std::log1p(row.sumWithout(row.largest)) - row.difference(label);
  }
  results[0].numbers[0] = sum / divisorOf(op, operands);
  return success();
}

LogicalResult layerpipe::compute(SoftmaxCrossEntropyGradOp op,
                                 Operands operands, Results results) {
  const Tensor &logits = *operands[0], &labels = *operands[1];
  if (failed(checkLabels(op, logits, labels)))
    return failure();
  double divisor = divisorOf(op, operands);
  for (auto [position, label] : llvm::enumerate(labels.integers)) {
    // The results arrive as zeros.
    if (isIgnored(op, label))
      continue;
    Row row(logits, int64_t(position));
    double others = row.sumWithout(label);
    double total = others + row.exponential(label);
    for (int64_t c = 0; c < logits.shape[1]; ++c)
      results[0].numbers[row.at(c)] =
          (c == label ? -others : row.exponential(c)) / total / divisor;
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
