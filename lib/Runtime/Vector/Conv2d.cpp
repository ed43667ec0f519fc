//===- Conv2d.cpp - Convolutions in vector loops --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These kernels are for few channels of the input, and for many groups, each of
// which has few. The lanes are results that lie side by side; all of them sum
// over the same taps of planes (Taps.h).
//
//===----------------------------------------------------------------------===//

#include "../Clones.h"
#include "../Reference/Kernels.h"
#include "Candidates.h"
#include "Taps.h"

#include <algorithm>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::vector;

/// With more channels of the input the libraries are faster.
static constexpr int64_t mostChannels = 16;
/// A block of this many channels of the result has its sums in registers.
static constexpr int widestBlock = 6;
/// Strides beyond this, which would give each element taps of its own, are left
/// to plain loops.
static constexpr int64_t greatestStride = 64;
/// So many taps side by side have their sums in registers.
static constexpr int mostTaps = 7;

/// Returns how many channels of the result are computed together.
static int64_t blockOf(const Correlation &c) {
  for (int64_t block : {1, 2, 4})
    if (c.resultChannels <= block)
      return block;
  return widestBlock;
}
static int64_t blocksOf(const Correlation &c) {
  return (c.resultChannels + blockOf(c) - 1) / blockOf(c);
}

/// Returns how many weights the taps of all phases have in blocks.
static int64_t packedElements(const Correlation &c) {
  int64_t taps = 0;
  for (const Taps &own : c.taps)
    taps += int64_t(own.offsets.size());
  return roundUp(taps * blocksOf(c) * blockOf(c));
}

/// Packs a group's weights, phase by phase and block by block, so that a
/// block's factors of one tap lie side by side.
static void pack(const Correlation &c, const float *weights, float *packed) {
  const int64_t block = blockOf(c);
  for (const Taps &taps : c.taps)
    for (int64_t first = 0; first < c.resultChannels; first += block)
      for (int64_t source : taps.sources)
        for (int64_t o = first; o < first + block; ++o)
          *packed++ = o < c.resultChannels
                          ? weights[source + o * c.weightStride]
                          : 0.0f;
}

/// Computes `Block` channels of the result, `Columns` · 16 results of each,
/// whose first has its place at `place`.
template <int Block, int Columns>
LAYERPIPE_INLINE static void sumTaps(const float *place, const int64_t *offsets,
                                     int64_t taps, const float *packed,
                                     const float *bias, float *sums,
                                     int64_t sumStride) {
  Lanes x, total[Block][Columns] = {};
  for (int o = 0; bias && o < Block; ++o)
    for (int i = 0; i < Columns; ++i)
      total[o][i] += bias[o];
  for (int64_t t = 0; t < taps; ++t, packed += Block)
    for (int i = 0; i < Columns; ++i) {
      load(x, place + offsets[t] + i * laneCount);
      for (int o = 0; o < Block; ++o)
        total[o][i] += x * packed[o];
    }
  for (int o = 0; o < Block; ++o)
    for (int i = 0; i < Columns; ++i)
      store(total[o][i], sums + o * sumStride + i * laneCount);
}

namespace {

/// This is where a correlation's arguments lie.
struct Places {
  const float *planes, *packed;
  const float *bias; ///< It is null, or has room for whole blocks.
  float *sums;       ///< It has room for a row of a block.
  float *result;
};

} // namespace

/// Writes the sums of a row of one channel and phase to the result's row.
LAYERPIPE_INLINE static void scatter(const CorrelationAxis &w, int64_t phase,
                                     const float *sums, float *row) {
  if (w.step == 1) {
    std::memcpy(row, sums + w.shift, size_t(w.resultSize) * sizeof(float));
    return;
  }
  const int64_t first =
      w.shift > phase ? 1 + (w.shift - phase - 1) / w.step : 0;
  for (int64_t i = first; i < w.indices(phase); ++i)
    row[i * w.step + phase - w.shift] = sums[i];
}

