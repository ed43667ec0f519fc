//===- NumberArray.h - Numbers as a file holds them -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A number array is what the readers of all file formats give: elements of some
// type, a shape, and the bytes behind them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_NUMBERARRAY_H
#define LAYERPIPE_RUNTIME_DATA_NUMBERARRAY_H

#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::runtime {

struct NumberArray {
  std::string origin; ///< Errors name the array so: a file, or a part of one.
  /// Elements have this type, by its name in safetensors files: "U8", "F32".
  std::string type;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes; ///< Elements are in rows and little-endian.

  /// Returns the number of samples: the first dimension counts them.
  int64_t samples() const { return shape.empty() ? 0 : shape[0]; }
  /// Returns the product of the other dimensions, or the greatest number if it
  /// is greater, as it may be beside a dimension of 0.
  int64_t valuesPerSample() const;
  bool hasIntegers() const {
    return type == "U8" || type == "I32" || type == "I64";
  }
};

/// Returns the elements, each rounded to the nearest 32-bit float. Fails where
/// the type has no numbers, and on an element that is not finite as such a
/// float; the error says which one.
Result<std::vector<float>> floatsOf(const NumberArray &array);

/// Returns the elements of an array of integers.
std::vector<int64_t> integersOf(const NumberArray &array);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_NUMBERARRAY_H
