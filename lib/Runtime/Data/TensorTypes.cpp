//===- TensorTypes.cpp - Element types of tensor files --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorTypes.h"

#include "layerpipe/Base/SmallFloats.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>

using namespace layerpipe;
using namespace layerpipe::runtime;

static_assert(std::endian::native == std::endian::little,
              "safetensors data is little-endian");

std::optional<int64_t> layerpipe::runtime::bitsOf(std::string_view type) {
  constexpr std::pair<std::string_view, int64_t> known[] = {
      {"F4", 4},   {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"BOOL", 8}, {"U8", 8},
      {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"I16", 16}, {"U16", 16},
      {"F16", 16}, {"BF16", 16},   {"I32", 32},    {"U32", 32}, {"F32", 32},
      {"I64", 64}, {"U64", 64},    {"F64", 64},    {"C64", 64}, {"F8_E8M0", 8}};
  for (auto [name, bits] : known)
    if (name == type)
      return bits;
  return std::nullopt;
}

bool layerpipe::runtime::isConvertible(std::string_view type) {
  return type == "F32" || type == "F16" || type == "BF16" || type == "F64";
}

template <typename Element, typename Convert>
static std::vector<float> convert(std::string_view data, Convert toFloat) {
  std::vector<float> values(data.size() / sizeof(Element));
  for (size_t i = 0; i < values.size(); ++i) {
    Element element;
    std::memcpy(&element, data.data() + i * sizeof(Element), sizeof(Element));
    values[i] = toFloat(element);
  }
  return values;
}

/// Converts doubles. Infinities stay; a number that only becomes infinite by
/// rounding is refused.
static Result<std::vector<float>> fromDoubles(std::string_view data) {
  std::optional<double> beyond;
  size_t index = 0, where = 0;
  auto values = convert<double>(data, [&](double value) {
    float rounded = float(value);
    if (std::isfinite(value) && !std::isfinite(rounded) && !beyond) {
      beyond = value;
      where = index;
    }
    ++index;
    return rounded;
  });
  if (beyond)
    return Error{fmt::format("element {} is {}, which is too large for a "
                             "32-bit float",
                             where, *beyond)};
  return values;
}

Result<std::vector<float>> layerpipe::runtime::toFloats(std::string_view type,
                                                        std::string_view data) {
  if (type == "F64")
    return fromDoubles(data);
  if (type == "F16")
    return convert<uint16_t>(data, base::halfToFloat);
  if (type == "BF16")
    return convert<uint16_t>(data, base::bfloatToFloat);
  return convert<float>(data, [](float value) { return value; });
}