/// Computes a row of a block of channels, those of its columns that have the
/// phase.
template <int Block>
LAYERPIPE_INLINE static void sumRow(const Correlation &c, const Places &at,
                                    const Taps &taps, const float *packed,
                                    int64_t first, int64_t row, int64_t phase) {
  const int64_t lanes = roundUp(c.w.indices(phase));
  const auto count = int64_t(taps.offsets.size());
  const float *place = at.planes + c.placeOf(row);
  const float *bias = at.bias ? at.bias + first : nullptr;
  // Few channels leave registers for sums of more lanes.
  constexpr int columns = Block > 2 ? 1 : 4 / Block;
  int64_t column = 0;
  for (; column + columns * laneCount <= lanes; column += columns * laneCount)
    sumTaps<Block, columns>(place + column, taps.offsets.data(), count, packed,
                            bias, at.sums + column, lanes);
  for (; column < lanes; column += laneCount)
    sumTaps<Block, 1>(place + column, taps.offsets.data(), count, packed, bias,
                      at.sums + column, lanes);
  for (int64_t o = first; o < std::min(first + Block, c.resultChannels); ++o)
    scatter(c.w, phase, at.sums + (o - first) * lanes,
            at.result + (o * c.h.resultSize + row) * c.w.resultSize);
}

/// Computes the results that have a phase.
template <int Block>
LAYERPIPE_INLINE static void sumPhase(const Correlation &c, const Places &at,
                                      const float *packed, int64_t rowPhase,
                                      int64_t columnPhase) {
  const Taps &taps = c.tapsOf(rowPhase, columnPhase);
  for (int64_t first = 0; first < c.resultChannels; first += Block) {
    for (int64_t row = 0; row < c.h.resultSize; ++row)
      if (c.h.phase(row) == rowPhase)
        sumRow<Block>(c, at, taps, packed, first, row, columnPhase);
    packed += int64_t(taps.offsets.size()) * Block;
  }
}

template <int Block>
LAYERPIPE_INLINE static void sumUp(const Correlation &c, const Places &at) {
  const float *packed = at.packed;
  for (int64_t row = 0; row < c.h.step; ++row)
    for (int64_t column = 0; column < c.w.step; ++column) {
      sumPhase<Block>(c, at, packed, row, column);
      packed +=
          int64_t(c.tapsOf(row, column).offsets.size()) * blocksOf(c) * Block;
    }
}

/// Computes one sample's results of a group.
LAYERPIPE_CLONES
static void correlate(const Correlation &c, const Places &at) {
  switch (blockOf(c)) {
  case 1:
    return sumUp<1>(c, at);
  case 2:
    return sumUp<2>(c, at);
  case 4:
    return sumUp<4>(c, at);
  default:
    return sumUp<widestBlock>(c, at);
  }
}

/// Adds the products of a channel of dy with one row of taps of a channel of x,
/// for `Width` taps side by side. Rows of dy have room for whole lanes.
template <int Width>
LAYERPIPE_INLINE static void addProducts(const Correlation &c, const float *dy,
                                         const float *plane,
                                         const int64_t *offsets, float *sums) {
  Lanes total[Width], gradient, image;
  for (int k = 0; k < Width; ++k)
    load(total[k], sums + k * laneCount);
  const int64_t lanes = roundUp(c.w.resultSize);
  for (int64_t row = 0; row < c.h.resultSize; ++row) {
    const float *place = plane + c.placeOf(row);
    for (int64_t column = 0; column < lanes; column += laneCount) {
      load(gradient, dy + row * lanes + column);
      for (int k = 0; k < Width; ++k) {
        load(image, place + offsets[k] + column);
        total[k] += gradient * image;
      }
    }
  }
  for (int k = 0; k < Width; ++k)
    store(total[k], sums + k * laneCount);
}

/// The same for up to `mostTaps` taps.
LAYERPIPE_INLINE static void addProducts(const Correlation &c, int64_t width,
                                         const float *dy, const float *plane,
                                         const int64_t *offsets, float *sums) {
  switch (width) {
  case 1:
    return addProducts<1>(c, dy, plane, offsets, sums);
  case 2:
    return addProducts<2>(c, dy, plane, offsets, sums);
  case 3:
    return addProducts<3>(c, dy, plane, offsets, sums);
  case 4:
    return addProducts<4>(c, dy, plane, offsets, sums);
  case 5:
    return addProducts<5>(c, dy, plane, offsets, sums);
  case 6:
    return addProducts<6>(c, dy, plane, offsets, sums);
  default:
    static_assert(mostTaps == 7);
    return addProducts<7>(c, dy, plane, offsets, sums);
  }
}

