//===- Taps.h - Convolutions as sums over taps ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A convolution of one group, and its gradient with respect to the input, are
// correlations: each element of a result sums elements of a source, each times
// a weight. The source is copied into planes first, so that the elements that
// results side by side need lie side by side, with zeros around them. Then
// all results of one phase sum over the same taps, which lie at fixed
// distances from the result's own place in the plane.
//
// Results have phases where a stride sets them apart: in the gradient of a
// convolution with stride 2, even and odd columns meet different weights.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_VECTOR_TAPS_H
#define LAYERPIPE_LIB_RUNTIME_VECTOR_TAPS_H

#include "../Clones.h"
#include "../KernelSizes.h"

namespace layerpipe::runtime::vector {

inline int64_t roundUp(int64_t elements) {
  return (elements + laneCount - 1) / laneCount * laneCount;
}

/// This is one dimension of a correlation. Result p has the place `place(p)`,
/// and the phase `phase(p)`.
struct CorrelationAxis {
  int64_t sourceSize, resultSize;
  int64_t lead;   ///< So many zeros lie before the source's first element.
  int64_t length; ///< So much of the source with its zeros is in a plane.
  int64_t step;   ///< Result p is index · step + phase − shift.
  int64_t shift;
  int64_t origin;      ///< It is where the plane has the place of index 0.
  int64_t placeStride; ///< Places of neighbours lie so far apart.

  int64_t phase(int64_t p) const { return (p + shift) % step; }
  int64_t index(int64_t p) const { return (p + shift) / step; }
  /// Returns how many indices the results of a phase have.
  int64_t indices(int64_t phase) const {
    return resultSize + shift > phase
               ? (resultSize - 1 + shift - phase) / step + 1
               : 0;
  }
};

/// These are the taps of the results of one phase, in the order of their sums.
struct Taps {
  std::vector<int64_t> offsets; ///< From the result's place, in elements.
  /// The weight of the result's channel c is that of index sources[t] +
  /// c · weightStride.
  std::vector<int64_t> sources;
};

struct Correlation {
  int64_t sourceChannels, resultChannels;
  CorrelationAxis h, w;
  /// Columns that lie so far apart in the source lie side by side in a plane,
  /// in one of as many segments of a row.
  int64_t segments;
  int64_t segment; ///< A segment has so many elements.
  int64_t weightStride;
  std::vector<Taps> taps; ///< Of each phase, those of the rows first.

  const Taps &tapsOf(int64_t row, int64_t column) const {
    return taps[size_t(row * w.step + column)];
  }
  int64_t rowStride() const { return segments * segment; }
  int64_t planeStride() const { return h.length * rowStride(); }
  int64_t planeElements() const {
    return roundUp(sourceChannels * planeStride());
  }
  int64_t sourceElements() const {
    return sourceChannels * h.sourceSize * w.sourceSize;
  }
  int64_t resultElements() const {
    return resultChannels * h.resultSize * w.resultSize;
  }
  /// Returns where in a plane results of that row and the first index begin.
  int64_t placeOf(int64_t row) const {
    return (h.index(row) * h.placeStride + h.origin) * rowStride() + w.origin;
  }
  /// Copies a sample's channels of the group to `planes`, which hold zeros, or
  /// another sample.
  void copyIn(const float *source, float *planes) const;
};

/// Returns the convolution of x, of one group.
Correlation convolutionOf(const ConvSizes &s);
/// Returns the correlation of dy that gives dx, of one group.
Correlation inputGradientOf(const ConvSizes &s);

} // namespace layerpipe::runtime::vector

#endif // LAYERPIPE_LIB_RUNTIME_VECTOR_TAPS_H
