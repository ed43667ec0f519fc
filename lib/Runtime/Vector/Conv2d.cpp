//===- Conv2d.cpp - Convolutions of few channels in vector loops ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lanes are outputs that lie side by side. Images are copied with their
// padding first, so that no loop meets an edge. The gradient of the input is a
// convolution of dy with the weights turned around.
//
//===----------------------------------------------------------------------===//

#include "../Clones.h"
#include "Candidates.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::vector;

/// A window may be this wide: each column of it has sums in registers.
static constexpr int64_t widestWindow = 7;
/// With more channels of the input the libraries are faster.
static constexpr int64_t mostChannels = 16;
/// A block of this many channels of the output has its sums in registers.
static constexpr int64_t channelsPerBlock = 6;

static int64_t roundUp(int64_t elements) {
  return (elements + laneCount - 1) / laneCount * laneCount;
}

namespace {

/// These are the sizes of a convolution with stride 1.
struct Sizes {
  int64_t batch, in, height, width, out, kernelH, kernelW, padH, padW;

  explicit Sizes(const ConvSizes &s)
      : batch(s.batch), in(s.inChannels), height(s.height), width(s.width),
        out(s.outChannels), kernelH(s.kernelH), kernelW(s.kernelW),
        padH(s.padding), padW(s.padding) {}

  /// Returns the convolution of dy that gives dx.
  Sizes turnedAround() const {
    Sizes turned = *this;
    turned.in = out;
    turned.out = in;
    turned.height = outHeight();
    turned.width = outWidth();
    turned.padH = kernelH - 1 - padH;
    turned.padW = kernelW - 1 - padW;
    return turned;
  }

  int64_t outHeight() const { return height + 2 * padH - kernelH + 1; }
  int64_t outWidth() const { return width + 2 * padW - kernelW + 1; }
  int64_t window() const { return kernelH * kernelW; }
  int64_t weights() const { return out * in * window(); }
  /// Rows of padded images have room for lanes behind the last output.
  int64_t rowStride() const { return roundUp(outWidth()) + kernelW - 1; }
  int64_t planeStride() const { return (height + 2 * padH) * rowStride(); }
  int64_t paddedElements() const { return roundUp(in * planeStride()); }
  int64_t blocks() const {
    return (out + channelsPerBlock - 1) / channelsPerBlock;
  }
  int64_t packedElements() const {
    return roundUp(blocks() * channelsPerBlock * in * window());
  }
};

} // namespace

/// Copies the sample's images, with zeros around them.
static void pad(const Sizes &s, const float *x, float *padded) {
  std::fill_n(padded, s.paddedElements(), 0.0f);
  for (int64_t c = 0; c < s.in; ++c)
    for (int64_t y = 0; y < s.height; ++y)
      std::copy_n(x + (c * s.height + y) * s.width, s.width,
                  padded + c * s.planeStride() + (y + s.padH) * s.rowStride() +
                      s.padW);
}

/// Packs weights so that a block's factors of one tap lie side by side.
/// `weight(o, c, tap)` returns one of them.
template <typename Weight>
static void pack(const Sizes &s, float *packed, Weight weight) {
  for (int64_t first = 0; first < s.out; first += channelsPerBlock)
    for (int64_t c = 0; c < s.in; ++c)
      for (int64_t tap = 0; tap < s.window(); ++tap)
        for (int64_t o = first; o < first + channelsPerBlock; ++o)
          *packed++ = o < s.out ? weight(o, c, tap) : 0.0f;
}

