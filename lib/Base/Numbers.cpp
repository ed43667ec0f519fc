//===- Numbers.cpp - Reading numbers within limits ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// std::from_chars reads the numbers: it knows no locale, and distinguishes a
// number that is out of range from a text that is no number.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Numbers.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <type_traits>

namespace layerpipe::base {

/// Shortens "2.5e-06" to "2.5e-6", without the exponent's zeros and its plus
/// sign.
static std::string shortenExponent(std::string text) {
  size_t e = text.find('e');
  if (e == std::string::npos)
    return text;
  size_t sign = text[e + 1] == '-' ? e + 2 : e + 1;
  size_t digits = text.find_first_not_of("+0", sign);
  return text.erase(sign, digits - sign);
}

std::string toShortText(uint64_t value) {
  int zeros = 0;
  uint64_t rest = value;
  for (; rest >= 10 && rest % 10 == 0; ++zeros)
    rest /= 10;
  // People can read about seven digits at a glance.
  constexpr int manyZeros = 7;
  return rest < 10 && zeros >= manyZeros ? fmt::format("{}e{}", rest, zeros)
                                         : fmt::format("{}", value);
}

std::string toShortText(int64_t value) {
  if (value >= 0)
    return toShortText(uint64_t(value));
  return "-" + toShortText(~uint64_t(value) + 1);
}

std::string toShortText(double value) {
  return shortenExponent(fmt::format("{:.6g}", value));
}

template <typename T> std::string describe(const Limits<T> &limits) {
  return fmt::format("a {}number from {} to {}{}",
                     std::is_integral_v<T> ? "whole " : "",
                     toShortText(limits.least), toShortText(limits.most),
                     limits.orZero ? ", or 0" : "");
}

/// Returns a text in quotes, cut where it is long.
static std::string quote(std::string_view text) {
  constexpr size_t longest = 40;
  if (text.size() <= longest)
    return fmt::format("'{}'", text);
  size_t end = longest;
  // The cut would fall inside a UTF-8 character.
  while (end > 0 && (text[end] & 0xC0) == 0x80)
    --end;
  return fmt::format("'{}...'", text.substr(0, end));
}

template <typename T>
static Error refuse(const std::string &number, const char *why,
                    const Limits<T> &limits) {
  return Error{
      fmt::format("{} is {}; it must be {}", number, why, describe(limits))};
}

/// Says why `value` is outside the limits; returns null if it isn't. NaN counts
/// as outside.
template <typename T>
static const char *problemOf(T value, const Limits<T> &limits) {
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(value))
      return "not a finite number";
  if (limits.orZero && value == T(0))
    return nullptr;
  return value < limits.least  ? "too small"
         : value > limits.most ? "too large"
                               : nullptr;
}

/// Says what is wrong with a number that its type can't hold.
template <typename T> static const char *overflowOf(const std::string &text) {
  if constexpr (std::is_integral_v<T>)
    return text.starts_with('-') ? "too small" : "too large";
  // The result is 0 or infinite.
  double nearest = std::strtod(text.c_str(), nullptr);
  return nearest > 1 ? "too large" : "too small";
}

/// Says why `text` is no number without a sign. std::from_chars would say only
/// that a negative number is no number where the type has no sign.
static const char *problemOfUnsigned(std::string_view text) {
  bool negative = text.size() > 1 && text[0] == '-' &&
                  text.find_first_not_of("0123456789", 1) == text.npos;
  return negative ? "too small" : "not a whole number";
}

template <typename T>
Result<T> parseNumber(std::string_view text, const Limits<T> &limits) {
  const char *end = text.data() + text.size();
  T value = 0;
  auto [stop, problem] = std::from_chars(text.data(), end, value);
  const char *why = nullptr;
  if (problem == std::errc::invalid_argument || stop != end)
    why = std::is_unsigned_v<T>   ? problemOfUnsigned(text)
          : std::is_integral_v<T> ? "not a whole number"
                                  : "not a number";
  else if (problem == std::errc::result_out_of_range)
    why = overflowOf<T>(std::string(text));
  else
    why = problemOf(value, limits);
  if (why)
    return refuse(quote(text), why, limits);
  return value == T(0) ? T(0) : value; // The result drops the sign of -0.
}

template <typename T>
Result<void> checkNumber(T value, const Limits<T> &limits) {
  if (const char *why = problemOf(value, limits))
    return refuse(toShortText(value), why, limits);
  return {};
}

std::optional<int64_t> boundedProduct(int64_t a, int64_t b, int64_t most) {
  if (a != 0 && b > most / a)
    return std::nullopt;
  return a * b;
}

#define LAYERPIPE_NUMBERS_OF(T)                                                \
  template std::string describe(const Limits<T> &);                            \
  template Result<T> parseNumber(std::string_view, const Limits<T> &);         \
  template Result<void> checkNumber(T, const Limits<T> &);
LAYERPIPE_NUMBERS_OF(int64_t)
LAYERPIPE_NUMBERS_OF(uint64_t)
LAYERPIPE_NUMBERS_OF(double)
#undef LAYERPIPE_NUMBERS_OF

} // namespace layerpipe::base
