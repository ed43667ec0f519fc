//===- Elements.h - Elements of tensors as C++ values -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each element type has a C++ type. `dispatch` calls code for the C++ type of a
// tensor; `Elements` reads elements, and `ElementWriter` writes them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_ELEMENTS_H
#define LAYERPIPE_LIB_ONNX_ELEMENTS_H

#include "layerpipe/Base/SmallFloats.h"
#include "layerpipe/Onnx/Tensor.h"

#include <cstring>
#include <type_traits>

namespace layerpipe::onnx {

/// Holds a float16. It is computed with as a float, and rounded after each
/// operation.
struct Half {
  uint16_t bits = 0;
  Half() = default;
  explicit Half(float value) : bits(base::floatToHalf(value)) {}
  explicit operator float() const { return base::halfToFloat(bits); }
};

/// Holds a bfloat16, like `Half`.
struct Bfloat {
  uint16_t bits = 0;
  Bfloat() = default;
  explicit Bfloat(float value) : bits(base::floatToBfloat(value)) {}
  explicit operator float() const { return base::bfloatToFloat(bits); }
};

template <typename T>
constexpr bool isFloating =
    std::is_floating_point_v<T> || std::is_same_v<T, Half> ||
    std::is_same_v<T, Bfloat>;

/// Numbers are computed with in this type: floats of 16 bits in 32 bits, and
/// integers in 64 bits without sign, where they wrap around.
template <typename T>
using Wide =
    std::conditional_t<std::is_same_v<T, double>, double,
                       std::conditional_t<isFloating<T>, float, uint64_t>>;

/// Calls `function.operator()<T>()` for the C++ type T of the element type.
template <typename F> auto dispatch(ElementType type, F &&function) {
  switch (type) {
  case ElementType::float32:
    return function.template operator()<float>();
  case ElementType::uint8:
    return function.template operator()<uint8_t>();
  case ElementType::int8:
    return function.template operator()<int8_t>();
  case ElementType::uint16:
    return function.template operator()<uint16_t>();
  case ElementType::int16:
    return function.template operator()<int16_t>();
  case ElementType::int32:
    return function.template operator()<int32_t>();
  case ElementType::int64:
    return function.template operator()<int64_t>();
  case ElementType::boolean:
    return function.template operator()<bool>();
  case ElementType::float16:
    return function.template operator()<Half>();
  case ElementType::float64:
    return function.template operator()<double>();
  case ElementType::uint32:
    return function.template operator()<uint32_t>();
  case ElementType::uint64:
    return function.template operator()<uint64_t>();
  case ElementType::bfloat16:
    break;
  }
  return function.template operator()<Bfloat>();
}

/// Reads an element from bytes of any alignment. Any byte but 0 is true.
template <typename T> T loadElement(const char *bytes) {
  if constexpr (std::is_same_v<T, bool>) {
    return *bytes != 0;
  } else {
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    return value;
  }
}

/// Reads the elements of a tensor of the C++ type T, which must live longer.
template <typename T> class Elements {
public:
  explicit Elements(const Tensor &tensor)
      : data(tensor.bytes().data()), stride(tensor.isSplat() ? 0 : sizeof(T)) {}
  T operator[](int64_t index) const {
    return loadElement<T>(data + index * stride);
  }

private:
  const char *data;
  int64_t stride;
};

/// Writes elements, one after the other, into bytes that have room for them.
template <typename T> class ElementWriter {
public:
  explicit ElementWriter(std::string &bytes) : next(bytes.data()) {}
  void add(T value) {
    std::memcpy(next, &value, sizeof(T));
    next += sizeof(T);
  }

private:
  char *next;
};

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_ELEMENTS_H
