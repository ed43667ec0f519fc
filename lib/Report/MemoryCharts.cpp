//===- MemoryCharts.cpp - Memory over time, a chart per processor ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All charts of a schedule have the same axes, so that they can be compared.
//
//===----------------------------------------------------------------------===//

#include "Facts.h"
#include "Html.h"
#include "Text.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::report {

using namespace scheduling;

namespace {

constexpr double width = 300, height = 112;
constexpr double left = 52, right = 8, top = 8, bottom = 20;
constexpr int64_t maxSteps = 300;
constexpr size_t maxCharts = 64;

struct Axes {
  double period = 1, bytes = 1;
  double x(double time) const {
    return left + time / period * (width - left - right);
  }
  double y(double held) const {
    return height - bottom - held / bytes * (height - top - bottom);
  }
};

/// Returns the upper edge of a chart as an SVG path, from the first step to the
/// period's end.
std::string edgePath(const std::vector<MemoryStep> &steps, const Axes &axes) {
  std::string path;
  for (const MemoryStep &step : steps)
    path += path.empty() ? fmt::format("M{:.1f} {:.1f}", axes.x(step.time),
                                       axes.y(step.bytes))
                         : fmt::format("H{:.1f}V{:.1f}", axes.x(step.time),
                                       axes.y(step.bytes));
  return path + fmt::format("H{:.1f}", axes.x(axes.period));
}

std::string axesSvg(const Axes &axes, const StaticSchedule &schedule) {
  std::string svg;
  for (double share : {0.0, 0.5, 1.0})
    svg += fmt::format("<line class=\"grid\" x1=\"{:.0f}\" x2=\"{:.0f}\" "
                       "y1=\"{:.1f}\" y2=\"{:.1f}\"/><text x=\"{:.0f}\" "
                       "y=\"{:.1f}\" text-anchor=\"end\">{}</text>",
                       left, width - right, axes.y(share * axes.bytes),
                       axes.y(share * axes.bytes), left - 5,
                       axes.y(share * axes.bytes) + 3,
                       share == 0 ? "0" : formatBytes(share * axes.bytes));
  svg +=
      fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\">0</text><text x=\"{:.0f}\" "
                  "y=\"{:.0f}\" text-anchor=\"end\">{}</text>",
                  left, height - 6, width - right, height - 6,
                  escape(formatTime(axes.period, schedule.timeUnit)));
  return svg;
}

std::string chart(const Facts &facts, size_t processor, const Axes &axes) {
  const MemoryProfile &profile = facts.memory[processor];
  int64_t capacity = facts.schedule.processors[processor].memoryBytes;
  std::vector<MemoryStep> steps =
      thinOut(profile, facts.schedule.period, maxSteps);
  std::string edge = edgePath(steps, axes);
  return fmt::format(
      "<figure data-memory=\"{0}\"><figcaption><b>processor {0}</b><span>{1} "
      "of {2}</span></figcaption><svg viewBox=\"0 0 {3:.0f} {4:.0f}\" "
      "role=\"img\" aria-label=\"memory of processor {0}\">{5}"
      "<path class=\"area\" d=\"{6}V{7:.1f}H{8:.1f}z\"/>"
      "<path class=\"edge\" d=\"{6}\"/>"
      "<line class=\"capacity\" x1=\"{8:.0f}\" x2=\"{9:.0f}\" y1=\"{10:.1f}\" "
      "y2=\"{10:.1f}\"/></svg></figure>\n",
      processor, formatBytes(profile.peak), formatBytes(capacity), width,
      height, axesSvg(axes, facts.schedule), edge, axes.y(0), left,
      width - right, axes.y(capacity));
}

} // namespace

std::string memoryCharts(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  Axes axes{static_cast<double>(schedule.period), 1};
  bool fits = true;
  for (size_t i = 0; i < schedule.processors.size(); ++i) {
    int64_t capacity = schedule.processors[i].memoryBytes;
    fits &= facts.memory[i].peak <= capacity;
    axes.bytes =
        std::max({axes.bytes, double(capacity), double(facts.memory[i].peak)});
  }
  std::string html = "<div class=\"charts\">\n";
  size_t drawn = std::min(schedule.processors.size(), maxCharts);
  for (size_t processor = 0; processor < drawn; ++processor)
    html += chart(facts, processor, axes);
  html += "</div>\n";
  if (drawn < schedule.processors.size())
    html += fmt::format("<p class=\"note\">{} more processors are left out."
                        "</p>\n",
                        schedule.processors.size() - drawn);
  if (!fits)
    html += "<p class=\"note\">Some peaks are above the memory that the file "
            "gives for its processor.</p>\n";
  return cardHtml(
      "Memory over time",
      "Bytes that the channels of each processor hold during one period of "
      "the steady state: a place is taken from the producer's start to the "
      "end of the last reader. The dashed line is what the file provides for. "
      "Beside the name: the peak, and that memory.",
      html);
}

} // namespace layerpipe::report
