//===- Text.cpp - Names and numbers for people ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

namespace layerpipe::report {

std::string scriptJson(const nlohmann::ordered_json &json) {
  std::string text = base::dumpJson(json, {.ascii = true});
  std::string safe;
  safe.reserve(text.size());
  for (char c : text)
    if (c == '<' || c == '>' || c == '&')
      safe += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      safe += c;
  return safe;
}

int64_t saturate(scheduling::Wide value) {
  constexpr int64_t largest = std::numeric_limits<int64_t>::max();
  return value > largest ? largest : static_cast<int64_t>(value);
}

std::string formatInteger(int64_t value) {
  std::string digits = fmt::format("{}", value), text;
  for (size_t i = 0; i < digits.size(); ++i) {
    size_t left = digits.size() - i;
    if (i > 0 && left % 3 == 0 && digits[i - 1] != '-')
      text += "\u202F";
    text += digits[i];
  }
  return text;
}

std::string formatBytes(double bytes) {
  constexpr std::string_view units[] = {"B",   "KiB", "MiB", "GiB",
                                        "TiB", "PiB", "EiB"};
  if (bytes == 0)
    return "0";
  size_t unit = 0;
  // A figure that would be printed as 1024.0 belongs to the next unit.
  while (bytes >= (unit == 0 ? 1024 : 1023.95) && unit + 1 < std::size(units)) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

std::string formatPercent(double ratio) {
  if (ratio > 0 && ratio < 0.0005)
    return "below 0.1 %";
  if (ratio < 1 && ratio >= 0.9995)
    return "above 99.9 %";
  return fmt::format("{:.1f} %", 100 * ratio);
}

std::string formatFactor(double factor) {
  return fmt::format("{:.2f}", factor);
}

std::string formatOptional(const std::optional<double> &value,
                           std::string (*format)(double)) {
  return value ? format(*value) : "–";
}

TimeScale scaleFor(double time, std::string_view unit) {
  std::vector<std::string> units;
  if (unit == "ns")
    units = {"ns", "µs", "ms", "s"};
  else if (unit == "us")
    units = {"µs", "ms", "s"};
  else if (unit == "cycles")
    units = {"cycles", "k cycles", "M cycles", "G cycles", "T cycles"};
  else
    return {1, std::string(unit)};
  double perUnit = 1;
  size_t index = 0;
  for (; index + 1 < units.size() && time >= 1000 * perUnit; ++index)
    perUnit *= 1000;
  return {perUnit, units[index]};
}

std::string formatTime(double time, std::string_view unit) {
  TimeScale scale = scaleFor(time, unit);
  double value = time / scale.perUnit;
  bool whole = scale.perUnit == 1 || value >= 1000;
  int decimals = whole ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3;
  return fmt::format("{:.{}f} {}", value, decimals, scale.unit);
}

double niceStep(double range, int64_t count) {
  if (!(range > 0))
    return 1;
  double least = range / static_cast<double>(std::max<int64_t>(count, 1));
  double power = std::pow(10, std::floor(std::log10(least)));
  for (double factor : {1.0, 2.0, 5.0})
    if (factor * power >= least)
      return factor * power;
  return 10 * power;
}

} // namespace layerpipe::report
