//===- AnyPool2d.cpp - Pooling with any window in vector loops ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values are those of the reference kernels. A row of windows is visited
// tap by tap; those windows whose tap lies in the padding are left out.
//
//===----------------------------------------------------------------------===//

#include "AnyPool2d.h"
#include "../Clones.h"
#include "Candidates.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

using namespace layerpipe;
using namespace layerpipe::runtime;
using namespace layerpipe::runtime::vector;
using base::WindowAxis;
using base::WindowRange;

static int64_t imageSize(const PoolSizes &s) { return s.height * s.width; }
static int64_t outputSize(const PoolSizes &s) {
  return s.outHeight() * s.outWidth();
}
static int64_t imagesOf(const PoolSizes &s) { return s.batch * s.channels; }

/// Calls `loops(stride)` with the stride of columns, as a constant where it is
/// a common one.
template <typename Loops>
LAYERPIPE_INLINE static void forStride(const PoolSizes &s, Loops loops) {
  if (s.window.w.stride == 1)
    loops(std::integral_constant<int64_t, 1>());
  else if (s.window.w.stride == 2)
    loops(std::integral_constant<int64_t, 2>());
  else
    loops(s.window.w.stride);
}

/// Calls `visit(windows, at)` for each tap of a row of windows: those windows
/// have it in the image, and that of window 0 would have the index `at` there.
/// The taps come in row-major order, or backwards.
template <bool Backwards, typename Visit>
LAYERPIPE_INLINE static void forEachTap(const PoolSizes &s, int64_t row,
                                        Visit visit) {
  const WindowAxis &rows = s.window.h, &columns = s.window.w;
  const int64_t ow = s.outWidth();
  const WindowRange taps = rows.tapsInside(row, s.height);
  for (int64_t i = 0; i < taps.size(); ++i)
    for (int64_t j = 0; j < columns.kernel; ++j) {
      const int64_t ky = Backwards ? taps.end - 1 - i : taps.begin + i;
      const int64_t kx = Backwards ? columns.kernel - 1 - j : j;
      visit(columns.windowsInside(kx, s.width, ow),
            rows.under(row, ky) * s.width + columns.under(0, kx));
    }
}

/// Computes the maxima of a row of windows.
template <typename Stride>
LAYERPIPE_INLINE static void maximaOfRow(const PoolSizes &s, Stride stride,
                                         int64_t row, const float *__restrict x,
                                         float *__restrict best) {
  std::fill_n(best, s.outWidth(), -INFINITY);
  forEachTap<false>(
      s, row, [&](WindowRange windows, int64_t at) LAYERPIPE_INLINE_LAMBDA {
        for (int64_t o = windows.begin; o < windows.end; ++o) {
          const float value = x[at + o * stride];
          // A NaN is not equal to itself.
          best[o] = value > best[o] || value != value ? value : best[o];
        }
      });
}

/// Finds the index of each maximum, the first of equals, or of NaN. The walk
/// goes backwards, so that the first one is what stays.
template <typename Stride>
LAYERPIPE_INLINE static void findMaxima(const PoolSizes &s, Stride stride,
                                        int64_t row, const float *__restrict x,
                                        const float *__restrict best,
                                        int64_t *__restrict where) {
  forEachTap<true>(
      s, row, [&](WindowRange windows, int64_t at) LAYERPIPE_INLINE_LAMBDA {
        for (int64_t o = windows.begin; o < windows.end; ++o) {
          const int64_t index = at + o * stride;
          const float value = x[index];
          const bool found = value == best[o] || value != value;
          where[o] = found ? index : where[o];
        }
      });
}

namespace {

/// The workspace holds an image's sums, or those of a row of windows, and
/// numbers of such a row.
struct Room {
  Room(const PoolSizes &s, void *workspace)
      : sums(static_cast<double *>(workspace)),
        counts(sums + std::max(imageSize(s), s.outWidth())),
        shares(counts + s.outWidth()),
        where(reinterpret_cast<int64_t *>(shares + s.outWidth())),
        best(reinterpret_cast<float *>(where + s.outWidth())) {}
  static size_t bytes(const PoolSizes &s) {
    return size_t(std::max(imageSize(s), s.outWidth())) * sizeof(double) +
           size_t(s.outWidth()) *
               (2 * sizeof(double) + sizeof(int64_t) + sizeof(float));
  }

  double *sums;
  double *counts; ///< Of the columns of a window that an average counts.
  double *shares;
  int64_t *where;
  float *best;
};

} // namespace

