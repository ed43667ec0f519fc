//===- Linear.cpp - Reference kernels of dense layers ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These kernels compute y = x wᵀ + b and its gradients. The gradients' loops
// run over rows in their inner dimension, so that they vectorise without
// changing a sum's order.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

static void forward(const LinearSizes &s, const float *x, const float *w,
                    const float *b, float *y) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t o = 0; o < s.out; ++o) {
      double sum = b ? b[o] : 0.0;
      for (int64_t i = 0; i < s.in; ++i)
        sum += double(x[n * s.in + i]) * double(w[o * s.in + i]);
      y[n * s.out + o] = float(sum);
    }
}

/// Adds `factor` times a row to the row of sums.
static void addRow(double factor, const float *row, int64_t size,
                   double *sums) {
  for (int64_t i = 0; i < size; ++i)
    sums[i] += factor * double(row[i]);
}

/// Computes dx. `sums` has room for a row of it.
static void gradInput(const LinearSizes &s, const float *dy, const float *w,
                      float *dx, double *sums) {
  for (int64_t n = 0; n < s.batch; ++n) {
    std::fill_n(sums, s.in, 0.0);
    for (int64_t o = 0; o < s.out; ++o)
      addRow(dy[n * s.out + o], w + o * s.in, s.in, sums);
    std::copy_n(sums, s.in, dx + n * s.in);
  }
}

/// Computes dw, and db where there is a bias. `sums` has room for a row of dw.
static void gradWeight(const LinearSizes &s, const float *dy, const float *x,
                       float *dw, float *db, double *sums) {
  for (int64_t o = 0; o < s.out; ++o) {
    std::fill_n(sums, s.in, 0.0);
    double sum = 0;
    for (int64_t n = 0; n < s.batch; ++n) {
      addRow(dy[n * s.out + o], x + n * s.in, s.in, sums);
      sum += dy[n * s.out + o];
    }
    std::copy_n(sums, s.in, dw + o * s.in);
    if (db)
      db[o] = float(sum);
  }
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
  size_t workspaceBytes() const override { return sizes.in * sizeof(double); }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    gradInput(sizes, input(args, 0), input(args, 1), output(args, 2), sums);
  }
  LinearSizes sizes;
};

struct LinearGradWeight final : Kernel {
  explicit LinearGradWeight(const LinearSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override { return sizes.in * sizeof(double); }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 2),
               sizes.hasBias ? output(args, 3) : nullptr, sums);
  }
  LinearSizes sizes;
};

struct LinearBackward final : Kernel {
  explicit LinearBackward(const LinearSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override { return sizes.in * sizeof(double); }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    gradInput(sizes, input(args, 0), input(args, 2), output(args, 3), sums);
    gradWeight(sizes, input(args, 0), input(args, 1), output(args, 4),
               sizes.hasBias ? output(args, 5) : nullptr, sums);
  }
  LinearSizes sizes;
};

} // namespace

std::unique_ptr<Kernel> reference::make(const LinearOp &op) {
  switch (op.direction) {
  case Direction::Forward:
    return std::make_unique<Linear>(op.sizes);
  case Direction::GradInput:
    return std::make_unique<LinearGradInput>(op.sizes);
  case Direction::GradWeight:
    return std::make_unique<LinearGradWeight>(op.sizes);
  case Direction::Backward:
    break;
  }
  return std::make_unique<LinearBackward>(op.sizes);
}
