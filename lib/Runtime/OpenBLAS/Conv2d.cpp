//===- Conv2d.cpp - Convolutions by OpenBLAS ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A convolution is a product of its weights, as a matrix [out_channels,
// window], with the matrix of its windows; its gradients are products with the
// same matrix. A convolution of single pixels needs no such matrix: the image
// is it.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"
#include "Windows.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::openblas;

namespace {

/// This is a matrix with a distance between its rows.
struct Matrix {
  float *data;
  int64_t stride;
};

class Conv2d : public Kernel {
public:
  Conv2d(const ConvOp &op, Sgemm sgemm)
      : s(op.sizes), sgemm(sgemm), windows(op.sizes) {}

  /// The workspace holds a tile's windows, then its outputs where they don't
  /// lie in place.
  size_t workspaceBytes() const override {
    return size_t(roomForWindows() + roomForOutputs()) * sizeof(float);
  }

protected:
  int64_t roomForWindows() const {
    return windows.isImage() ? 0
                             : roundUp(windows.height() * windows.columns());
  }
  int64_t roomForOutputs() const {
    return windows.inPlace() ? 0 : s.outChannels * windows.columns();
  }
  int64_t positions() const { return s.outHeight() * s.outWidth(); }

  /// Returns the tile's windows as a matrix, which is `x` itself or room for
  /// them.
  Matrix windowsOf(const float *x, const Tile &tile, void *workspace) const {
    if (windows.isImage())
      return {const_cast<float *>(x) + tile.image * s.inChannels * positions() +
                  tile.row * s.outWidth(),
              positions()};
    return {static_cast<float *>(workspace), windows.columns(tile)};
  }
  /// Returns the tile's outputs as a matrix, which is in `y` or room for them.
  Matrix outputsOf(const float *y, const Tile &tile, void *workspace) const {
    if (windows.inPlace())
      return {const_cast<float *>(y) +
                  tile.image * s.outChannels * positions() +
                  tile.row * s.outWidth(),
              positions()};
    return {static_cast<float *>(workspace) + roomForWindows(),
            windows.columns(tile)};
  }
  /// Calls `visit(image, o, matrix)` for each image of the tile and channel,
  /// with the first positions in y and in the tile's outputs.
  template <typename Visit>
  void forEachPlane(const Tile &tile, Visit visit) const {
    for (int64_t o = 0; o < s.outChannels; ++o)
      for (int64_t i = 0; i < tile.images; ++i)
        visit(((tile.image + i) * s.outChannels + o) * positions(),
              o * windows.columns(tile) + i * positions());
  }
  /// Returns the tile's part of dy as a matrix.
  Matrix gradientsOf(const float *dy, const Tile &tile, void *workspace) const {
    Matrix outputs = outputsOf(dy, tile, workspace);
    if (!windows.inPlace())
      forEachPlane(tile, [&](int64_t image, int64_t matrix) {
        std::copy_n(dy + image, positions(), outputs.data + matrix);
      });
    return outputs;
  }

  static int64_t roundUp(int64_t elements) { return (elements + 15) / 16 * 16; }

  ConvSizes s;
  Sgemm sgemm;
  Windows windows;
};

class Forward final : public Conv2d {
public:
  using Conv2d::Conv2d;
  void execute(void *const *args, void *workspace) noexcept override {
    const auto *x = static_cast<const float *>(args[0]);
    const auto *w = static_cast<const float *>(args[1]);
    const auto *b = s.hasBias ? static_cast<const float *>(args[2]) : nullptr;
    auto *y = static_cast<float *>(args[s.hasBias ? 3 : 2]);
    windows.forEachTile(
        [&](const Tile &tile) { compute(tile, x, w, b, y, workspace); });
  }

private:
  void compute(const Tile &tile, const float *x, const float *w, const float *b,
               float *y, void *workspace) const noexcept {
    const int64_t columns = windows.columns(tile);
    Matrix in = windowsOf(x, tile, workspace);
    Matrix out = outputsOf(y, tile, workspace);
    if (!windows.isImage())
      windows.gather(x, tile, in.data);
    if (b)
      for (int64_t o = 0; o < s.outChannels; ++o)
        std::fill_n(out.data + o * out.stride, columns, b[o]);
    sgemm(RowMajor, No, No, int(s.outChannels), int(columns),
          int(windows.height()), 1, w, int(windows.height()), in.data,
          int(in.stride), b ? 1 : 0, out.data, int(out.stride));
    if (!windows.inPlace())
      forEachPlane(tile, [&](int64_t image, int64_t matrix) {
        std::copy_n(out.data + matrix, positions(), y + image);
      });
  }
};

class GradInput final : public Conv2d {
public:
  using Conv2d::Conv2d;
  void execute(void *const *args, void *workspace) noexcept override {
    const auto *dy = static_cast<const float *>(args[0]);
    const auto *w = static_cast<const float *>(args[1]);
    auto *dx = static_cast<float *>(args[2]);
    if (!windows.isImage())
      std::fill_n(dx, s.batch * s.inChannels * s.height * s.width, 0.0f);
    windows.forEachTile([&](const Tile &tile) {
      Matrix out = gradientsOf(dy, tile, workspace);
      Matrix in = windowsOf(dx, tile, workspace);
      sgemm(RowMajor, Yes, No, int(windows.height()),
            int(windows.columns(tile)), int(s.outChannels), 1, w,
            int(windows.height()), out.data, int(out.stride), 0, in.data,
            int(in.stride));
      if (!windows.isImage())
        windows.scatter(in.data, tile, dx);
    });
  }
};

class GradWeight final : public Conv2d {
public:
  using Conv2d::Conv2d;
  void execute(void *const *args, void *workspace) noexcept override {
    const auto *dy = static_cast<const float *>(args[0]);
    const auto *x = static_cast<const float *>(args[1]);
    auto *dw = static_cast<float *>(args[2]);
    float beta = 0; // The first tile's product replaces what dw held.
    windows.forEachTile([&](const Tile &tile) {
      Matrix out = gradientsOf(dy, tile, workspace);
      Matrix in = windowsOf(x, tile, workspace);
      if (!windows.isImage())
        windows.gather(x, tile, in.data);
      sgemm(RowMajor, No, Yes, int(s.outChannels), int(windows.height()),
            int(windows.columns(tile)), 1, out.data, int(out.stride), in.data,
            int(in.stride), beta, dw, int(windows.height()));
      beta = 1;
    });
  }
};

} // namespace

std::unique_ptr<Kernel> openblas::makeConv2d(const ConvOp &op, Sgemm sgemm) {
  if (op.direction == Direction::GradInput)
    return std::make_unique<GradInput>(op, sgemm);
  if (op.direction == Direction::GradWeight)
    return std::make_unique<GradWeight>(op, sgemm);
  return std::make_unique<Forward>(op, sgemm);
}
