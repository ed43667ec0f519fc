//===- Palette.h - How kinds of tasks look ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place that knows the colours and letters of tasks, for the page and
// for the picture. Neighbouring kinds differ in lightness as well as in hue,
// and dark letters are legible on all of them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_REPORT_PALETTE_H
#define LAYERPIPE_LIB_REPORT_PALETTE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::report {

struct KindStyle {
  scheduling::TaskKind kind;
  std::string_view color;
  /// As in docs/glossary.md; B is a coupled backward.
  std::string_view letter;
  std::string_view meaning;
};

/// All kinds but input, which occupies nothing, in the order of a legend.
std::span<const KindStyle> kindStyles();
const KindStyle &styleOf(scheduling::TaskKind kind);

/// Those that the schedule has tasks of.
std::vector<KindStyle> stylesIn(const scheduling::StaticSchedule &schedule);

/// How many colours strategies have; the page's style sheet defines them as
/// --series-0, --series-1 and so on.
inline constexpr int64_t strategyColors = 10;

/// A number below `strategyColors` for each name. A strategy of layerpipe has
/// the same on every page; other producers' share what is left, in the order of
/// their names. The order of files makes no difference.
std::map<std::string, int64_t>
strategyStyles(const std::set<std::string> &names);

inline constexpr std::string_view transferColor = "#9aa5b1";
inline constexpr std::string_view criticalColor = "#d6246e";

/// "G3": the letter and the layer of a task. A part adds where it begins:
/// "G3/64".
std::string labelOf(const scheduling::ScheduleTask &task);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_PALETTE_H
