//===- Pool2d.cpp - Reference kernels of pooling --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are maximum and average pooling and their gradients. A window's
// gradient goes to its first maximum in row-major order; a NaN counts as the
// maximum, so that it reaches the loss. What windows meet in the padding is
// left out. Gradients of windows that overlap are summed up in f64, an image at
// a time.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <algorithm>
#include <cmath>

using namespace layerpipe;
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

/// Calls `visit(first)` for each row of the image that row `y` of windows has
/// taps in; the image's row begins at index `first`.
template <typename Visit>
static void forEachRow(const PoolSizes &s, int64_t y, Visit visit) {
  const base::WindowRange taps = s.window.h.tapsInside(y, s.height);
  for (int64_t ky = taps.begin; ky < taps.end; ++ky)
    visit(s.window.h.under(y, ky) * s.width);
}

/// Calls `visit(o, index)` for each window of row `y` and each element that it
/// sees, by the index in the image. Each window's elements come in row-major
/// order.
template <typename Visit>
static void forEachElement(const PoolSizes &s, int64_t y, Visit visit) {
  const base::WindowAxis &columns = s.window.w;
  const int64_t ow = s.outWidth();
  forEachRow(s, y, [&](int64_t first) {
    for (int64_t kx = 0; kx < columns.kernel; ++kx) {
      const base::WindowRange windows = columns.windowsInside(kx, s.width, ow);
      for (int64_t o = windows.begin; o < windows.end; ++o)
        visit(o, first + columns.under(o, kx));
    }
  });
}

/// Finds the maxima of row `y` of windows and their indices in the image, the
/// first of equals or of NaN. The windows' elements are visited together.
static void maximaOfRow(const PoolSizes &s, int64_t y, const float *x,
                        float *best, int64_t *where) {
  std::fill_n(where, s.outWidth(), -1);
  forEachElement(s, y, [&](int64_t o, int64_t at) {
    const float value = x[at];
    if (where[o] < 0 || value > best[o] ||
        (std::isnan(value) && !std::isnan(best[o]))) {
      best[o] = value;
      where[o] = at;
    }
  });
}

/// Writes by which numbers the sums of row `y` of windows are divided.
static void countsOfRow(const PoolSizes &s, int64_t y, double *counts) {
  const int64_t rows = s.window.h.countTaps(y, s.height, s.countPadding);
  for (int64_t o = 0; o < s.outWidth(); ++o)
    counts[o] = double(rows * s.window.w.countTaps(o, s.width, s.countPadding));
}

static void average(const PoolSizes &s, const float *x, float *y, double *sums,
                    double *counts) {
  const int64_t ow = s.outWidth();
  for (int64_t row = 0; row < s.outHeight(); ++row) {
    std::fill_n(sums, ow, 0.0);
    countsOfRow(s, row, counts);
    forEachElement(s, row,
                   [&](int64_t o, int64_t at) { sums[o] += double(x[at]); });
    for (int64_t o = 0; o < ow; ++o)
      y[row * ow + o] = float(sums[o] / counts[o]);
  }
}

/// Adds to `sums` what each element of the image gets of dy.
static void spreadAverages(const PoolSizes &s, const float *dy, double *sums,
                           double *counts) {
  const base::WindowAxis &columns = s.window.w;
  for (int64_t row = 0; row < s.outHeight(); ++row) {
    const float *gradients = dy + row * s.outWidth();
    countsOfRow(s, row, counts);
    // Each element gets its shares in the order of the windows.
    forEachRow(s, row, [&](int64_t first) {
      for (int64_t o = 0; o < s.outWidth(); ++o) {
        const base::WindowRange taps = columns.tapsInside(o, s.width);
        for (int64_t kx = taps.begin; kx < taps.end; ++kx)
          sums[first + columns.under(o, kx)] +=
              double(gradients[o]) / counts[o];
      }
    });
  }
}

static void spreadMaxima(const PoolSizes &s, const float *dy, const float *x,
                         double *sums, float *best, int64_t *where) {
  for (int64_t row = 0; row < s.outHeight(); ++row) {
    maximaOfRow(s, row, x, best, where);
    for (int64_t o = 0; o < s.outWidth(); ++o)
      sums[where[o]] += double(dy[row * s.outWidth() + o]);
  }
}

namespace {

/// The workspace holds an image's sums under way, or those of a row of windows,
/// and numbers, indices and values of such a row.
struct Room {
  Room(const PoolSizes &s, void *workspace)
      : sums(static_cast<double *>(workspace)), row(sums + sumsOf(s)),
        where(reinterpret_cast<int64_t *>(row + s.outWidth())),
        best(reinterpret_cast<float *>(where + s.outWidth())) {}
  static size_t bytes(const PoolSizes &s) {
    return size_t(sumsOf(s)) * sizeof(double) +
           size_t(s.outWidth()) *
               (sizeof(double) + sizeof(int64_t) + sizeof(float));
  }

  static int64_t sumsOf(const PoolSizes &s) {
    return std::max(imageSize(s), s.outWidth());
  }

  double *sums, *row;
  int64_t *where;
  float *best;
};

class Pool2d final : public Kernel {
public:
  explicit Pool2d(const PoolOp &op) : op(op), s(op.sizes) {}
  size_t workspaceBytes() const override { return Room::bytes(s); }
  void execute(void *const *args, void *workspace) noexcept override {
    const Room room(s, workspace);
    forEachImage(s, [&](int64_t image) {
      if (op.gradient)
        gradient(args, image, room);
      else
        forward(args, image, room);
    });
  }

private:
  void forward(void *const *args, int64_t image, const Room &room) const {
    const float *x = input(args, 0) + image * imageSize(s);
    float *y = output(args, 1) + image * outputSize(s);
    if (!op.maximum)
      return average(s, x, y, room.sums, room.row);
    for (int64_t row = 0; row < s.outHeight(); ++row)
      maximaOfRow(s, row, x, y + row * s.outWidth(), room.where);
  }

  void gradient(void *const *args, int64_t image, const Room &room) const {
    const float *dy = input(args, 0) + image * outputSize(s);
    std::fill_n(room.sums, imageSize(s), 0.0);
    if (op.maximum)
      spreadMaxima(s, dy, input(args, 1) + image * imageSize(s), room.sums,
                   room.best, room.where);
    else
      spreadAverages(s, dy, room.sums, room.row);
    std::copy_n(room.sums, imageSize(s),
                output(args, op.maximum ? 2 : 1) + image * imageSize(s));
  }

  PoolOp op;
  PoolSizes s;
};

} // namespace

std::unique_ptr<Kernel> reference::make(const PoolOp &op) {
  return std::make_unique<Pool2d>(op);
}
