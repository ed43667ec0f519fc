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

/// This is a row of outputs as one tap sees the input: outputs `first` to
/// `last` - 1 see elements, the others see padding.
struct TapRow {
  int64_t image; ///< It begins the row in x, or is -1 for padding alone.
  int64_t first, last;
};

} // namespace

/// Calls `visit(column, tap, row)` for each row of outputs and each tap; column
/// is the place of the row in the matrix.
template <typename Visit>
void Windows::forEachRow(const Tile &tile, Visit visit) const {
  const int64_t width = columns(tile), ow = s.outWidth();
  int64_t matrix = 0;
  for (int64_t c = 0; c < s.inChannels; ++c)
    for (int64_t ky = 0; ky < s.kernelH; ++ky)
      for (int64_t kx = 0; kx < s.kernelW; ++kx, matrix += width) {
        // Output x sees input x · stride + shift.
        const int64_t shift = kx - s.padding;
        int64_t first = std::clamp<int64_t>(
            (std::max<int64_t>(-shift, 0) + s.stride - 1) / s.stride, 0, ow);
        int64_t last =
            s.width > shift
                ? std::clamp<int64_t>((s.width - 1 - shift) / s.stride + 1,
                                      first, ow)
                : first;
        int64_t place = matrix;
        for (int64_t n = tile.image; n < tile.image + tile.images; ++n)
          for (int64_t y = tile.row; y < tile.row + tile.rows;
               ++y, place += ow) {
            int64_t iy = y * s.stride + ky - s.padding;
            bool inside = iy >= 0 && iy < s.height;
            int64_t image =
                inside ? ((n * s.inChannels + c) * s.height + iy) * s.width
                       : -1;
            visit(place, TapRow{image, first, last}, shift);
          }
      }
}

void Windows::gather(const float *x, const Tile &tile, float *matrix) const {
  const int64_t ow = s.outWidth();
  forEachRow(tile, [&](int64_t place, const TapRow &row, int64_t shift) {
    float *to = matrix + place;
    if (row.image < 0) {
      std::fill_n(to, ow, 0.0f);
      return;
    }
    const float *from = x + row.image + shift;
    std::fill_n(to, row.first, 0.0f);
    if (s.stride == 1)
      std::copy(from + row.first, from + row.last, to + row.first);
    else
      for (int64_t o = row.first; o < row.last; ++o)
        to[o] = from[o * s.stride];
    std::fill(to + row.last, to + ow, 0.0f);
  });
}

void Windows::scatter(const float *matrix, const Tile &tile, float *dx) const {
  forEachRow(tile, [&](int64_t place, const TapRow &row, int64_t shift) {
    if (row.image < 0)
      return;
    const float *from = matrix + place;
    float *to = dx + row.image + shift;
    if (s.stride == 1)
      for (int64_t o = row.first; o < row.last; ++o)
        to[o] += from[o];
    else
      for (int64_t o = row.first; o < row.last; ++o)
        to[o * s.stride] += from[o];
  });
}
