//===- Tensor.cpp - Tensors of ONNX files as values -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Onnx/Tensor.h"

#include "Elements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cmath>
#include <limits>

namespace layerpipe::onnx {

static_assert(std::endian::native == std::endian::little,
              "bytes of tensors are little-endian");

namespace {

struct TypeName {
  ElementType type;
  std::string_view name;
  int64_t bytes;
};

constexpr TypeName typeNames[] = {
    {ElementType::float32, "float32", 4},  {ElementType::uint8, "uint8", 1},
    {ElementType::int8, "int8", 1},        {ElementType::uint16, "uint16", 2},
    {ElementType::int16, "int16", 2},      {ElementType::int32, "int32", 4},
    {ElementType::int64, "int64", 8},      {ElementType::boolean, "bool", 1},
    {ElementType::float16, "float16", 2},  {ElementType::float64, "float64", 8},
    {ElementType::uint32, "uint32", 4},    {ElementType::uint64, "uint64", 8},
    {ElementType::bfloat16, "bfloat16", 2}};

/// Names the types of ONNX that the reader refuses.
std::string_view refusedName(int64_t code) {
  switch (code) {
  case 0:
    return "undefined";
  case 8:
    return "string";
  case 14:
    return "complex64";
  case 15:
    return "complex128";
  case 17:
    return "float8e4m3fn";
  case 18:
    return "float8e4m3fnuz";
  case 19:
    return "float8e5m2";
  case 20:
    return "float8e5m2fnuz";
  case 21:
    return "uint4";
  case 22:
    return "int4";
  case 23:
    return "float4e2m1";
  case 24:
    return "float8e8m0";
  default:
    return "unknown";
  }
}

const TypeName &entryOf(ElementType type) {
  const TypeName *entry = typeNames;
  while (entry->type != type)
    ++entry;
  return *entry;
}

} // namespace

Result<ElementType> elementTypeOf(int64_t code) {
  for (const TypeName &entry : typeNames)
    if (int64_t(entry.type) == code)
      return entry.type;
  return Error{fmt::format("its element type is {} (number {}), which is not "
                           "supported; floats of 16 to 64 bits, integers of 8 "
                           "to 64 bits and bool are",
                           refusedName(code), code)};
}

std::string_view nameOf(ElementType type) { return entryOf(type).name; }

int64_t bytesOf(ElementType type) { return entryOf(type).bytes; }

bool isFloat(ElementType type) {
  return type == ElementType::float32 || type == ElementType::float64 ||
         type == ElementType::float16 || type == ElementType::bfloat16;
}

std::optional<int64_t> countElements(const Extents &extents) {
  int64_t count = 1;
  bool empty = false;
  for (int64_t extent : extents) {
    if (extent < 0)
      return std::nullopt;
    empty |= extent == 0;
  }
  if (empty)
    return 0;
  for (int64_t extent : extents)
    if (__builtin_mul_overflow(count, extent, &count))
      return std::nullopt;
  return count;
}

std::optional<int64_t> countBytes(const TensorType &type) {
  std::optional<int64_t> count = countElements(type.extents);
  int64_t bytes = 0;
  if (!count || __builtin_mul_overflow(*count, bytesOf(type.element), &bytes))
    return std::nullopt;
  return bytes;
}

std::string toText(const Extents &extents) {
  return fmt::format("[{}]", fmt::join(extents, ", "));
}

std::string toText(const TensorType &type) {
  return fmt::format("{}{}", nameOf(type.element), toText(type.extents));
}

Tensor::Tensor(TensorType type, std::string bytes)
    : tensorType(std::move(type)),
      elementCount(countElements(tensorType.extents).value_or(0)) {
  auto kept = std::make_shared<const std::string>(std::move(bytes));
  content = *kept;
  owner = std::move(kept);
}

Tensor::Tensor(TensorType type, std::string_view bytes,
               std::shared_ptr<const void> owner)
    : tensorType(std::move(type)),
      elementCount(countElements(tensorType.extents).value_or(0)),
      owner(std::move(owner)), content(bytes) {}

bool Tensor::isSplat() const {
  return elementCount > 0 && int64_t(content.size()) == bytesOf(element());
}

Tensor Tensor::dense() const {
  if (elementCount <= 1 || !isSplat())
    return *this;
  std::string bytes;
  bytes.reserve(elementCount * content.size());
  for (int64_t i = 0; i < elementCount; ++i)
    bytes += content;
  return {tensorType, std::move(bytes)};
}

Tensor Tensor::withExtents(Extents extents) const {
  return {{element(), std::move(extents)}, content, owner};
}

Result<std::vector<float>> Tensor::toFloats() const {
  using Answer = Result<std::vector<float>>;
  return dispatch(element(), [&]<typename T>() -> Answer {
    if constexpr (!isFloating<T>)
      return Error{
          fmt::format("{} is no tensor of floats", toText(tensorType))};
    Elements<T> elements(*this);
    std::vector<float> values(elementCount);
    for (int64_t i = 0; i < elementCount; ++i) {
      T element = elements[i];
      values[i] = float(element);
      if constexpr (std::is_same_v<T, double>)
        if (std::isfinite(element) && !std::isfinite(values[i]))
          return Error{fmt::format("element {} is {}, which is too large for "
                                   "a 32-bit float",
                                   i, element)};
    }
    return values;
  });
}

Result<std::vector<int64_t>> Tensor::toIntegers() const {
  using Answer = Result<std::vector<int64_t>>;
  return dispatch(element(), [&]<typename T>() -> Answer {
    if constexpr (isFloating<T>) {
      return Error{
          fmt::format("{} is no tensor of integers", toText(tensorType))};
    } else {
      Elements<T> elements(*this);
      std::vector<int64_t> values;
      values.reserve(elementCount);
      for (int64_t i = 0; i < elementCount; ++i) {
        T element = elements[i];
        if constexpr (std::is_same_v<T, uint64_t>)
          if (element > uint64_t(std::numeric_limits<int64_t>::max()))
            return Error{fmt::format("element {} is {}, which is too large "
                                     "for a signed 64-bit integer",
                                     i, element)};
        values.push_back(static_cast<int64_t>(element));
      }
      return values;
    }
  });
}

} // namespace layerpipe::onnx
