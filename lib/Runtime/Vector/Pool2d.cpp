//===- Pool2d.cpp - Pooling in vector loops -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values are those of the reference kernels: a window's gradient goes to
// its first maximum in row-major order, a NaN counts as the maximum, and
// averages and sums of gradients are made in f64. A row of windows is visited
// together. The loops here are for common windows without padding; AnyPool2d.h
// has those for any other.
//
//===----------------------------------------------------------------------===//

#include "../Clones.h"
#include "AnyPool2d.h"
#include "Candidates.h"

#include <algorithm>
#include <type_traits>

using namespace layerpipe;
using namespace layerpipe::runtime;
using namespace layerpipe::runtime::vector;

static int64_t imageSize(const PoolSizes &s) { return s.height * s.width; }
static int64_t outputSize(const PoolSizes &s) {
  return s.outHeight() * s.outWidth();
}
static int64_t imagesOf(const PoolSizes &s) { return s.batch * s.channels; }

/// Returns whether the windows are of `kernel` x `kernel` elements, and nothing
/// else is special.
static bool isSquare(const PoolSizes &s, int64_t kernel, int64_t stride) {
  const base::WindowAxis axis{.kernel = kernel, .stride = stride};
  return s.window == base::Window2d{axis, axis};
}

/// Returns whether the windows are common ones.
static bool isCommon(const PoolSizes &s) {
  return isSquare(s, 2, 2) || isSquare(s, 3, 2);
}

/// Calls `loops(kernel, stride)` with the constants of common windows. They let
/// the compiler unroll and shuffle.
template <typename Loops>
LAYERPIPE_INLINE static void forWindow(const PoolSizes &s, Loops loops) {
  using Two = std::integral_constant<int64_t, 2>;
  using Three = std::integral_constant<int64_t, 3>;
  if (s.window.h.kernel == 2)
    loops(Two(), Two());
  else
    loops(Three(), Two());
}

/// Returns whether windows overlap.
static bool overlap(const PoolSizes &s) {
  return s.window.h.stride < s.window.h.kernel;
}

/// Computes the maxima of a row of windows that starts at `x`.
template <typename Size, typename Stride>
LAYERPIPE_INLINE static void
maximaOfRow(const PoolSizes &s, Size kernel, Stride stride,
            const float *__restrict x, float *__restrict best) {
  const int64_t ow = s.outWidth();
  for (int64_t o = 0; o < ow; ++o) {
    float most = x[o * stride];
    for (int64_t ky = 0; ky < kernel; ++ky)
      for (int64_t kx = 0; kx < kernel; ++kx) {
        float value = x[o * stride + ky * s.width + kx];
        // A NaN is not equal to itself.
        most = value > most || value != value ? value : most;
      }
    best[o] = most;
  }
}

/// Finds where each maximum is, counted from its window's first element: the
/// first of equals, or of NaN.
template <typename Size, typename Stride>
LAYERPIPE_INLINE static void
findMaxima(const PoolSizes &s, Size kernel, Stride stride,
           const float *__restrict x, const float *__restrict best,
           int32_t *__restrict where) {
  const int64_t ow = s.outWidth();
  for (int64_t o = 0; o < ow; ++o) {
    int32_t first = 0;
    for (int64_t ky = kernel - 1; ky >= 0; --ky)
      for (int64_t kx = kernel - 1; kx >= 0; --kx) {
        float value = x[o * stride + ky * s.width + kx];
        bool found = value == best[o] || value != value;
        first = found ? int32_t(ky * s.width + kx) : first;
      }
    where[o] = first;
  }
}

LAYERPIPE_CLONES
static void maxPool(const PoolSizes &s, const float *x, float *y) {
  forWindow(s, [&](auto kernel, auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image)
      for (int64_t row = 0; row < s.outHeight(); ++row)
        maximaOfRow(s, kernel, stride,
                    x + image * imageSize(s) + row * stride * s.width,
                    y + image * outputSize(s) + row * s.outWidth());
  });
}

/// Spreads the gradients of one image's maxima. Where windows overlap, `Sum` is
/// double and holds the image's sums.
template <typename Sum, typename Size, typename Stride>
LAYERPIPE_INLINE static void
spreadMaxima(const PoolSizes &s, Size kernel, Stride stride, const float *dy,
             const float *x, float *best, int32_t *where, Sum *sums) {
  std::fill_n(sums, imageSize(s), Sum(0));
  for (int64_t row = 0; row < s.outHeight(); ++row) {
    const int64_t start = row * stride * s.width;
    maximaOfRow(s, kernel, stride, x + start, best);
    findMaxima(s, kernel, stride, x + start, best, where);
    for (int64_t o = 0; o < s.outWidth(); ++o)
      sums[start + o * stride + where[o]] += Sum(dy[row * s.outWidth() + o]);
  }
}

