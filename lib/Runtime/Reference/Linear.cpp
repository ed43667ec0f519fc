//===- Linear.cpp - Reference kernels of dense layers ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// y = x wᵀ + b and its gradients. The loops run over rows in their inner
// dimension, so that they vectorise without changing a sum's order.
//
//===----------------------------------------------------------------------===//

#include "../KernelSizes.h"
#include "Kernels.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

static void forward(const LinearSizes &s, const float *x, const float *w,
                    const float *b, float *y) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t o = 0; o < s.out; ++o) {
      float sum = 0;
      for (int64_t i = 0; i < s.in; ++i)
        sum += x[n * s.in + i] * w[o * s.in + i];
      y[n * s.out + o] = b ? sum + b[o] : sum;
    }
}

static void gradInput(const LinearSizes &s, const float *dy, const float *w,
                      float *dx) {
  std::fill_n(dx, s.batch * s.in, 0.0f);
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t o = 0; o < s.out; ++o)
      for (int64_t i = 0; i < s.in; ++i)
        dx[n * s.in + i] += dy[n * s.out + o] * w[o * s.in + i];
}

static void gradWeight(const LinearSizes &s, const float *dy, const float *x,
                       float *dw, float *db) {
  std::fill_n(dw, s.out * s.in, 0.0f);
  for (int64_t o = 0; o < s.out; ++o)
    for (int64_t n = 0; n < s.batch; ++n)
      for (int64_t i = 0; i < s.in; ++i)
        dw[o * s.in + i] += dy[n * s.out + o] * x[n * s.in + i];
  if (!db)
    return;
  std::fill_n(db, s.out, 0.0f);
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t o = 0; o < s.out; ++o)
      db[o] += dy[n * s.out + o];
}

namespace {

struct Linear final : Kernel {
  explicit Linear(const LinearSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *b = sizes.hasBias ? input(args, 2) : nullptr;
    forward(sizes, input(args, 0), input(args, 1), b,
            output(args, sizes.hasBias ? 3 : 2));
  }
  LinearSizes sizes;
};

struct LinearGradInput final : Kernel {
  explicit LinearGradInput(const LinearSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    gradInput(sizes, input(args, 0), input(args, 1), output(args, 2));
  }
  LinearSizes sizes;
};

struct LinearGradWeight final : Kernel {
  explicit LinearGradWeight(const LinearSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 2),
               sizes.hasBias ? output(args, 3) : nullptr);
  }
  LinearSizes sizes;
};

struct LinearBackward final : Kernel {
  explicit LinearBackward(const LinearSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    gradInput(sizes, input(args, 0), input(args, 2), output(args, 3));
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 4),
               sizes.hasBias ? output(args, 5) : nullptr);
  }
  LinearSizes sizes;
};

} // namespace

MadeKernel reference::makeLinear(const KernelDescription &description) {
  const std::string &op = description.op;
  if (op != "linear" && op != "linear_grad_input" &&
      op != "linear_grad_weight" && op != "linear_backward")
    return std::unique_ptr<Kernel>();
  Result<LinearSizes> sizes = linearSizes(description);
  if (!sizes)
    return sizes.error();
  if (op == "linear")
    return std::unique_ptr<Kernel>(std::make_unique<Linear>(*sizes));
  if (op == "linear_grad_input")
    return std::unique_ptr<Kernel>(std::make_unique<LinearGradInput>(*sizes));
  if (op == "linear_grad_weight")
    return std::unique_ptr<Kernel>(std::make_unique<LinearGradWeight>(*sizes));
  return std::unique_ptr<Kernel>(std::make_unique<LinearBackward>(*sizes));
}
