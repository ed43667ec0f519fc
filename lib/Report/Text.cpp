//===- Text.cpp - Names and numbers for people ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <vector>

namespace layerpipe::report {

namespace {

struct Character {
  char32_t code = 0;
  size_t length = 1;
  bool legal = false;
};

/// Not a control, of which C1 are some, and not one of those that XML forbids.
bool isShown(char32_t code) {
  bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return !control && !surrogate && code <= 0x10FFFF && code != 0xFFFE &&
         code != 0xFFFF;
}

/// The character at the front of text that is not empty.
Character decode(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80)
    return {byte(0), 1, isShown(byte(0))};
  size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  if (byte(0) < 0xC0 || byte(0) > 0xF7 || text.size() < length)
    return {};
  char32_t code = byte(0) & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80)
      return {};
    code = code << 6 | (byte(i) & 0x3F);
  }
  // A longer form than needed is illegal.
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length])
    return {};
  return {code, length, isShown(code)};
}

constexpr std::string_view replacement = "\uFFFD";

} // namespace

std::string escape(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    Character character = decode(text);
    switch (character.code) {
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '&':
      escaped += "&amp;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    case '\'':
      escaped += "&#39;";
      break;
    default:
      escaped +=
          character.legal ? text.substr(0, character.length) : replacement;
    }
    text.remove_prefix(character.length);
  }
  return escaped;
}

std::string scriptJson(const nlohmann::ordered_json &json) {
  using nlohmann::ordered_json;
  std::string text =
      json.dump(-1, ' ', true, ordered_json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (char c : text)
    if (c == '<' || c == '>' || c == '&')
      safe += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      safe += c;
  return safe;
}

std::string shorten(std::string_view text, size_t count) {
  size_t bytes = 0, beforeLast = 0;
  for (size_t i = 0; i < count && bytes < text.size(); ++i) {
    beforeLast = bytes;
    bytes += decode(text.substr(bytes)).length;
  }
  if (bytes >= text.size())
    return std::string(text);
  return std::string(text.substr(0, beforeLast)) + "…";
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
  // What would be printed as 1024.0 belongs to the next unit.
  while (bytes >= (unit == 0 ? 1024 : 1023.95) && unit + 1 < std::size(units)) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

std::string formatPercent(double ratio) {
  if (ratio > 0 && ratio < 0.0005)
    return "<0.1 %";
  return fmt::format("{:.1f} %", 100 * ratio);
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