/// Adds one sample's products to `sums`, 16 lanes for each of the group's
/// weights. The lanes of dy's rows behind their end are zero.
LAYERPIPE_CLONES
static void addSample(const Correlation &c, int64_t kernelW, const float *dy,
                      const float *planes, float *sums) {
  const int64_t plane = c.h.resultSize * roundUp(c.w.resultSize);
  const std::vector<int64_t> &offsets = c.taps[0].offsets;
  for (int64_t o = 0; o < c.resultChannels; ++o)
    for (size_t row = 0; row < offsets.size(); row += size_t(kernelW))
      for (int64_t kx = 0; kx < kernelW; kx += mostTaps) {
        const int64_t width = std::min<int64_t>(mostTaps, kernelW - kx);
        addProducts(c, width, dy + o * plane, planes, offsets.data() + row + kx,
                    sums);
        sums += width * laneCount;
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

/// Convolves, or computes dx, with weights that are packed anew in each
/// execution.
class Convolution final : public Kernel {
public:
  explicit Convolution(const ConvOp &op)
      : s(op.sizes), hasBias(op.direction == Direction::Forward && s.hasBias),
        c(op.direction == Direction::Forward ? convolutionOf(s)
                                             : inputGradientOf(s)) {}

  size_t workspaceBytes() const override {
    return size_t(c.planeElements() + packedElements(c) + biasElements() +
                  blockOf(c) * roundUp(c.w.resultSize + c.w.shift)) *
           sizeof(float);
  }

  void execute(void *const *args, void *workspace) noexcept override {
    auto *planes = static_cast<float *>(workspace);
    float *packed = planes + c.planeElements();
    float *bias = packed + packedElements(c);
    Places at{planes, packed, hasBias ? bias : nullptr, bias + biasElements(),
              nullptr};
    std::fill_n(bias, biasElements(), 0.0f);
    for (int64_t g = 0; g < s.groups; ++g) {
      pack(c, input(args, 1) + g * s.weightElements() / s.groups, packed);
      if (hasBias)
        std::copy_n(input(args, 2) + g * c.resultChannels, c.resultChannels,
                    bias);
      std::fill_n(planes, c.planeElements(), 0.0f);
      for (int64_t n = 0; n < s.batch; ++n) {
        const int64_t part = n * s.groups + g;
        c.copyIn(input(args, 0) + part * c.sourceElements(), planes);
        at.result = output(args, hasBias ? 3 : 2) + part * c.resultElements();
        correlate(c, at);
      }
    }
  }

private:
  int64_t biasElements() const { return roundUp(blocksOf(c) * blockOf(c)); }

  ConvSizes s;
  bool hasBias;
  Correlation c;
};

class GradWeight final : public Kernel {
public:
  explicit GradWeight(const ConvOp &op) : s(op.sizes), c(convolutionOf(s)) {}

  size_t workspaceBytes() const override {
    return size_t(c.planeElements() + gradients() + weights() * laneCount) *
           sizeof(float);
  }

  void execute(void *const *args, void *workspace) noexcept override {
    auto *planes = static_cast<float *>(workspace);
    float *dy = planes + c.planeElements();
    float *sums = dy + gradients();
    std::fill_n(planes, c.planeElements() + gradients(), 0.0f);
    for (int64_t g = 0; g < s.groups; ++g) {
      std::fill_n(sums, weights() * laneCount, 0.0f);
      for (int64_t n = 0; n < s.batch; ++n) {
        const int64_t part = n * s.groups + g;
        copyGradients(input(args, 0) + part * c.resultElements(), dy);
        c.copyIn(input(args, 1) + part * c.sourceElements(), planes);
        addSample(c, s.window.w.kernel, dy, planes, sums);
      }
      sumUpLanes(sums, weights(), output(args, 2) + g * weights());
    }
  }

private:
  /// Returns how many weights a group has.
  int64_t weights() const { return s.weightElements() / s.groups; }
  int64_t gradients() const {
    return c.resultChannels * c.h.resultSize * roundUp(c.w.resultSize);
  }
  void copyGradients(const float *from, float *dy) const {
    const int64_t width = c.w.resultSize;
    for (int64_t row = 0; row < c.resultChannels * c.h.resultSize; ++row)
      std::copy_n(from + row * width, width, dy + row * roundUp(width));
  }

  ConvSizes s;
  Correlation c;
};

} // namespace

Offer layerpipe::runtime::vector::make(const ConvOp &op) {
  // The libraries are no alternative for many groups.
  if (op.sizes.groups == 1 && op.sizes.inChannels > mostChannels)
    return Offer::refuse("it wants at most " + std::to_string(mostChannels) +
                         " channels of the input");
  if (op.direction == Direction::GradWeight)
    return std::unique_ptr<Kernel>(std::make_unique<GradWeight>(op));
  if (op.direction == Direction::GradInput &&
      std::max(op.sizes.window.h.stride, op.sizes.window.w.stride) >
          greatestStride)
    return reference::make(op);
  return std::unique_ptr<Kernel>(std::make_unique<Convolution>(op));
}
