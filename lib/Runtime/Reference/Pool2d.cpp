//===- Pool2d.cpp - Reference kernels of pooling --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are maximum and average pooling without padding, and their gradients. A
// window's gradient goes to its first maximum in row-major order; a NaN counts
// as the maximum, so that it reaches the loss. Gradients of windows that
// overlap are summed up in f64, an image at a time.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <algorithm>
#include <cmath>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::reference;

/// Calls `visit(image)` for each channel of each sample.
template <typename Visit>
static void forEachImage(const PoolSizes &s, Visit visit) {
  for (int64_t image = 0; image < s.batch * s.channels; ++image)
    visit(image);
}

static int64_t imageSize(const PoolSizes &s) { return s.height * s.width; }
static int64_t outputSize(const PoolSizes &s) {
  return s.outHeight() * s.outWidth();
}

/// Returns the number of a window's elements.
static double areaOf(const PoolSizes &s) { return double(s.kernel * s.kernel); }

/// Calls `visit(first, out)` for each row of an image's windows, with the
/// indices in the image of its first window's first element and output.
template <typename Visit>
static void forEachRow(const PoolSizes &s, Visit visit) {
  for (int64_t y = 0; y < s.outHeight(); ++y)
    visit(y * s.stride * s.width, y * s.outWidth());
}

/// Calls `visit(first, out)` for each window of an image.
template <typename Visit>
static void forEachWindow(const PoolSizes &s, Visit visit) {
  forEachRow(s, [&](int64_t first, int64_t out) {
    for (int64_t x = 0; x < s.outWidth(); ++x)
      visit(first + x * s.stride, out + x);
  });
}

/// Computes the maxima of a row of windows that starts at `x`. The windows'
/// elements are visited together, without a branch that random data makes
/// unpredictable.
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

/// Finds the index of each maximum, counted from `x`, the first of equals. The
/// walk goes backwards, so that the first one is what stays.
static void indicesOfMaxima(const PoolSizes &s, const float *x,
                            const float *best, int32_t *where) {
  const int64_t ow = s.outWidth();
  std::fill_n(where, ow, 0);
  for (int64_t ky = s.kernel - 1; ky >= 0; --ky)
    for (int64_t kx = s.kernel - 1; kx >= 0; --kx)
      for (int64_t o = 0; o < ow; ++o) {
        auto at = int32_t(o * s.stride + ky * s.width + kx);
        bool found = x[at] == best[o] || std::isnan(x[at]);
        // This selects without a branch.
        where[o] += -int32_t(found) & (at - where[o]);
      }
}

namespace {

struct MaxPool2d final : Kernel {
  explicit MaxPool2d(const PoolSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    forEachImage(sizes, [&](int64_t image) {
      const float *x = input(args, 0) + image * imageSize(sizes);
      float *y = output(args, 1) + image * outputSize(sizes);
      forEachRow(sizes, [&](int64_t first, int64_t out) {
        maximaOfRow(sizes, x + first, y + out);
      });
    });
  }
  PoolSizes sizes;
};

struct MaxPool2dGrad final : Kernel {
  explicit MaxPool2dGrad(const PoolSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override {
    return imageSize(sizes) * sizeof(double) +
           sizes.outWidth() * (sizeof(float) + sizeof(int32_t));
  }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    auto *best = reinterpret_cast<float *>(sums + imageSize(sizes));
    auto *where = reinterpret_cast<int32_t *>(best + sizes.outWidth());
    forEachImage(sizes, [&](int64_t image) {
      const float *dy = input(args, 0) + image * outputSize(sizes);
      const float *x = input(args, 1) + image * imageSize(sizes);
      std::fill_n(sums, imageSize(sizes), 0.0);
      forEachRow(sizes, [&](int64_t first, int64_t out) {
        maximaOfRow(sizes, x + first, best);
        indicesOfMaxima(sizes, x + first, best, where);
        for (int64_t o = 0; o < sizes.outWidth(); ++o)
          sums[first + where[o]] += dy[out + o];
      });
      std::copy_n(sums, imageSize(sizes),
                  output(args, 2) + image * imageSize(sizes));
    });
  }
  PoolSizes sizes;
};

struct AvgPool2d final : Kernel {
  explicit AvgPool2d(const PoolSizes &sizes) : sizes(sizes) {}
  void execute(void *const *args, void *) noexcept override {
    forEachImage(sizes, [&](int64_t image) {
      const float *x = input(args, 0) + image * imageSize(sizes);
      float *y = output(args, 1) + image * outputSize(sizes);
      forEachWindow(sizes, [&](int64_t first, int64_t out) {
        double sum = 0;
        for (int64_t ky = 0; ky < sizes.kernel; ++ky)
          for (int64_t kx = 0; kx < sizes.kernel; ++kx)
            sum += x[first + ky * sizes.width + kx];
        y[out] = float(sum / areaOf(sizes));
      });
    });
  }
  PoolSizes sizes;
};

struct AvgPool2dGrad final : Kernel {
  explicit AvgPool2dGrad(const PoolSizes &sizes) : sizes(sizes) {}
  size_t workspaceBytes() const override {
    return imageSize(sizes) * sizeof(double);
  }
  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    forEachImage(sizes, [&](int64_t image) {
      const float *dy = input(args, 0) + image * outputSize(sizes);
      std::fill_n(sums, imageSize(sizes), 0.0);
      forEachWindow(sizes, [&](int64_t first, int64_t out) {
        for (int64_t ky = 0; ky < sizes.kernel; ++ky)
          for (int64_t kx = 0; kx < sizes.kernel; ++kx)
            sums[first + ky * sizes.width + kx] += dy[out] / areaOf(sizes);
      });
      std::copy_n(sums, imageSize(sizes),
                  output(args, 1) + image * imageSize(sizes));
    });
  }
  PoolSizes sizes;
};

} // namespace

std::unique_ptr<Kernel> reference::make(const PoolOp &op) {
  if (op.maximum && op.gradient)
    return std::make_unique<MaxPool2dGrad>(op.sizes);
  if (op.maximum)
    return std::make_unique<MaxPool2d>(op.sizes);
  if (op.gradient)
    return std::make_unique<AvgPool2dGrad>(op.sizes);
  return std::make_unique<AvgPool2d>(op.sizes);
}
