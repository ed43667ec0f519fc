//===- Palette.h - How kinds of tasks look ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the one place that knows the colours and letters of tasks, for the
// page and for the picture. Neighbouring kinds differ in lightness as well as
// in hue, and dark letters are legible on all of them.
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
  /// The letters are those of docs/glossary.md; B is a coupled backward.
  std::string_view letter;
  std::string_view meaning;
};

/// Returns the style of every kind in the order of a legend, except for inputs,
/// which occupy nothing.
std::span<const KindStyle> kindStyles();
const KindStyle &styleOf(scheduling::TaskKind kind);

/// Returns the styles of the kinds that the schedule has tasks of.
std::vector<KindStyle> stylesIn(const scheduling::StaticSchedule &schedule);

/// This many colours exist for strategies. The page's style sheet defines them
/// as --series-0, --series-1 and so on.
inline constexpr int64_t strategyColors = 10;

/// Gives each name a number below `strategyColors`. A strategy of layerpipe has
/// the same number on every page; other names share what is left, in
/// alphabetical order, so that the order of files makes no difference.
std::map<std::string, int64_t>
strategyStyles(const std::set<std::string> &names);

inline constexpr std::string_view transferColor = "#9aa5b1";
inline constexpr std::string_view criticalColor = "#d6246e";

/// Returns the letter and the layer of a task, such as "G3". The label of a
/// part adds where the part begins: "G3/64".
std::string labelOf(const scheduling::ScheduleTask &task);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_PALETTE_H
