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
    tensor.numbers.resize(type.getNumElements());
  else
    tensor.integers.resize(type.getNumElements());
  return tensor;
}

Tensor Tensor::ofFloats(ArrayRef<int64_t> shape, std::vector<float> elements) {
  return {SmallVector<int64_t>(shape),
          std::vector<double>(elements.begin(), elements.end()),
          {}};
}

Tensor Tensor::ofIntegers(ArrayRef<int64_t> shape,
                          std::vector<int32_t> elements) {
  return {SmallVector<int64_t>(shape), {}, std::move(elements)};
}

bool Tensor::hasType(RankedTensorType type) const {
  bool isFloat = type.getElementType().isF32();
  auto elements = static_cast<size_t>(type.getNumElements());
  return ArrayRef<int64_t>(shape) == type.getShape() &&
         numbers.size() == (isFloat ? elements : 0) &&
         integers.size() == (isFloat ? 0 : elements);
}

/// Returns the bits of a float, with one pattern for every NaN.
static uint64_t bitsOf(double value) {
  constexpr uint64_t quietNaN = 0x7ff8000000000000u;
  return std::isnan(value) ? quietNaN : std::bit_cast<uint64_t>(value);
}

/// Returns the bits of the nearest f32, all NaN being one.
static uint32_t bits32Of(double value) {
  return std::isnan(value) ? 0x7fc00000u
                           : std::bit_cast<uint32_t>(static_cast<float>(value));
}

bool layerpipe::identical(const Tensor &a, const Tensor &b) {
  auto sameBits = [](double x, double y) { return bitsOf(x) == bitsOf(y); };
  return a.shape == b.shape && a.integers == b.integers &&
         llvm::equal(a.numbers, b.numbers, sameBits);
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
  for (double element : tensor.numbers)
    add(bits32Of(element), 4);
  for (int32_t element : tensor.integers)
    add(uint32_t(element), 4);
  return sum;
}

/// Prints a float with nine digits, which tell every float from every other.
static void print(llvm::raw_ostream &os, double value) {
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
    if constexpr (std::is_same_v<Element, double>)
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
  if (datum->shape.empty() && datum->numbers.size() == 1) {
    print(os, datum->numbers[0]);
    return text;
  }
  llvm::interleave(datum->shape, os, "x");
  os << llvm::format(" #%08x ", checksum(*datum));
  if (datum->integers.empty())
    printFirst<double>(os, datum->numbers);
  else
    printFirst<int32_t>(os, datum->integers);
  return text;
}
