//===- Loss.cpp - Reference kernels of losses -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are softmax cross-entropy with class labels and mean squared error, and
// their gradients. All is computed in f64 and rounded to f32 once.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <algorithm>
#include <cmath>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

namespace {

/// This is a row of logits seen from its largest element, the first of equals.
/// Losses and gradients need only differences to that element, so neither
/// changes when one number is added to the whole row.
class Softmax {
public:
  Softmax(const float *row, int64_t classes)
      : row(row), classes(classes),
        largest(std::max_element(row, row + classes) - row) {}

  /// Returns log Σ exp(row) − row[label]. Nothing is subtracted from a number
  /// of about its size, so that small losses are right, too.
  double loss(int64_t label) const {
    double below = double(row[largest]) - double(row[label]);
    return std::log1p(sumExcept(largest)) + below;
  }

  /// Writes softmax(row) less 1 at the label, divided by the batch. At the
  /// label, this is the negated sum of all other probabilities, which doesn't
  /// cancel.
  void gradient(int64_t label, double batch, float *result) const {
    double others = sumExcept(label);
    double total = others + exponential(label);
    for (int64_t c = 0; c < classes; ++c) {
      double own = c == label ? -others : exponential(c);
      result[c] = float(own / total / batch);
    }
  }

private:
  double exponential(int64_t c) const {
    return std::exp(double(row[c]) - double(row[largest]));
  }
  double sumExcept(int64_t left) const {
    double sum = 0;
    for (int64_t c = 0; c < classes; ++c)
      if (c != left)
        sum += exponential(c);
    return sum;
  }

  const float *row;
  int64_t classes, largest;
};

struct SoftmaxCrossEntropy final : Kernel {
  explicit SoftmaxCrossEntropy(const ClassSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *logits = input(args, 0);
    const auto *labels = static_cast<const int32_t *>(args[1]);
    double sum = 0;
    for (int64_t n = 0; n < sizes.batch; ++n)
      sum += Softmax(logits + n * sizes.classes, sizes.classes).loss(labels[n]);
    *output(args, 2) = float(sum / double(sizes.batch));
  }
  ClassSizes sizes;
};

struct SoftmaxCrossEntropyGrad final : Kernel {
  explicit SoftmaxCrossEntropyGrad(const ClassSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *logits = input(args, 0);
    const auto *labels = static_cast<const int32_t *>(args[1]);
    for (int64_t n = 0; n < sizes.batch; ++n)
      Softmax(logits + n * sizes.classes, sizes.classes)
          .gradient(labels[n], double(sizes.batch),
                    output(args, 2) + n * sizes.classes);
  }
  ClassSizes sizes;
};

struct MeanSquaredError final : Kernel {
  explicit MeanSquaredError(int64_t elements) : elements(elements) {}
  void execute(void *const *args, void *) noexcept override {
    const float *prediction = input(args, 0), *target = input(args, 1);
    double sum = 0;
    for (int64_t i = 0; i < elements; ++i) {
      double difference = double(prediction[i]) - double(target[i]);
      sum += difference * difference;
    }
    *output(args, 2) = float(sum / double(elements));
  }
  int64_t elements;
};

struct MeanSquaredErrorGrad final : Kernel {
  explicit MeanSquaredErrorGrad(int64_t elements) : elements(elements) {}
  void execute(void *const *args, void *) noexcept override {
    const float *prediction = input(args, 0), *target = input(args, 1);
    float *gradient = output(args, 2);
    for (int64_t i = 0; i < elements; ++i) {
      double difference = double(prediction[i]) - double(target[i]);
      gradient[i] = float(2 * difference / double(elements));
    }
  }
  int64_t elements;
};

} // namespace

std::unique_ptr<Kernel> reference::make(const CrossEntropyOp &op) {
  if (op.gradient)
    return std::make_unique<SoftmaxCrossEntropyGrad>(op.sizes);
  return std::make_unique<SoftmaxCrossEntropy>(op.sizes);
}

std::unique_ptr<Kernel> reference::make(const SquaredErrorOp &op) {
  if (op.gradient)
    return std::make_unique<MeanSquaredErrorGrad>(op.elements);
  return std::make_unique<MeanSquaredError>(op.elements);
}
