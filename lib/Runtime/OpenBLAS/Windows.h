//===- Windows.h - A convolution as a product of matrices -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The columns of a matrix are the windows that a convolution sees (im2col).
// The matrix of a whole batch would not fit a cache, so it is made tile by
// tile: some rows of one image, or several small images.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_OPENBLAS_WINDOWS_H
#define LAYERPIPE_LIB_RUNTIME_OPENBLAS_WINDOWS_H

#include "../KernelSizes.h"

#include <algorithm>

namespace layerpipe::runtime::openblas {

/// This is a block of output positions: rows of one image, or whole images.
struct Tile {
  int64_t image, images, row, rows;
};

class Windows {
public:
  explicit Windows(const ConvSizes &sizes);

  /// Calls `visit(tile)` for all tiles, in order.
  template <typename Visit> void forEachTile(Visit visit) const {
    for (int64_t n = 0; n < s.batch; n += images)
      for (int64_t row = 0; row < s.outHeight(); row += rows)
        visit(Tile{n, std::min(images, s.batch - n), row,
                   std::min(rows, s.outHeight() - row)});
  }

  /// Returns how many positions, which are columns, the largest tile has.
  int64_t columns() const { return images * rows * s.outWidth(); }
  int64_t columns(const Tile &tile) const {
    return tile.images * tile.rows * s.outWidth();
  }
  /// Returns how many elements a window has.
  int64_t height() const { return s.inChannels * s.window.taps(); }
  /// Returns whether tiles are parts of single images, whose output lies in
  /// place with a stride of the image's positions.
  bool inPlace() const { return images == 1; }
  /// Returns whether a tile's matrix is the image itself.
  bool isImage() const {
    const base::Window2d &window = s.window;
    return inPlace() && window.isPlain() && window.taps() == 1 &&
           window.h.stride == 1 && window.w.stride == 1;
  }

  /// Writes the matrix [height, columns(tile)] of a tile's windows.
  void gather(const float *x, const Tile &tile, float *matrix) const;
  /// Adds the matrix to the elements of dx that its windows see.
  void scatter(const float *matrix, const Tile &tile, float *dx) const;

private:
  template <typename Visit>
  void forEachRow(const Tile &tile, Visit visit) const;

  ConvSizes s;
  int64_t images = 1, rows = 1; ///< A tile has at most so many.
};

} // namespace layerpipe::runtime::openblas

#endif // LAYERPIPE_LIB_RUNTIME_OPENBLAS_WINDOWS_H
