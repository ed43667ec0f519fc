//===- NumberArray.cpp - Numbers as a file holds them ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file converts the elements of arrays.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/NumberArray.h"

#include "TensorTypes.h"
#include "layerpipe/Base/Numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

using namespace layerpipe;
using namespace layerpipe::runtime;

int64_t NumberArray::valuesPerSample() const {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  int64_t values = 1;
  for (size_t d = 1; d < shape.size(); ++d)
    values = base::boundedProduct(values, shape[d], most).value_or(most);
  return values;
}

template <typename Element, typename Number>
static std::vector<Number> convert(const std::vector<uint8_t> &bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Element));
  for (size_t i = 0; i < numbers.size(); ++i) {
    Element element;
    std::memcpy(&element, bytes.data() + i * sizeof(Element), sizeof(Element));
    numbers[i] = Number(element);
  }
  return numbers;
}

template <typename Number>
static std::vector<Number> convertIntegers(const NumberArray &array) {
  if (array.type == "U8")
    return convert<uint8_t, Number>(array.bytes);
  if (array.type == "I32")
    return convert<int32_t, Number>(array.bytes);
  return convert<int64_t, Number>(array.bytes);
}

std::vector<int64_t> layerpipe::runtime::integersOf(const NumberArray &array) {
  return convertIntegers<int64_t>(array);
}

Result<std::vector<float>>
layerpipe::runtime::floatsOf(const NumberArray &array) {
  if (array.hasIntegers())
    return convertIntegers<float>(array);
  if (!isConvertible(array.type))
    return Error{fmt::format("{} has elements of type {}; they must be U8, "
                             "I32, I64, F16, BF16, F32 or F64",
                             array.origin, array.type)};
  Result<std::vector<float>> values = toFloats(
      array.type,
      std::string_view(reinterpret_cast<const char *>(array.bytes.data()),
                       array.bytes.size()));
  if (!values)
    return Error{array.origin + ": " + values.error().message};
  auto bad = std::find_if(values->begin(), values->end(),
                          [](float value) { return !std::isfinite(value); });
  if (bad != values->end())
    return Error{fmt::format("{} holds {} in element {}; numbers must be "
                             "finite",
                             array.origin, *bad, bad - values->begin())};
  return values;
}
