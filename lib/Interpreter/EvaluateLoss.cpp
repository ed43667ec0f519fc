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

/// Every label must be a column of the logits.
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

/// What is subtracted from a row of logits before the exponential, and the sum
/// of the exponentials.
struct Normaliser {
  float largest;
  float sum = 0.0f;

  Normaliser(const Tensor &logits, int64_t row) : largest(logits.at(row, 0)) {
    for (int64_t c = 1; c < logits.shape[1]; ++c)
      largest = std::max(largest, logits.at(row, c));
    for (int64_t c = 0; c < logits.shape[1]; ++c)
      sum += std::exp(logits.at(row, c) - largest);
  }
};

} // namespace

LogicalResult layerpipe::compute(SoftmaxCrossEntropyOp op, Operands operands,
                                 Results results) {
  const Tensor &logits = *operands[0], &labels = *operands[1];
  if (failed(checkLabels(op, logits, labels)))
    return failure();
  float sum = 0.0f;
  for (int64_t row = 0; row < logits.shape[0]; ++row) {
    Normaliser normaliser(logits, row);
    float own = logits.at(row, labels.integers[row]) - normaliser.largest;
    sum += std::log(normaliser.sum) - own;
  }
  results[0].floats[0] = sum / static_cast<float>(logits.shape[0]);
  return success();
}

LogicalResult layerpipe::compute(SoftmaxCrossEntropyGradOp op,
                                 Operands operands, Results results) {
  const Tensor &logits = *operands[0], &labels = *operands[1];
  if (failed(checkLabels(op, logits, labels)))
    return failure();
  auto batch = static_cast<float>(logits.shape[0]);
  for (int64_t row = 0; row < logits.shape[0]; ++row) {
    Normaliser normaliser(logits, row);
    for (int64_t c = 0; c < logits.shape[1]; ++c) {
      float probability =
          std::exp(logits.at(row, c) - normaliser.largest) / normaliser.sum;
      float expected = labels.integers[row] == c ? 1.0f : 0.0f;
      results[0].at(row, c) = (probability - expected) / batch;
    }
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Mean squared error
//===----------------------------------------------------------------------===//

void layerpipe::compute(MeanSquaredErrorOp, Operands operands,
                        Results results) {
  const std::vector<float> &prediction = operands[0]->floats;
  const std::vector<float> &target = operands[1]->floats;
  float sum = 0.0f;
  for (size_t k = 0; k < prediction.size(); ++k) {
    float error = prediction[k] - target[k];
    sum += error * error;
  }
  results[0].floats[0] = sum / static_cast<float>(prediction.size());
}

void layerpipe::compute(MeanSquaredErrorGradOp, Operands operands,
                        Results results) {
  const std::vector<float> &prediction = operands[0]->floats;
  const std::vector<float> &target = operands[1]->floats;
  auto elements = static_cast<float>(prediction.size());
  for (size_t k = 0; k < prediction.size(); ++k)
    results[0].floats[k] = 2.0f * (prediction[k] - target[k]) / elements;
}
