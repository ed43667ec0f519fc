//===- Strides.h - Where elements lie, and broadcasting ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The element at a position of a tensor lies at the sum of the position's
// coordinates, each times the stride of its dimension. Other strides show the
// same elements otherwise: in another order of dimensions transposed, with a
// stride of 0 repeated along a dimension, multiplied by a step every so many of
// them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_FOLD_STRIDES_H
#define LAYERPIPE_LIB_ONNX_FOLD_STRIDES_H

#include "Folding.h"

#include <array>

namespace layerpipe::onnx {

using Strides = std::vector<int64_t>;

/// Returns the strides of a tensor in row-major order, counted in elements.
Strides stridesOf(const Extents &extents);

/// Returns the extents to which tensors of both extents are broadcast, or
/// nothing if they don't fit: the last dimensions stand below each other, and
/// one of 1 is repeated.
std::optional<Extents> broadcast(const Extents &a, const Extents &b);

/// Returns the strides that show a tensor with the extents `from` broadcast to
/// the extents `to`.
Strides broadcastStrides(const Extents &from, const Extents &to);

/// Broadcasts the extents of the operands from `first` to `last`, both
/// included. Extents that don't fit are a failure.
std::optional<Extents> broadcastOperands(Folding &folding, size_t first,
                                         size_t last);

/// Adds a result with the extents, whose elements are those of `source` that
/// the strides show.
void yieldView(Folding &folding, const Tensor &source, Extents extents,
               const Strides &strides, int64_t offset = 0);

/// The same, where the strides belong to the extents `walked`, which have the
/// same product.
void yieldWalk(Folding &folding, const Tensor &source, Extents extents,
               const Extents &walked, const Strides &strides, int64_t offset);

/// Positions that follow each other along the last dimension: the first of
/// them has these offsets, one for each of N strides, and each next one has
/// those offsets plus the steps.
template <size_t N> struct Row {
  std::array<int64_t, N> offsets, steps;
  int64_t length = 1;
};

/// Calls `visit` for each row of the extents, in row-major order.
template <size_t N>
void forEachRow(const Extents &extents,
                const std::array<const Strides *, N> &strides,
                const std::array<int64_t, N> &offsets,
                const std::function<void(const Row<N> &)> &visit);

/// Calls `visit` for each position of the extents in row-major order, with the
/// offsets that each of the N strides give it.
template <size_t N, typename F>
void forEachOffset(const Extents &extents,
                   const std::array<const Strides *, N> &strides,
                   const std::array<int64_t, N> &offsets, F &&visit) {
  forEachRow<N>(extents, strides, offsets, [&](const Row<N> &row) {
    std::array<int64_t, N> at = row.offsets;
    for (int64_t i = 0; i < row.length; ++i) {
      visit(at);
      for (size_t n = 0; n < N; ++n)
        at[n] += row.steps[n];
    }
  });
}

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_FOLD_STRIDES_H
