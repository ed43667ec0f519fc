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

/// This is a row of logits, one of each class, seen from its largest element,
/// the first of equals. Losses and gradients need only differences to that
/// element, so neither changes when one number is added to the whole row. The
/// elements of a row are `stride` apart.
class Softmax {
public:
  Softmax(const float *row, int64_t classes, int64_t stride)
      : row(row), classes(classes), stride(stride) {
    for (int64_t c = 1; c < classes; ++c)
      if (at(largest) < at(c))
        largest = c;
  }

  /// Returns log Σ exp(row) − row[label]. Nothing is subtracted from a number
  /// of about its size, so that small losses are right, too.
  double loss(int64_t label) const {
    double below = double(at(largest)) - double(at(label));
    return std::log1p(sumExcept(largest)) + below;
  }

  /// Writes softmax(row) less 1 at the label, divided by the number of labels.
  /// At the label, this is the negated sum of all other probabilities, which
  /// doesn't cancel.
  void gradient(int64_t label, double labels, float *result) const {
    double others = sumExcept(label);
    double total = others + exponential(label);
    for (int64_t c = 0; c < classes; ++c) {
      double own = c == label ? -others : exponential(c);
      result[c * stride] = float(own / total / labels);
    }
  }

private:
  float at(int64_t c) const { return row[c * stride]; }
  double exponential(int64_t c) const {
    return std::exp(double(at(c)) - double(at(largest)));
  }
  double sumExcept(int64_t left) const {
    double sum = 0;
    for (int64_t c = 0; c < classes; ++c)
      if (c != left)
        sum += exponential(c);
    return sum;
  }

  const float *row;
  int64_t classes, stride, largest = 0;
};

struct SoftmaxCrossEntropy final : Kernel {
  explicit SoftmaxCrossEntropy(const ClassSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *logits = input(args, 0);
    const auto *labels = static_cast<const int32_t *>(args[1]);
    double sum = 0;
    for (int64_t n = 0; n < sizes.labels(); ++n)
      if (labels[n] != sizes.ignored)
        sum += Softmax(logits + sizes.rowOf(n), sizes.classes, sizes.positions)
                   .loss(labels[n]);
    *output(args, sizes.resultIndex()) = float(sum / divisorOf(sizes, args));
  }
  ClassSizes sizes;
};

struct SoftmaxCrossEntropyGrad final : Kernel {
  explicit SoftmaxCrossEntropyGrad(const ClassSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *logits = input(args, 0);
    const auto *labels = static_cast<const int32_t *>(args[1]);
    float *result = output(args, sizes.resultIndex());
    const double divisor = divisorOf(sizes, args);
    if (sizes.ignored)
      std::fill_n(result, sizes.labels() * sizes.classes, 0.0f);
    for (int64_t n = 0; n < sizes.labels(); ++n)
      if (labels[n] != sizes.ignored)
        Softmax(logits + sizes.rowOf(n), sizes.classes, sizes.positions)
            .gradient(labels[n], divisor, result + sizes.rowOf(n));
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
