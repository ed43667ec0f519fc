//===- Text.h - Names and numbers for people --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whatever a name holds, what is made of it here is legal UTF-8, HTML and XML,
// and says nothing but the name.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_REPORT_TEXT_H
#define LAYERPIPE_LIB_REPORT_TEXT_H

#include "layerpipe/Scheduling/Fraction.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace layerpipe::report {

/// Text as the content of an element or of a quoted attribute, in HTML and in
/// XML. Each byte that is no UTF-8, and each character that XML forbids or a
/// screen may obey, becomes U+FFFD.
std::string escape(std::string_view text);

/// JSON that may stand within a script element: ASCII, without <, > and &.
std::string scriptJson(const nlohmann::ordered_json &json);

/// Sums stop at the largest integer.
int64_t saturate(scheduling::Wide value);

/// "1 234 567", with narrow spaces.
std::string formatInteger(int64_t value);

/// "48.2 MiB". Binary units, one decimal; nothing is "0".
std::string formatBytes(double bytes);

/// "10.3 %"; what is not 0, or less than 1, does not look so.
std::string formatPercent(double ratio);

/// "1.66": how many times as fast; two decimals.
std::string formatFactor(double factor);

/// A dash where there is no number.
std::string formatOptional(const std::optional<double> &value,
                           std::string (*format)(double));

/// A unit in which the times of one picture are written.
struct TimeScale {
  double perUnit = 1;
  std::string unit;
};

/// The largest unit in which `time` is at least 1: ns, µs, ms, s; cycles go by
/// thousands. An unknown unit stays.
TimeScale scaleFor(double time, std::string_view unit);

/// "42.5 ms": four significant digits.
std::string formatTime(double time, std::string_view unit);

/// The least of 1, 2, 5, 10, 20, … · 10^k that cuts `range` into at most
/// `count` steps; 1 for a range that is not positive.
double niceStep(double range, int64_t count);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_TEXT_H
