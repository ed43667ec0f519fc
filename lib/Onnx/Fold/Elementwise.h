//===- Elementwise.h - Ops that compute elements from elements --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each element of a result is computed from one element of each operand, which
// are broadcast to each other. If all operands are splats, so is the result.
// The templates hold no more than the loop over a row: there is one of them for
// each op and type.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_FOLD_ELEMENTWISE_H
#define LAYERPIPE_LIB_ONNX_FOLD_ELEMENTWISE_H

#include "Strides.h"

namespace layerpipe::onnx {

/// Makes a tensor whose elements `fill` computes row by row: it gets where the
/// elements of the N operands lie, and where to write the results.
template <size_t N>
std::optional<Tensor>
fillRows(Folding &folding, TensorType type,
         const std::array<const Tensor *, N> &operands,
         const std::function<void(const Row<N> &, char *)> &fill);

/// Returns an element of a row's operand that begins at `data`.
template <typename T, size_t N>
T rowElement(const Row<N> &row, size_t operand, const char *data, int64_t i) {
  return loadElement<T>(data + (row.offsets[operand] + i * row.steps[operand]) *
                                   static_cast<int64_t>(sizeof(T)));
}

/// Applies `compute`, which makes an element of type R of one of type T.
template <typename T, typename R, typename F>
std::optional<Tensor> mapElements(Folding &folding, const Tensor &operand,
                                  ElementType result, F compute) {
  const char *data = operand.bytes().data();
  return fillRows<1>(folding, {result, operand.extents()}, {&operand},
                     [&](const Row<1> &row, char *out) {
                       for (int64_t i = 0; i < row.length; ++i) {
                         R made = compute(rowElement<T>(row, 0, data, i));
                         std::memcpy(out + i * int64_t(sizeof(R)), &made,
                                     sizeof(R));
                       }
                     });
}

/// Applies `compute` to the elements of two tensors, which are broadcast to the
/// extents of the type.
template <typename A, typename B, typename R, typename F>
std::optional<Tensor> zipElements(Folding &folding, const Tensor &a,
                                  const Tensor &b, TensorType type, F compute) {
  const char *left = a.bytes().data(), *right = b.bytes().data();
  return fillRows<2>(
      folding, std::move(type), {&a, &b}, [&](const Row<2> &row, char *out) {
        for (int64_t i = 0; i < row.length; ++i) {
          R made = compute(rowElement<A>(row, 0, left, i),
                           rowElement<B>(row, 1, right, i));
          std::memcpy(out + i * int64_t(sizeof(R)), &made, sizeof(R));
        }
      });
}

/// Adds the result, if there is one.
inline void yieldIfMade(Folding &folding, std::optional<Tensor> result) {
  if (result)
    folding.yield(std::move(*result));
}

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_FOLD_ELEMENTWISE_H
