//===- Svg.h - A timeline for papers ----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_SVG_H
#define LAYERPIPE_REPORT_SVG_H

#include "layerpipe/Report/Timeline.h"

#include <string>

namespace layerpipe::report {

/// The timeline as an SVG file: dark on white, with a legend, as high as its
/// rows and as wide as its periods need. The schedule must have passed check().
std::string writeTimelineSvg(const scheduling::StaticSchedule &schedule,
                             const TimelineLimits &limits = {});

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_SVG_H
