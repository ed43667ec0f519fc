//===- Pool2d.cpp - Reference kernels of pooling --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Maximum and average pooling without padding, and their gradients. A window's
// gradient goes to its first maximum in row-major order; a NaN counts as the
// maximum, so that it reaches the loss.
//
//===----------------------------------------------------------------------===//

#include "../KernelSizes.h"
#include "Kernels.h"

#include <algorithm>
#include <cmath>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

/// Calls `visit(first, out)` for each window: the index of its first element
/// and of its output.
template <typename Visit>
static void forEachWindow(const PoolSizes &s, Visit visit) {
  const int64_t oh = s.outHeight(), ow = s.outWidth();
  for (int64_t i = 0; i < s.batch * s.channels; ++i)
    for (int64_t y = 0; y < oh; ++y)
      for (int64_t x = 0; x < ow; ++x)
        visit(i * s.height * s.width + y * s.stride * s.width + x * s.stride,
              (i * oh + y) * ow + x);
}

static int64_t maximumOf(const PoolSizes &s, const float *x, int64_t first) {
  int64_t best = first;
  for (int64_t ky = 0; ky < s.kernel; ++ky)
    for (int64_t kx = 0; kx < s.kernel; ++kx) {
      int64_t at = first + ky * s.width + kx;
      if (!std::isnan(x[best]) && !(x[at] <= x[best]))
        best = at;
    }
  return best;
}

namespace {

struct MaxPool2d final : Kernel {
  explicit MaxPool2d(const PoolSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *x = input(args, 0);
    float *y = output(args, 1);
    forEachWindow(sizes, [&](int64_t first, int64_t out) {
      y[out] = x[maximumOf(sizes, x, first)];
    });
  }
  PoolSizes sizes;
};

struct MaxPool2dGrad final : Kernel {
  explicit MaxPool2dGrad(const PoolSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *dy = input(args, 0), *x = input(args, 1);
    float *dx = output(args, 2);
    std::fill_n(dx, sizes.batch * sizes.channels * sizes.height * sizes.width,
                0.0f);
    forEachWindow(sizes, [&](int64_t first, int64_t out) {
      dx[maximumOf(sizes, x, first)] += dy[out];
    });
  }
  PoolSizes sizes;
};

struct AvgPool2d final : Kernel {
  explicit AvgPool2d(const PoolSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *x = input(args, 0);
    float *y = output(args, 1);
    const float area = float(sizes.kernel * sizes.kernel);
    forEachWindow(sizes, [&](int64_t first, int64_t out) {
      float sum = 0;
      for (int64_t ky = 0; ky < sizes.kernel; ++ky)
        for (int64_t kx = 0; kx < sizes.kernel; ++kx)
          sum += x[first + ky * sizes.width + kx];
      y[out] = sum / area;
    });
  }
  PoolSizes sizes;
};

struct AvgPool2dGrad final : Kernel {
  explicit AvgPool2dGrad(const PoolSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *dy = input(args, 0);
    float *dx = output(args, 1);
    const float area = float(sizes.kernel * sizes.kernel);
    std::fill_n(dx, sizes.batch * sizes.channels * sizes.height * sizes.width,
                0.0f);
    forEachWindow(sizes, [&](int64_t first, int64_t out) {
      for (int64_t ky = 0; ky < sizes.kernel; ++ky)
        for (int64_t kx = 0; kx < sizes.kernel; ++kx)
          dx[first + ky * sizes.width + kx] += dy[out] / area;
    });
  }
  PoolSizes sizes;
};

} // namespace

MadeKernel reference::makePool2d(const KernelDescription &description) {
  const std::string &op = description.op;
  if (op != "max_pool2d" && op != "max_pool2d_grad" && op != "avg_pool2d" &&
      op != "avg_pool2d_grad")
    return std::unique_ptr<Kernel>();
  Result<PoolSizes> sizes = poolSizes(description);
  if (!sizes)
    return sizes.error();
  if (op == "max_pool2d")
    return std::unique_ptr<Kernel>(std::make_unique<MaxPool2d>(*sizes));
  if (op == "max_pool2d_grad")
    return std::unique_ptr<Kernel>(std::make_unique<MaxPool2dGrad>(*sizes));
  if (op == "avg_pool2d")
    return std::unique_ptr<Kernel>(std::make_unique<AvgPool2d>(*sizes));
  return std::unique_ptr<Kernel>(std::make_unique<AvgPool2dGrad>(*sizes));
}
