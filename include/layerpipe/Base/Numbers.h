//===- Numbers.h - Reading numbers within limits ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the one way in which programs, commands and passes read numbers that
// people write. A number is taken as it was written, or refused with a sentence
// that names the limits. It never overflows, wraps around, or turns into 0 or
// infinity because the type behind it is too small.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_NUMBERS_H
#define LAYERPIPE_BASE_NUMBERS_H

#include "layerpipe/Base/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace layerpipe::base {

/// The limits allow the numbers from `least` to `most`, both included, and 0
/// where `orZero` says so. `T` is int64_t, uint64_t or double.
template <typename T> struct Limits {
  T least;
  T most;
  bool orZero = false;
};

/// A 32-bit float holds these numbers, with some room, without becoming 0 or
/// infinite.
inline constexpr Limits<double> positiveFloat{1e-37, 1e38};
inline constexpr Limits<double> positiveFloatOrZero{1e-37, 1e38, true};

/// Writes a number in few characters: "1e12" for a million millions, "1e-6",
/// "0.25".
std::string toShortText(int64_t value);
std::string toShortText(uint64_t value);
std::string toShortText(double value);

/// Says which numbers the limits allow: "a whole number from 1 to 1e9", "a
/// number from 1e-6 to 1e9, or 0".
template <typename T> std::string describe(const Limits<T> &limits);

/// Reads a decimal number, which must be the whole text. The error says what is
/// wrong with the text and what would be right: "'1e39' is too large; it must
/// be a number from 1e-37 to 1e38, or 0".
template <typename T>
Result<T> parseNumber(std::string_view text, const Limits<T> &limits);

/// Checks a number that was read elsewhere, with the same errors.
template <typename T>
Result<void> checkNumber(T value, const Limits<T> &limits);

/// Returns the product of two counts, or nothing if it exceeds `most`. None of
/// the three may be negative.
std::optional<int64_t> boundedProduct(int64_t a, int64_t b, int64_t most);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_NUMBERS_H
