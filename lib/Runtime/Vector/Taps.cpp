//===- Taps.cpp - Convolutions as sums over taps --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file plans where sources, results and taps lie.
//
//===----------------------------------------------------------------------===//

#include "Taps.h"

#include <algorithm>

using namespace layerpipe;
using namespace layerpipe::runtime;
using namespace layerpipe::runtime::vector;
using base::WindowAxis;

/// Copies one row of the source to the segments of a plane's row.
static void copyRow(const Correlation &c, const float *from, float *to) {
  const CorrelationAxis &w = c.w;
  const int64_t columns = std::min(w.sourceSize, w.length - w.lead);
  if (c.segments == 1) {
    if (columns > 0)
      std::copy_n(from, columns, to + w.lead);
    return;
  }
  for (int64_t first = 0; first < std::min(c.segments, columns); ++first) {
    const int64_t place = first + w.lead;
    float *segment = to + place % c.segments * c.segment + place / c.segments;
    for (int64_t x = first; x < columns; x += c.segments)
      *segment++ = from[x];
  }
}

void Correlation::copyIn(const float *source, float *planes) const {
  const int64_t rows = std::min(h.sourceSize, h.length - h.lead);
  for (int64_t c = 0; c < sourceChannels; ++c)
    for (int64_t y = 0; y < rows; ++y)
      copyRow(*this, source + (c * h.sourceSize + y) * w.sourceSize,
              planes + c * planeStride() + (y + h.lead) * rowStride());
}

/// Returns a dimension of a convolution of `size` elements.
static CorrelationAxis forwardAxis(const WindowAxis &axis, int64_t size) {
  const int64_t windows = axis.windows(size);
  return {.sourceSize = size,
          .resultSize = windows,
          .lead = axis.padBegin,
          .length = (windows - 1) * axis.stride + axis.reach(),
          .step = 1,
          .shift = 0,
          .origin = 0,
          .placeStride = axis.stride};
}

Correlation vector::convolutionOf(const ConvSizes &s) {
  const WindowAxis &rows = s.window.h, &columns = s.window.w;
  Correlation c{.sourceChannels = s.inPerGroup(),
                .resultChannels = s.outPerGroup(),
                .h = forwardAxis(rows, s.height),
                .w = forwardAxis(columns, s.width),
                .segments = columns.stride,
                .segment = roundUp(s.outWidth()) +
                           (columns.reach() - 1) / columns.stride,
                .weightStride = s.inPerGroup() * s.window.taps(),
                .taps = std::vector<Taps>(1)};
  int64_t source = 0;
  for (int64_t channel = 0; channel < c.sourceChannels; ++channel)
    for (int64_t ky = 0; ky < rows.kernel; ++ky)
      for (int64_t kx = 0; kx < columns.kernel; ++kx) {
        const int64_t column = kx * columns.dilation;
        c.taps[0].offsets.push_back(
            channel * c.planeStride() + ky * rows.dilation * c.rowStride() +
            column % c.segments * c.segment + column / c.segments);
        c.taps[0].sources.push_back(source++);
      }
  return c;
}

/// Returns a dimension of the correlation of dy that gives dx. A window's last
/// tap reaches so many windows back as `origin` says.
static CorrelationAxis backwardAxis(const WindowAxis &axis, int64_t size) {
  const int64_t origin = (axis.reach() - 1) / axis.stride;
  // Whole steps of the padding need no place of their own.
  const int64_t steps = std::min(axis.padBegin / axis.stride, origin);
  const int64_t shift = axis.padBegin - steps * axis.stride;
  return {.sourceSize = axis.windows(size),
          .resultSize = size,
          .lead = origin - steps,
          .length = origin + (size - 1 + shift) / axis.stride + 1,
          .step = axis.stride,
          .shift = shift,
          .origin = origin,
          .placeStride = 1};
}

/// Gives each tap of a window to the phase of dx's elements that it lies on.
static void addBackwardTaps(const ConvSizes &s, Correlation &c) {
  const WindowAxis &rows = s.window.h, &columns = s.window.w;
  for (int64_t o = 0; o < c.sourceChannels; ++o)
    for (int64_t ky = 0; ky < rows.kernel; ++ky)
      for (int64_t kx = 0; kx < columns.kernel; ++kx) {
        const int64_t y = ky * rows.dilation, x = kx * columns.dilation;
        Taps &taps = c.taps[size_t(y % c.h.step * c.w.step + x % c.w.step)];
        taps.offsets.push_back(o * c.planeStride() -
                               y / c.h.step * c.rowStride() - x / c.w.step);
        taps.sources.push_back(
            (o * s.inPerGroup() * rows.kernel + ky) * columns.kernel + kx);
      }
}

Correlation vector::inputGradientOf(const ConvSizes &s) {
  Correlation c{.sourceChannels = s.outPerGroup(),
                .resultChannels = s.inPerGroup(),
                .h = backwardAxis(s.window.h, s.height),
                .w = backwardAxis(s.window.w, s.width),
                .segments = 1,
                .segment = 0,
                .weightStride = s.window.taps(),
                .taps = {}};
  c.segment = c.w.origin + roundUp(c.w.length - c.w.origin);
  c.taps.resize(size_t(c.h.step * c.w.step));
  addBackwardTaps(s, c);
  return c;
}
