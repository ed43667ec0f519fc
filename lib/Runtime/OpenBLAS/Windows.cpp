//===- Windows.cpp - A convolution as a product of matrices ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file copies images into matrices of windows and back.
//
//===----------------------------------------------------------------------===//

#include "Windows.h"

#include <algorithm>

using namespace layerpipe;
using namespace layerpipe::runtime;
using namespace layerpipe::runtime::openblas;

/// A tile's matrix takes half a megabyte, which the second cache of most CPUs
/// holds, if it has at least so many columns.
static constexpr int64_t tileElements = int64_t(1) << 17;
static constexpr int64_t fewestColumns = 128, mostColumns = 4096;

Windows::Windows(const ConvSizes &sizes) : s(sizes) {
  int64_t columns =
      std::clamp(tileElements / height(), fewestColumns, mostColumns);
  int64_t positions = s.outHeight() * s.outWidth();
  if (2 * positions > columns)
    rows = std::clamp<int64_t>(columns / s.outWidth(), 1, s.outHeight());
  else {
    rows = s.outHeight();
    images = std::clamp<int64_t>(columns / positions, 1, s.batch);
  }
}

namespace {

/// This is a row of outputs as one tap sees the input: those of `seen` see
/// elements, the others see padding.
struct TapRow {
  int64_t image; ///< It begins the row in x, or is -1 for padding alone.
  base::WindowRange seen;
  int64_t shift; ///< Output o sees the row's element o · stride + shift.
};

} // namespace

/// Calls `visit(place, row)` for each row of outputs and each tap; `place` is
/// that of the row in the matrix.
template <typename Visit>
void Windows::forEachRow(const Tile &tile, Visit visit) const {
  const base::WindowAxis &rows = s.window.h, &columns = s.window.w;
  const int64_t width = this->columns(tile), ow = s.outWidth();
  int64_t matrix = 0;
  for (int64_t c = 0; c < s.inChannels; ++c)
    for (int64_t ky = 0; ky < rows.kernel; ++ky)
      for (int64_t kx = 0; kx < columns.kernel; ++kx, matrix += width) {
        TapRow row{-1, columns.windowsInside(kx, s.width, ow),
                   columns.under(0, kx)};
        int64_t place = matrix;
        for (int64_t n = tile.image; n < tile.image + tile.images; ++n)
          for (int64_t y = tile.row; y < tile.row + tile.rows;
               ++y, place += ow) {
            const int64_t iy = rows.under(y, ky);
            const bool inside = iy >= 0 && iy < s.height;
            row.image = inside
                            ? ((n * s.inChannels + c) * s.height + iy) * s.width
                            : -1;
            visit(place, row);
          }
      }
}

void Windows::gather(const float *x, const Tile &tile, float *matrix) const {
  const int64_t ow = s.outWidth(), stride = s.window.w.stride;
  forEachRow(tile, [&](int64_t place, const TapRow &row) {
    float *to = matrix + place;
    if (row.image < 0) {
      std::fill_n(to, ow, 0.0f);
      return;
    }
    const auto [first, last] = row.seen;
    const float *from = x + row.image + row.shift;
    std::fill_n(to, first, 0.0f);
    if (stride == 1)
      std::copy(from + first, from + last, to + first);
    else
      for (int64_t o = first; o < last; ++o)
        to[o] = from[o * stride];
    std::fill(to + last, to + ow, 0.0f);
  });
}

void Windows::scatter(const float *matrix, const Tile &tile, float *dx) const {
  const int64_t stride = s.window.w.stride;
  forEachRow(tile, [&](int64_t place, const TapRow &row) {
    if (row.image < 0)
      return;
    const float *from = matrix + place;
    float *to = dx + row.image + row.shift;
    if (stride == 1)
      for (int64_t o = row.seen.begin; o < row.seen.end; ++o)
        to[o] += from[o];
    else
      for (int64_t o = row.seen.begin; o < row.seen.end; ++o)
        to[o * stride] += from[o];
  });
}
