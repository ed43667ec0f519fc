//===- Tensor.cpp - tensor values: making, comparing and printing them ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interpreter/Tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include <bit>
#include <cmath>

using namespace mlir;
using namespace layerpipe;

Tensor Tensor::zeros(RankedTensorType type) {
  Tensor tensor;
  tensor.shape.assign(type.getShape().begin(), type.getShape().end());
  if (type.getElementType().isF32())
    tensor.floats.resize(type.getNumElements());
  else
    tensor.integers.resize(type.getNumElements());
  return tensor;
}

Tensor Tensor::ofFloats(ArrayRef<int64_t> shape, std::vector<float> elements) {
  return {SmallVector<int64_t>(shape), std::move(elements), {}};
}

Tensor Tensor::ofIntegers(ArrayRef<int64_t> shape,
                          std::vector<int32_t> elements) {
  return {SmallVector<int64_t>(shape), {}, std::move(elements)};
}

bool Tensor::hasType(RankedTensorType type) const {
  bool isFloat = type.getElementType().isF32();
  auto elements = static_cast<size_t>(type.getNumElements());
  return ArrayRef<int64_t>(shape) == type.getShape() &&
         floats.size() == (isFloat ? elements : 0) &&
         integers.size() == (isFloat ? 0 : elements);
}

/// Returns the bits of a float, with one pattern for every NaN.
static uint32_t bitsOf(float value) {
  return std::isnan(value) ? 0x7fc00000u : std::bit_cast<uint32_t>(value);
}

bool layerpipe::identical(const Tensor &a, const Tensor &b) {
  auto sameBits = [](float x, float y) { return bitsOf(x) == bitsOf(y); };
  return a.shape == b.shape && a.integers == b.integers &&
         llvm::equal(a.floats, b.floats, sameBits);
}

bool layerpipe::identical(const Datum &a, const Datum &b) {
  return a && b ? identical(*a, *b) : a == b;
}

uint32_t layerpipe::checksum(const Tensor &tensor) {
  uint32_t sum = 2166136261u;
  auto add = [&](uint64_t word, unsigned bytes) {
    for (unsigned k = 0; k < bytes; ++k)
      sum = (sum ^ uint8_t(word >> (8 * k))) * 16777619u;
  };
  for (int64_t size : tensor.shape)
    add(size, 8);
  for (float element : tensor.floats)
    add(bitsOf(element), 4);
  for (int32_t element : tensor.integers)
    add(uint32_t(element), 4);
  return sum;
}

/// Prints a float with nine digits, which tell every float from every other.
static void print(llvm::raw_ostream &os, float value) {
  if (std::isnan(value))
    os << "nan";
  else
    os << llvm::format("%.9g", value);
}

/// Prints the first elements, and dots where there are more.
template <typename Element>
static void printFirst(llvm::raw_ostream &os, ArrayRef<Element> elements) {
  constexpr size_t kShown = 4;
  llvm::ListSeparator comma;
  os << "[";
  for (Element element : elements.take_front(kShown)) {
    os << comma;
    if constexpr (std::is_same_v<Element, float>)
      print(os, element);
    else
      os << element;
  }
  os << (elements.size() > kShown ? ", ...]" : "]");
}

std::string layerpipe::toString(const Datum &datum) {
  if (!datum)
    return "absent";
  std::string text;
  llvm::raw_string_ostream os(text);
  if (datum->shape.empty() && datum->floats.size() == 1) {
    print(os, datum->floats[0]);
    return text;
  }
  llvm::interleave(datum->shape, os, "x");
  os << llvm::format(" #%08x ", checksum(*datum));
  if (datum->integers.empty())
    printFirst<float>(os, datum->floats);
  else
    printFirst<int32_t>(os, datum->integers);
  return text;
}