LAYERPIPE_CLONES
static void maxPool(const PoolSizes &s, const float *x, float *y) {
  forStride(s, [&](auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image)
      for (int64_t row = 0; row < s.outHeight(); ++row)
        maximaOfRow(s, stride, row, x + image * imageSize(s),
                    y + image * outputSize(s) + row * s.outWidth());
  });
}

LAYERPIPE_CLONES
static void maxPoolGrad(const PoolSizes &s, const float *dy, const float *x,
                        float *dx, const Room &room) {
  forStride(s, [&](auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image) {
      const float *values = x + image * imageSize(s);
      std::fill_n(room.sums, imageSize(s), 0.0);
      for (int64_t row = 0; row < s.outHeight(); ++row) {
        maximaOfRow(s, stride, row, values, room.best);
        findMaxima(s, stride, row, values, room.best, room.where);
        for (int64_t o = 0; o < s.outWidth(); ++o)
          room.sums[room.where[o]] += double(*dy++);
      }
      std::copy_n(room.sums, imageSize(s), dx + image * imageSize(s));
    }
  });
}

/// Counts how many columns of each window an average counts.
static void countColumns(const PoolSizes &s, double *counts) {
  for (int64_t o = 0; o < s.outWidth(); ++o)
    counts[o] = double(s.window.w.countTaps(o, s.width, s.countPadding));
}
static double countRows(const PoolSizes &s, int64_t row) {
  return double(s.window.h.countTaps(row, s.height, s.countPadding));
}

LAYERPIPE_CLONES
static void avgPool(const PoolSizes &s, const float *x, float *y,
                    const Room &room) {
  double *__restrict sums = room.sums;
  forStride(s, [&](auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image)
      for (int64_t row = 0; row < s.outHeight(); ++row) {
        const float *values = x + image * imageSize(s);
        std::fill_n(sums, s.outWidth(), 0.0);
        forEachTap<false>(
            s, row,
            [&](WindowRange windows, int64_t at) LAYERPIPE_INLINE_LAMBDA {
              for (int64_t o = windows.begin; o < windows.end; ++o)
                sums[o] += double(values[at + o * stride]);
            });
        const double rows = countRows(s, row);
        for (int64_t o = 0; o < s.outWidth(); ++o)
          *y++ = float(sums[o] / (rows * room.counts[o]));
      }
  });
}

LAYERPIPE_CLONES
static void avgPoolGrad(const PoolSizes &s, const float *dy, float *dx,
                        const Room &room) {
  double *__restrict sums = room.sums;
  const double *__restrict shares = room.shares;
  forStride(s, [&](auto stride) LAYERPIPE_INLINE_LAMBDA {
    for (int64_t image = 0; image < imagesOf(s); ++image) {
      std::fill_n(sums, imageSize(s), 0.0);
      for (int64_t row = 0; row < s.outHeight(); ++row) {
        const double rows = countRows(s, row);
        for (int64_t o = 0; o < s.outWidth(); ++o)
          room.shares[o] = double(*dy++) / (rows * room.counts[o]);
        // Each element gets its shares in the order of the windows.
        forEachTap<true>(
            s, row,
            [&](WindowRange windows, int64_t at) LAYERPIPE_INLINE_LAMBDA {
              for (int64_t o = windows.begin; o < windows.end; ++o)
                sums[at + o * stride] += shares[o];
            });
      }
      std::copy_n(sums, imageSize(s), dx + image * imageSize(s));
    }
  });
}

namespace {

class AnyPool2d final : public Kernel {
public:
  explicit AnyPool2d(const PoolOp &op) : op(op), s(op.sizes) {}

  size_t workspaceBytes() const override { return Room::bytes(s); }

  void execute(void *const *args, void *workspace) noexcept override {
    const Room room(s, workspace);
    if (!op.maximum)
      countColumns(s, room.counts);
    if (op.maximum && op.gradient)
      maxPoolGrad(s, input(args, 0), input(args, 1), output(args, 2), room);
    else if (op.maximum)
      maxPool(s, input(args, 0), output(args, 1));
    else if (op.gradient)
      avgPoolGrad(s, input(args, 0), output(args, 1), room);
    else
      avgPool(s, input(args, 0), output(args, 1), room);
  }

private:
  PoolOp op;
  PoolSizes s;
};

} // namespace

std::unique_ptr<Kernel>
layerpipe::runtime::vector::makeAnyPool2d(const PoolOp &op) {
  return std::make_unique<AnyPool2d>(op);
}
