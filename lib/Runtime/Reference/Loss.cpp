//===- Loss.cpp - Reference kernels of losses -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Softmax cross-entropy with class labels and mean squared error, and their
// gradients. The softmax subtracts a row's maximum first, so that no exponent
// overflows.
//
//===----------------------------------------------------------------------===//

#include "../KernelSizes.h"
#include "Kernels.h"

#include <algorithm>
#include <cmath>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

/// log Σ exp(row), with the maximum taken out.
static float logSumExp(const float *row, int64_t classes) {
  float maximum = *std::max_element(row, row + classes);
  float sum = 0;
  for (int64_t c = 0; c < classes; ++c)
    sum += std::exp(row[c] - maximum);
  return maximum + std::log(sum);
}

namespace {

struct SoftmaxCrossEntropy final : Kernel {
  explicit SoftmaxCrossEntropy(const ClassSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *logits = input(args, 0);
    const auto *labels = static_cast<const int32_t *>(args[1]);
    float sum = 0;
    for (int64_t n = 0; n < sizes.batch; ++n) {
      const float *row = logits + n * sizes.classes;
      sum += logSumExp(row, sizes.classes) - row[labels[n]];
    }
    *output(args, 2) = sum / float(sizes.batch);
  }
  ClassSizes sizes;
};

struct SoftmaxCrossEntropyGrad final : Kernel {
  explicit SoftmaxCrossEntropyGrad(const ClassSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *logits = input(args, 0);
    const auto *labels = static_cast<const int32_t *>(args[1]);
    float *gradient = output(args, 2);
    for (int64_t n = 0; n < sizes.batch; ++n) {
      const float *row = logits + n * sizes.classes;
      float total = logSumExp(row, sizes.classes);
      for (int64_t c = 0; c < sizes.classes; ++c) {
        float target = c == labels[n] ? 1.0f : 0.0f;
        gradient[n * sizes.classes + c] =
            (std::exp(row[c] - total) - target) / float(sizes.batch);
      }
    }
  }
  ClassSizes sizes;
};

struct MeanSquaredError final : Kernel {
  explicit MeanSquaredError(int64_t elements) : elements(elements) {}
  void execute(void *const *args, void *) noexcept override {
    const float *prediction = input(args, 0), *target = input(args, 1);
    float sum = 0;
    for (int64_t i = 0; i < elements; ++i) {
      float difference = prediction[i] - target[i];
      sum += difference * difference;
    }
    *output(args, 2) = sum / float(elements);
  }
  int64_t elements;
};

struct MeanSquaredErrorGrad final : Kernel {
  explicit MeanSquaredErrorGrad(int64_t elements) : elements(elements) {}
  void execute(void *const *args, void *) noexcept override {
    const float *prediction = input(args, 0), *target = input(args, 1);
    const float scale = 2.0f / float(elements);
    for (int64_t i = 0; i < elements; ++i)
      output(args, 2)[i] = (prediction[i] - target[i]) * scale;
  }
  int64_t elements;
};

} // namespace

static MadeKernel makeCrossEntropy(const KernelDescription &description) {
  Result<ClassSizes> sizes = classSizes(description);
  if (!sizes)
    return sizes.error();
  if (description.op == "softmax_cross_entropy")
    return std::unique_ptr<Kernel>(
        std::make_unique<SoftmaxCrossEntropy>(*sizes));
  return std::unique_ptr<Kernel>(
      std::make_unique<SoftmaxCrossEntropyGrad>(*sizes));
}

static MadeKernel makeSquaredError(const KernelDescription &description) {
  Result<int64_t> elements = elementCount(description);
  if (!elements)
    return elements.error();
  if (description.op == "mean_squared_error")
    return std::unique_ptr<Kernel>(
        std::make_unique<MeanSquaredError>(*elements));
  return std::unique_ptr<Kernel>(
      std::make_unique<MeanSquaredErrorGrad>(*elements));
}

MadeKernel reference::makeLoss(const KernelDescription &description) {
  const std::string &op = description.op;
  if (op == "softmax_cross_entropy" || op == "softmax_cross_entropy_grad")
    return makeCrossEntropy(description);
  if (op == "mean_squared_error" || op == "mean_squared_error_grad")
    return makeSquaredError(description);
  return std::unique_ptr<Kernel>();
}
