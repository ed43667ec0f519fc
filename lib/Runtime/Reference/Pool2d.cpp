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
        visit((i * s.height + y * s.stride) * s.width + x * s.stride,
              (i * oh + y) * ow + x);
}

/// Calls `visit(first, out)` for each row of windows, with the indices of its
/// first window.
template <typename Visit>
static void forEachRow(const PoolSizes &s, Visit visit) {
  const int64_t oh = s.outHeight(), ow = s.outWidth();
  for (int64_t i = 0; i < s.batch * s.channels; ++i)
    for (int64_t y = 0; y < oh; ++y)
      visit((i * s.height + y * s.stride) * s.width, (i * oh + y) * ow);
}

/// Maxima of a row of windows that starts at `x`. The windows' elements are
/// visited together, without a branch that random data makes unpredictable.
static void maximaOfRow(const PoolSizes &s, const float *x, float *best) {
  const int64_t ow = s.outWidth();
  for (int64_t o = 0; o < ow; ++o)
    best[o] = x[o * s.stride];
  for (int64_t ky = 0; ky < s.kernel; ++ky)
    for (int64_t kx = 0; kx < s.kernel; ++kx)
      for (int64_t o = 0; o < ow; ++o) {
        float value = x[o * s.stride + ky * s.width + kx];
        best[o] = value > best[o] || std::isnan(value) ? value : best[o];
      }
}

/// The index from `x` of each maximum, the first of equals: going backwards,
/// the first one is what stays.
static void indicesOfMaxima(const PoolSizes &s, const float *x,
                            const float *best, int32_t *where) {
  const int64_t ow = s.outWidth();
  std::fill_n(where, ow, 0);
  for (int64_t ky = s.kernel - 1; ky >= 0; --ky)
    for (int64_t kx = s.kernel - 1; kx >= 0; --kx)
      for (int64_t o = 0; o < ow; ++o) {
        auto at = int32_t(o * s.stride + ky * s.width + kx);
        bool found = x[at] == best[o] || std::isnan(x[at]);
        where[o] += -int32_t(found) & (at - where[o]); // A select, no branch.
      }
}

namespace {

struct MaxPool2d final : Kernel {
  explicit MaxPool2d(const PoolSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    const float *x = input(args, 0);
    float *y = output(args, 1);
    forEachRow(sizes, [&](int64_t first, int64_t out) {
      maximaOfRow(sizes, x + first, y + out);
    });
  }
  PoolSizes sizes;
};

struct MaxPool2dGrad final : Kernel {
  explicit MaxPool2dGrad(const PoolSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override {
    return sizes.outWidth() * (sizeof(float) + sizeof(int32_t));
  }
  void execute(void *const *args, void *workspace) noexcept override {
    const float *dy = input(args, 0), *x = input(args, 1);
    float *dx = output(args, 2);
    auto *best = static_cast<float *>(workspace);
    auto *where = reinterpret_cast<int32_t *>(best + sizes.outWidth());
    std::fill_n(dx, sizes.batch * sizes.channels * sizes.height * sizes.width,
                0.0f);
    forEachRow(sizes, [&](int64_t first, int64_t out) {
      maximaOfRow(sizes, x + first, best);
      indicesOfMaxima(sizes, x + first, best, where);
      for (int64_t o = 0; o < sizes.outWidth(); ++o)
        dx[first + where[o]] += dy[out + o];
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