/// Computes 16 outputs of a block of channels, those whose windows begin at
/// `window` in the padded images.
LAYERPIPE_INLINE static void sumWindows(const Sizes &s, const float *window,
                                        const float *packed, Lanes *sums) {
  Lanes x, total[channelsPerBlock];
  for (int64_t o = 0; o < channelsPerBlock; ++o)
    total[o] = sums[o];
  for (int64_t c = 0; c < s.in; ++c)
    for (int64_t ky = 0; ky < s.kernelH; ++ky) {
      const float *row = window + c * s.planeStride() + ky * s.rowStride();
      for (int64_t kx = 0; kx < s.kernelW; ++kx, packed += channelsPerBlock) {
        load(x, row + kx);
        for (int64_t o = 0; o < channelsPerBlock; ++o)
          total[o] += x * packed[o];
      }
    }
  for (int64_t o = 0; o < channelsPerBlock; ++o)
    sums[o] = total[o];
}

/// Convolves one sample's padded images.
LAYERPIPE_CLONES
static void convolve(const Sizes &s, const float *padded, const float *packed,
                     const float *bias, float *y) {
  const int64_t oh = s.outHeight(), ow = s.outWidth();
  for (int64_t first = 0; first < s.out; first += channelsPerBlock) {
    const int64_t count = std::min(channelsPerBlock, s.out - first);
    const float *block = packed + first * s.in * s.window();
    for (int64_t row = 0; row < oh; ++row)
      for (int64_t column = 0; column < ow; column += laneCount) {
        Lanes sums[channelsPerBlock] = {};
        for (int64_t o = 0; bias && o < count; ++o)
          sums[o] += bias[first + o];
        sumWindows(s, padded + row * s.rowStride() + column, block, sums);
        const int64_t lanes = std::min(laneCount, ow - column);
        for (int64_t o = 0; o < count; ++o)
          std::memcpy(y + ((first + o) * oh + row) * ow + column, &sums[o],
                      size_t(lanes) * sizeof(float));
      }
  }
}

/// Adds the products of a channel of dy with one row of windows of a channel of
/// x, for `Width` taps side by side. dy's rows are as far apart as x's.
template <int Width>
LAYERPIPE_INLINE static void addProducts(const Sizes &s, const float *dy,
                                         const float *x, float *sums) {
  Lanes total[Width], gradient, image;
  for (int k = 0; k < Width; ++k)
    load(total[k], sums + k * laneCount);
  for (int64_t row = 0; row < s.outHeight(); ++row)
    for (int64_t column = 0; column < s.outWidth(); column += laneCount) {
      load(gradient, dy + row * roundUp(s.outWidth()) + column);
      for (int k = 0; k < Width; ++k) {
        load(image, x + row * s.rowStride() + column + k);
        total[k] += gradient * image;
      }
    }
  for (int k = 0; k < Width; ++k)
    store(total[k], sums + k * laneCount);
}

/// Adds one sample's products to `sums`, 16 lanes for each weight. The lanes of
/// dy's rows behind their end are zero.
template <int Width>
LAYERPIPE_INLINE static void addSample(const Sizes &s, const float *dy,
                                       const float *padded, float *sums) {
  const int64_t plane = s.outHeight() * roundUp(s.outWidth());
  for (int64_t o = 0; o < s.out; ++o)
    for (int64_t c = 0; c < s.in; ++c)
      for (int64_t ky = 0; ky < s.kernelH; ++ky, sums += Width * laneCount)
        addProducts<Width>(s, dy + o * plane,
                           padded + c * s.planeStride() + ky * s.rowStride(),
                           sums);
}

LAYERPIPE_CLONES
static void addSampleOf(const Sizes &s, const float *dy, const float *padded,
                        float *sums) {
  switch (s.kernelW) {
  case 1:
    return addSample<1>(s, dy, padded, sums);
  case 2:
    return addSample<2>(s, dy, padded, sums);
  case 3:
    return addSample<3>(s, dy, padded, sums);
  case 4:
    return addSample<4>(s, dy, padded, sums);
  case 5:
    return addSample<5>(s, dy, padded, sums);
  case 6:
    return addSample<6>(s, dy, padded, sums);
  default:
    static_assert(widestWindow == 7);
    return addSample<7>(s, dy, padded, sums);
  }
}

