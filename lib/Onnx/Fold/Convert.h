//===- Convert.h - Elements of one type as another --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_FOLD_CONVERT_H
#define LAYERPIPE_LIB_ONNX_FOLD_CONVERT_H

#include "../Elements.h"

#include <cmath>
#include <limits>

namespace layerpipe::onnx {

/// Cuts a float off to a whole number. What is beyond the type becomes its
/// least or greatest number, and a NaN becomes 0.
template <typename To> To cutOff(double value) {
  using Limits = std::numeric_limits<To>;
  if (std::isnan(value))
    return 0;
  // The greatest number of 64 bits is no double; the one that it is rounded to
  // is beyond the type.
  if (value >= double(Limits::max()))
    return Limits::max();
  if (value <= double(Limits::min()))
    return Limits::min();
  return To(value);
}

/// Converts as Cast does. Whole numbers wrap around, and all but 0 is true.
template <typename To, typename From> To convertElement(From value) {
  if constexpr (std::is_same_v<To, From>)
    return value;
  else if constexpr (isFloating<From> && !std::is_floating_point_v<From>)
    return convertElement<To>(float(value));
  else if constexpr (std::is_same_v<To, bool>)
    return value != From(0);
  else if constexpr (isFloating<To>)
    return To(Wide<To>(value));
  else if constexpr (isFloating<From>)
    return cutOff<To>(value);
  else
    return To(value);
}

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_FOLD_CONVERT_H
