//===- Loss.cpp - Losses in vector loops ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the reference kernels' formulas, in f64 and rounded to f32 once.
// Sums have eight lanes. The exponential function is a polynomial here,
// because that of the C library takes one number at a time.
//
//===----------------------------------------------------------------------===//

#include "../Clones.h"
#include "Candidates.h"

#include <algorithm>
#include <bit>
#include <cmath>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::vector;

/// Returns e to the power of x <= 0, to a unit of f64 or two. Below -708, where
/// f64 has no more normal numbers, it is 0. x = n · ln 2 + r, and e to the
/// power of r, |r| <= ln 2 / 2, is the beginning of its series.
LAYERPIPE_INLINE static double exponential(double x) {
  constexpr double perLn2 = 1.4426950408889634;
  // ln 2 in two numbers, the first with so few digits that n · it is exact.
  constexpr double ln2High = 0x1.62e42fee00000p-1,
                   ln2Low = 0x1.a39ef35793c76p-33;
  constexpr double least = -708;
  // Adding this leaves the nearest integer in the lowest bits.
  constexpr double rounder = 0x1.8p52;
  const double within = x < least ? least : x;
  const double shifted = within * perLn2 + rounder;
  const double n = shifted - rounder;
  const double r = (within - n * ln2High) - n * ln2Low;
  double power = 1.0 / 6227020800; // 1 / 13!
  constexpr double terms[] = {1.0 / 479001600,
                              1.0 / 39916800,
                              1.0 / 3628800,
                              1.0 / 362880,
                              1.0 / 40320,
                              1.0 / 5040,
                              1.0 / 720,
                              1.0 / 120,
                              1.0 / 24,
                              1.0 / 6,
                              1.0 / 2,
                              1.0,
                              1.0};
  for (double term : terms)
    power = power * r + term;
  const auto exponent = std::bit_cast<int64_t>(shifted) << 52;
  const auto result =
      std::bit_cast<double>(std::bit_cast<int64_t>(power) + exponent);
  return x < least ? 0 : result;
}

/// Computes the exponentials of a sample's logits, less the largest.
LAYERPIPE_INLINE static void exponentialsOf(const float *__restrict row,
                                            int64_t classes, double largest,
                                            double *__restrict powers) {
  for (int64_t c = 0; c < classes; ++c)
    powers[c] = exponential(double(row[c]) - largest);
}

/// Returns the sum of all but one. The order is that of the reference kernel.
LAYERPIPE_INLINE static double sumExcept(const double *powers, int64_t classes,
                                         int64_t left) {
  double sum = 0;
  for (int64_t c = 0; c < classes; ++c)
    sum += c == left ? 0.0 : powers[c];
  return sum;
}

/// Returns the index of the largest logit, the first of equals.
LAYERPIPE_INLINE static int64_t largestOf(const float *row, int64_t classes) {
  int64_t largest = 0;
  for (int64_t c = 1; c < classes; ++c)
    largest = row[largest] < row[c] ? c : largest;
  return largest;
}

/// Returns the row of a label. One whose elements don't lie side by side is
/// gathered in `row`.
LAYERPIPE_INLINE static const float *rowOf(const ClassSizes &s, int64_t label,
                                           const float *logits, float *row) {
  const float *first = logits + s.rowOf(label);
  if (s.positions == 1)
    return first;
  for (int64_t c = 0; c < s.classes; ++c)
    row[c] = first[c * s.positions];
  return row;
}

/// Computes the mean of log Σ exp(row) − row[label]. Nothing is subtracted from
/// a number of about its size, so that small losses are right, too. `gathered`
/// has room for a row.
LAYERPIPE_CLONES
static float crossEntropy(const ClassSizes &s, const float *logits,
                          const int32_t *labels, double divisor, double *powers,
                          float *gathered) {
  double sum = 0;
  for (int64_t n = 0; n < s.labels(); ++n) {
    if (s.ignored && labels[n] == *s.ignored)
      continue;
    const float *row = rowOf(s, n, logits, gathered);
    const int64_t largest = largestOf(row, s.classes);
    exponentialsOf(row, s.classes, double(row[largest]), powers);
    sum += std::log1p(sumExcept(powers, s.classes, largest)) +
           (double(row[largest]) - double(row[labels[n]]));
  }
  return float(sum / divisor);
}

