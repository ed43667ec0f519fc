//===- Elementwise.cpp - Ops that compute elements from elements ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elementwise.h"

#include <algorithm>

namespace layerpipe::onnx {

template <size_t N>
std::optional<Tensor>
fillRows(Folding &folding, TensorType type,
         const std::array<const Tensor *, N> &operands,
         const std::function<void(const Row<N> &, char *)> &fill) {
  if (!folding.fits(type))
    return std::nullopt;
  const bool isSplat =
      countElements(type.extents) != 0 &&
      std::ranges::all_of(operands, [](auto *each) { return each->isSplat(); });
  // The one element of a splat is computed as that of a tensor without
  // dimensions.
  const Extents walked = isSplat ? Extents() : type.extents;
  std::string bytes(countBytes({type.element, walked}).value_or(0), '\0');
  std::array<Strides, N> strides;
  std::array<const Strides *, N> all;
  for (size_t n = 0; n < N; ++n) {
    strides[n].resize(walked.size(), 0);
    if (!operands[n]->isSplat())
      strides[n] = broadcastStrides(operands[n]->extents(), walked);
    all[n] = &strides[n];
  }
  char *next = bytes.data();
  forEachRow<N>(walked, all, {}, [&](const Row<N> &row) {
    fill(row, next);
    next += row.length * bytesOf(type.element);
  });
  return Tensor(std::move(type), std::move(bytes));
}

#define LAYERPIPE_ROWS_OF(N)                                                   \
  template std::optional<Tensor> fillRows<N>(                                  \
      Folding &, TensorType, const std::array<const Tensor *, N> &,            \
      const std::function<void(const Row<N> &, char *)> &);
LAYERPIPE_ROWS_OF(1)
LAYERPIPE_ROWS_OF(2)
LAYERPIPE_ROWS_OF(3)
#undef LAYERPIPE_ROWS_OF

} // namespace layerpipe::onnx