LAYERPIPE_CLONES
static void sumUpLanes(const float *lanes, int64_t count, float *sums) {
  for (int64_t i = 0; i < count; ++i) {
    Lanes one;
    load(one, lanes + i * laneCount);
    sums[i] = sumOf(one);
  }
}

namespace {

/// Convolves with weights that are packed anew in each execution.
class Convolution final : public Kernel {
public:
  explicit Convolution(const ConvOp &op)
      : turned(op.direction == Direction::GradInput),
        hasBias(!turned && op.sizes.hasBias),
        s(turned ? Sizes(op.sizes).turnedAround() : Sizes(op.sizes)) {}

  size_t workspaceBytes() const override {
    return size_t(s.paddedElements() + s.packedElements()) * sizeof(float);
  }

  void execute(void *const *args, void *workspace) noexcept override {
    const float *x = input(args, 0), *w = input(args, 1);
    const float *bias = hasBias ? input(args, 2) : nullptr;
    float *y = output(args, hasBias ? 3 : 2);
    auto *padded = static_cast<float *>(workspace);
    float *packed = padded + s.paddedElements();
    const int64_t window = s.window();
    if (turned)
      pack(s, packed, [&](int64_t o, int64_t c, int64_t tap) {
        return w[(c * s.out + o) * window + window - 1 - tap];
      });
    else
      pack(s, packed, [&](int64_t o, int64_t c, int64_t tap) {
        return w[(o * s.in + c) * window + tap];
      });
    for (int64_t n = 0; n < s.batch; ++n) {
      pad(s, x + n * s.in * s.height * s.width, padded);
      convolve(s, padded, packed, bias,
               y + n * s.out * s.outHeight() * s.outWidth());
    }
  }

private:
  bool turned, hasBias;
  Sizes s;
};

class GradWeight final : public Kernel {
public:
  explicit GradWeight(const ConvOp &op) : s(op.sizes) {}

  size_t workspaceBytes() const override {
    return size_t(s.paddedElements() + gradients() + s.weights() * laneCount) *
           sizeof(float);
  }

  void execute(void *const *args, void *workspace) noexcept override {
    auto *padded = static_cast<float *>(workspace);
    float *dy = padded + s.paddedElements();
    float *sums = dy + gradients();
    const int64_t oh = s.outHeight(), ow = s.outWidth();
    std::fill_n(dy, gradients(), 0.0f);
    std::fill_n(sums, s.weights() * laneCount, 0.0f);
    for (int64_t n = 0; n < s.batch; ++n) {
      const float *from = input(args, 0) + n * s.out * oh * ow;
      for (int64_t row = 0; row < s.out * oh; ++row)
        std::copy_n(from + row * ow, ow, dy + row * roundUp(ow));
      pad(s, input(args, 1) + n * s.in * s.height * s.width, padded);
      addSampleOf(s, dy, padded, sums);
    }
    sumUpLanes(sums, s.weights(), output(args, 2));
  }

private:
  int64_t gradients() const {
    return s.out * s.outHeight() * roundUp(s.outWidth());
  }

  Sizes s;
};

} // namespace

Offer layerpipe::runtime::vector::make(const ConvOp &op) {
  const ConvSizes &s = op.sizes;
  if (s.stride != 1)
    return Offer::refuse("it wants a stride of 1");
  if (s.kernelW > widestWindow)
    return Offer::refuse("it wants windows of at most " +
                         std::to_string(widestWindow) + " columns");
  if (s.inChannels > mostChannels)
    return Offer::refuse("it wants at most " + std::to_string(mostChannels) +
                         " channels of the input");
  if (op.direction == Direction::GradWeight)
    return std::unique_ptr<Kernel>(std::make_unique<GradWeight>(op));
  if (op.direction == Direction::GradInput &&
      s.padding >= std::min(s.kernelH, s.kernelW))
    return Offer::refuse("it wants less padding than a window is wide");
  return std::unique_ptr<Kernel>(std::make_unique<Convolution>(op));
}
