//===- Text.h - Names and numbers for people --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whatever a name holds, the text that these functions make of it is legal
// UTF-8, HTML and XML, and says nothing but the name.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_REPORT_TEXT_H
#define LAYERPIPE_LIB_REPORT_TEXT_H

#include "layerpipe/Base/Markup.h"
#include "layerpipe/Scheduling/Model/Fraction.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace layerpipe::report {

using base::escape;

/// Returns JSON that may stand within a script element: it is ASCII without <,
/// > and &.
std::string scriptJson(const nlohmann::ordered_json &json);

/// Returns the value, or the largest integer if the value is larger.
int64_t saturate(scheduling::Wide value);

/// Writes an integer with narrow spaces between groups of digits: "1 234 567".
std::string formatInteger(int64_t value);

/// Writes a size in binary units with one decimal: "48.2 MiB". No bytes are
/// "0".
std::string formatBytes(double bytes);

/// Writes a ratio as per cent: "10.3 %". A ratio that is not 0 never looks like
/// 0, and one below 1 never like 100 %.
std::string formatPercent(double ratio);

/// Writes how many times as fast something is, with two decimals: "1.66".
std::string formatFactor(double factor);

/// Writes the value with `format`, or a dash where there is none.
std::string formatOptional(const std::optional<double> &value,
                           std::string (*format)(double));

/// All times of one picture are written in one such unit.
struct TimeScale {
  double perUnit = 1;
  std::string unit;
};

/// Returns the largest unit in which `time` is at least 1: ns, µs, ms or s.
/// Cycles go up by thousands, and an unknown unit stays as it is.
TimeScale scaleFor(double time, std::string_view unit);

/// Writes a time with four significant digits in its best unit: "42.5 ms".
std::string formatTime(double time, std::string_view unit);

/// Returns the distance of the marks on an axis: the least of 1, 2, 5, 10, 20,
/// … · 10^k that cuts `range` into at most `count` steps, or 1 if `range` is
/// not positive.
double niceStep(double range, int64_t count);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_TEXT_H
