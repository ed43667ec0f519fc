//===- Tensor.h - Tensors of ONNX files as values ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A tensor has an element type, extents and bytes. Its bytes never change, and
// all copies of a tensor share them, so a copy costs nothing.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ONNX_TENSOR_H
#define LAYERPIPE_ONNX_TENSOR_H

#include "layerpipe/Base/Result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::onnx {

using base::Error;
using base::Result;

/// These are the element types that the reader takes, with ONNX's numbers.
enum class ElementType {
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  uint16 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  boolean = 9,
  float16 = 10,
  float64 = 11,
  uint32 = 12,
  uint64 = 13,
  bfloat16 = 16,
};

/// Returns the type that has ONNX's number `code`. The error says which type it
/// is instead, "string" for instance.
Result<ElementType> elementTypeOf(int64_t code);
std::string_view nameOf(ElementType type);
int64_t bytesOf(ElementType type);
bool isFloat(ElementType type);

using Extents = std::vector<int64_t>;

/// A tensor may have so many dimensions. Without a limit, a small file could
/// ask for any number.
inline constexpr size_t mostDimensions = 64;

/// Returns the product of the extents: 1 if there are none. Returns nothing if
/// one is negative or the product exceeds 63 bits.
std::optional<int64_t> countElements(const Extents &extents);
/// Writes extents as "[2, 3]".
std::string toText(const Extents &extents);

struct TensorType {
  ElementType element = ElementType::float32;
  Extents extents;

  bool operator==(const TensorType &other) const = default;
};

/// Writes a type as "float32[2, 3]".
std::string toText(const TensorType &type);
/// Returns how many bytes the elements take, or nothing if there are more than
/// 63 bits can count.
std::optional<int64_t> countBytes(const TensorType &type);

/// Holds elements in row-major order, each little-endian. A boolean is a byte,
/// which is false if it is 0. A tensor whose elements are all equal may hold
/// one of them only, and is called a splat.
class Tensor {
public:
  /// Takes the bytes of all elements, or those of one element for a splat. The
  /// caller sees to it that their number is right.
  Tensor(TensorType type, std::string bytes);
  /// The bytes live as long as `owner`.
  Tensor(TensorType type, std::string_view bytes,
         std::shared_ptr<const void> owner);

  const TensorType &type() const { return tensorType; }
  ElementType element() const { return tensorType.element; }
  const Extents &extents() const { return tensorType.extents; }
  int64_t count() const { return elementCount; }

  /// Returns true if `bytes` holds one element, to which all are equal. A
  /// tensor of one element is a splat.
  bool isSplat() const;
  /// Returns the bytes of all elements, or those of one element of a splat.
  /// They may have any alignment.
  std::string_view bytes() const { return content; }
  /// Returns a tensor with the bytes of all elements, which takes memory if
  /// this one is a splat.
  Tensor dense() const;
  /// Returns a tensor with the same elements and other extents, which must have
  /// the same product.
  Tensor withExtents(Extents extents) const;

  /// Returns the elements of a tensor of floats, each rounded to the nearest
  /// 32-bit float. Fails on other types and on a finite float64 that no 32-bit
  /// float holds.
  Result<std::vector<float>> toFloats() const;
  /// Returns the elements of a tensor of integers or booleans. Fails on floats
  /// and on a uint64 above 2^63 - 1.
  Result<std::vector<int64_t>> toIntegers() const;

private:
  TensorType tensorType;
  int64_t elementCount;
  std::shared_ptr<const void> owner;
  std::string_view content;
};

} // namespace layerpipe::onnx

#endif // LAYERPIPE_ONNX_TENSOR_H