/// Computes softmax(row) less 1 at the label, divided by the number of labels.
/// At the label, this is the negated sum of all other probabilities, which
/// doesn't cancel.
LAYERPIPE_CLONES
static void crossEntropyGrad(const ClassSizes &s, const float *logits,
                             const int32_t *labels, double divisor,
                             float *result, double *powers, float *gathered) {
  for (int64_t n = 0; n < s.labels(); ++n) {
    float *own = result + s.rowOf(n);
    if (s.ignored && labels[n] == *s.ignored) {
      for (int64_t c = 0; c < s.classes; ++c)
        own[c * s.positions] = 0;
      continue;
    }
    const float *row = rowOf(s, n, logits, gathered);
    const int64_t largest = largestOf(row, s.classes), label = labels[n];
    exponentialsOf(row, s.classes, double(row[largest]), powers);
    const double others = sumExcept(powers, s.classes, label);
    const double total = others + powers[label];
    powers[label] = -others;
    float *made = s.positions == 1 ? own : gathered;
    for (int64_t c = 0; c < s.classes; ++c)
      made[c] = float(powers[c] / total / divisor);
    if (s.positions != 1)
      for (int64_t c = 0; c < s.classes; ++c)
        own[c * s.positions] = made[c];
  }
}

LAYERPIPE_CLONES
static float squaredError(int64_t elements, const float *prediction,
                          const float *target) {
  constexpr int64_t width = 8;
  double lanes[width] = {};
  int64_t i = 0;
  for (; i + width <= elements; i += width)
    for (int64_t lane = 0; lane < width; ++lane) {
      double difference =
          double(prediction[i + lane]) - double(target[i + lane]);
      lanes[lane] += difference * difference;
    }
  double sum = 0;
  for (double lane : lanes)
    sum += lane;
  for (; i < elements; ++i) {
    double difference = double(prediction[i]) - double(target[i]);
    sum += difference * difference;
  }
  return float(sum / double(elements));
}

LAYERPIPE_CLONES
static void squaredErrorGrad(int64_t elements,
                             const float *__restrict prediction,
                             const float *__restrict target,
                             float *__restrict gradient) {
  for (int64_t i = 0; i < elements; ++i) {
    double difference = double(prediction[i]) - double(target[i]);
    gradient[i] = float(2 * difference / double(elements));
  }
}

namespace {

class CrossEntropy final : public Kernel {
public:
  explicit CrossEntropy(const CrossEntropyOp &op) : op(op) {}

  size_t workspaceBytes() const override {
    return size_t(op.sizes.classes) * (sizeof(double) + sizeof(float));
  }
  void execute(void *const *args, void *workspace) noexcept override {
    const auto *labels = static_cast<const int32_t *>(args[1]);
    auto *powers = static_cast<double *>(workspace);
    auto *row = reinterpret_cast<float *>(powers + op.sizes.classes);
    float *result = output(args, op.sizes.resultIndex());
    const double divisor = divisorOf(op.sizes, args);
    if (op.gradient)
      crossEntropyGrad(op.sizes, input(args, 0), labels, divisor, result,
                       powers, row);
    else
      *result =
          crossEntropy(op.sizes, input(args, 0), labels, divisor, powers, row);
  }

private:
  CrossEntropyOp op;
};

class SquaredError final : public Kernel {
public:
  explicit SquaredError(const SquaredErrorOp &op) : op(op) {}

  void execute(void *const *args, void *) noexcept override {
    if (op.gradient)
      squaredErrorGrad(op.elements, input(args, 0), input(args, 1),
                       output(args, 2));
    else
      *output(args, 2) =
          squaredError(op.elements, input(args, 0), input(args, 1));
  }

private:
  SquaredErrorOp op;
};

} // namespace

std::unique_ptr<Kernel>
layerpipe::runtime::vector::make(const CrossEntropyOp &op) {
  return std::make_unique<CrossEntropy>(op);
}

std::unique_ptr<Kernel>
layerpipe::runtime::vector::make(const SquaredErrorOp &op) {
  return std::make_unique<SquaredError>(op);
}
