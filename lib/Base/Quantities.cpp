//===- Quantities.cpp - Numbers for people --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Quantities.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace layerpipe::base {

std::string percentText(double fraction) {
  if (fraction > 0 && fraction < 0.0005)
    return "<0.1 %";
  return fmt::format("{:.1f} %", 100 * fraction);
}

std::string bytesText(int64_t bytes) {
  constexpr std::array<std::string_view, 7> units = {"B",   "KiB", "MiB", "GiB",
                                                     "TiB", "PiB", "EiB"};
  if (bytes < 1024)
    return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes);
  size_t unit = 0;
  // A size that would be printed as 1024.0 belongs to the next unit.
  while (size >= 1023.95 && unit + 1 < units.size()) {
    size /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, units[unit]);
}

std::string countText(int64_t count) {
  constexpr std::array<std::string_view, 7> units = {"",  "k", "M", "G",
                                                     "T", "P", "E"};
  if (count < 100'000)
    return fmt::format("{}", count);
  double size = static_cast<double>(count);
  size_t unit = 0;
  // A count that would be printed as 1000 belongs to the next unit.
  while (size >= 999.5 && unit + 1 < units.size()) {
    size /= 1000;
    ++unit;
  }
  int decimals = size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", size, decimals, units[unit]);
}

std::string durationText(double seconds) {
  // Nobody counts beyond this, and an integer would not hold it.
  constexpr double longest = 100.0 * 365 * 24 * 3600;
  auto whole =
      static_cast<int64_t>(std::round(std::clamp(seconds, 0.0, longest)));
  if (whole < 60)
    return fmt::format("{} s", whole);
  if (whole < 3600)
    return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

} // namespace layerpipe::base
