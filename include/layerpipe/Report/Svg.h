//===- Svg.h - A timeline for papers ----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_SVG_H
#define LAYERPIPE_REPORT_SVG_H

#include "layerpipe/Report/Timeline.h"

#include <cstdint>
#include <optional>
#include <string>

namespace layerpipe::report {

/// Options say what a picture shows, and how large it is.
struct SvgOptions {
  TimelineLimits limits;
  /// The whole picture is so many pixels wide. Without a width, periods are as
  /// wide as their labels need. With one, the periods share it, and labels that
  /// no longer fit are left out.
  std::optional<int64_t> width;

  static constexpr int64_t minWidth = 240, maxWidth = 20000;
};

/// Draws the timeline as an SVG file: dark on white, with a legend, as high as
/// its rows and as wide as its periods need. The schedule must have passed
/// check().
std::string writeTimelineSvg(const scheduling::StaticSchedule &schedule,
                             const SvgOptions &options = {});

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_SVG_H