/// `best` and `where` hold a row of maxima and their places.
LAYERPIPE_CLONES
static void maxPoolGrad(const PoolSizes &s, const float *dy, const float *x,
                        float *dx, double *sums, float *best, int32_t *where) {
  forWindow(s, [&](auto kernel, auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image) {
      const float *gradients = dy + image * outputSize(s);
      const float *values = x + image * imageSize(s);
      float *result = dx + image * imageSize(s);
      if (!overlap(s)) {
        spreadMaxima(s, kernel, stride, gradients, values, best, where, result);
        continue;
      }
      spreadMaxima(s, kernel, stride, gradients, values, best, where, sums);
      std::copy_n(sums, imageSize(s), result);
    }
  });
}

/// Sums up a row of windows in f64, each in row-major order.
LAYERPIPE_CLONES
static void avgPool(const PoolSizes &s, const float *x, float *y,
                    double *__restrict sums) {
  const int64_t ow = s.outWidth();
  const auto area = double(s.window.taps());
  forWindow(s, [&](auto kernel, auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image)
      for (int64_t row = 0; row < s.outHeight(); ++row) {
        const float *first = x + image * imageSize(s) + row * stride * s.width;
        std::fill_n(sums, ow, 0.0);
        for (int64_t ky = 0; ky < kernel; ++ky)
          for (int64_t kx = 0; kx < kernel; ++kx)
            for (int64_t o = 0; o < ow; ++o)
              sums[o] += double(first[o * stride + ky * s.width + kx]);
        for (int64_t o = 0; o < ow; ++o)
          y[image * outputSize(s) + row * ow + o] = float(sums[o] / area);
      }
  });
}

/// Gives each element of one image's windows its share. Where windows overlap,
/// `Sum` is double and holds the image's sums.
template <typename Sum, typename Size, typename Stride>
LAYERPIPE_INLINE static void
spreadShares(const PoolSizes &s, Size kernel, Stride stride,
             const float *__restrict dy, Sum *__restrict sums) {
  const int64_t ow = s.outWidth();
  const auto area = double(s.window.taps());
  std::fill_n(sums, imageSize(s), Sum(0));
  for (int64_t row = 0; row < s.outHeight(); ++row)
    for (int64_t ky = 0; ky < kernel; ++ky) {
      Sum *first = sums + (row * stride + ky) * s.width;
      for (int64_t kx = 0; kx < kernel; ++kx)
        for (int64_t o = 0; o < ow; ++o)
          first[o * stride + kx] += Sum(double(dy[row * ow + o]) / area);
    }
}

LAYERPIPE_CLONES
static void avgPoolGrad(const PoolSizes &s, const float *dy, float *dx,
                        double *sums) {
  forWindow(s, [&](auto kernel, auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image) {
      const float *gradients = dy + image * outputSize(s);
      float *result = dx + image * imageSize(s);
      if (!overlap(s)) {
        spreadShares(s, kernel, stride, gradients, result);
        continue;
      }
      spreadShares(s, kernel, stride, gradients, sums);
      std::copy_n(sums, imageSize(s), result);
    }
  });
}

namespace {

class Pool2d final : public Kernel {
public:
  explicit Pool2d(const PoolOp &op) : op(op), s(op.sizes) {}

  size_t workspaceBytes() const override {
    size_t sums = size_t(op.gradient ? imageSize(s) : s.outWidth());
    return sums * sizeof(double) +
           size_t(s.outWidth()) * (sizeof(float) + sizeof(int32_t));
  }

  void execute(void *const *args, void *workspace) noexcept override {
    auto *sums = static_cast<double *>(workspace);
    if (op.maximum && op.gradient) {
      auto *best = reinterpret_cast<float *>(sums + imageSize(s));
      auto *where = reinterpret_cast<int32_t *>(best + s.outWidth());
      maxPoolGrad(s, input(args, 0), input(args, 1), output(args, 2), sums,
                  best, where);
    } else if (op.maximum)
      maxPool(s, input(args, 0), output(args, 1));
    else if (op.gradient)
      avgPoolGrad(s, input(args, 0), output(args, 1), sums);
    else
      avgPool(s, input(args, 0), output(args, 1), sums);
  }

private:
  PoolOp op;
  PoolSizes s;
};

} // namespace

std::unique_ptr<Kernel> layerpipe::runtime::vector::make(const PoolOp &op) {
  if (!isCommon(op.sizes))
    return makeAnyPool2d(op);
  return std::make_unique<Pool2d>(op);
}
