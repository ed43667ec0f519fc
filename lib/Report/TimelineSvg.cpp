//===- TimelineSvg.cpp - A timeline for papers ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The picture has, from top to bottom: the title, the periods, the rows, the
// axis of time, and the legend. Lengths are in SVG's pixels.
//
//===----------------------------------------------------------------------===//

#include "Palette.h"
#include "Text.h"
#include "layerpipe/Base/Text.h"
#include "layerpipe/Report/PeriodLimit.h"
#include "layerpipe/Report/Svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace layerpipe::report {

using namespace scheduling;

namespace {

constexpr double left = 92, right = 16, top = 56;
constexpr double rowPitch = 34, barHeight = 28;
constexpr double characterWidth = 6.3, smallCharacterWidth = 5.3;
constexpr double legendCharacterWidth = 6;

/// Returns the width that a period needs to show the labels of its fullest
/// processor.
double widthOfPeriod(const StaticSchedule &schedule) {
  int64_t most = 1;
  for (const ScheduleProcessor &processor : schedule.processors)
    most = std::max<int64_t>(
        most, std::count_if(processor.order.begin(), processor.order.end(),
                            [&](int64_t task) {
                              return schedule.tasks[task].duration > 0;
                            }));
  return std::clamp(26 * double(most), 120.0, 520.0);
}

/// Chooses how much of the schedule is drawn, so that what is printed stays
/// legible: a long prologue loses its first periods. In a picture of a given
/// width, periods first shrink to half of what their labels need.
TimelineLimits limitsForPaper(const StaticSchedule &schedule,
                              const SvgOptions &options) {
  constexpr double widest = 3600;
  double periodWidth = widthOfPeriod(schedule);
  double periods =
      options.width ? (double(*options.width) - left - right) * 2 / periodWidth
                    : widest / periodWidth;
  TimelineLimits fitting = options.limits;
  fitting.maxPeriods =
      std::min(fitting.maxPeriods,
               std::max(static_cast<int64_t>(periods), fitting.steadyPeriods));
  return fitting;
}

double lengthOf(std::string_view text) {
  return double(base::countColumns(text));
}

class SvgWriter {
public:
  SvgWriter(const StaticSchedule &schedule, const SvgOptions &options)
      : schedule(schedule), options(options),
        frame(frameTimeline(schedule, limitsForPaper(schedule, options))),
        bars(layOutBars(schedule, frame)) {
    periodWidth = options.width ? (double(*options.width) - left - right) /
                                      double(frame.periods())
                                : widthOfPeriod(schedule);
    pixelsPerTime = periodWidth / double(schedule.period);
  }

  std::string write();

private:
  template <typename... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments &&...arguments) {
    fmt::format_to(std::back_inserter(svg), format,
                   std::forward<Arguments>(arguments)...);
  }

  void findLimit();
  double x(double time) const { return left + time * pixelsPerTime; }
  double y(int64_t row) const { return top + rowPitch * double(row); }
  double bottom() const { return y(frame.rows.size()); }
  double width() const {
    return options.width ? double(*options.width)
                         : left + std::max(plotWidth(), 560.0) + right;
  }
  double plotWidth() const { return periodWidth * double(frame.periods()); }

  void writeHead();
  void writeTitle();
  void writeRows();
  void writePeriods();
  void writeBar(const TimelineBar &bar);
  void writeLabel(const TimelineBar &bar, double from, double width);
  void writeAxis();
  void placeLegend();
  void writeLegend();

  /// An entry of the legend has an icon of some size, a text, and a place.
  struct LegendEntry {
    std::string style, text;
    double iconWidth = 12, iconHeight = 12;
    double x = 0;
    int64_t line = 0;
  };

  const StaticSchedule &schedule;
  const SvgOptions &options;
  TimelineFrame frame;
  std::vector<TimelineBar> bars;
  double periodWidth = 0, pixelsPerTime = 0;
  PeriodLimit limit;
  /// Says of each task whether it lies on the critical cycle; it is empty where
  /// the cycle does not limit the period.
  std::vector<bool> critical;
  std::vector<LegendEntry> legend;
  std::string svg;
};

void SvgWriter::findLimit() {
  Result<CriticalCycle> cycle = findCriticalCycle(schedule);
  limit = findPeriodLimit(schedule, cycle);
  if (!limit.cycle)
    return;
  critical.assign(schedule.tasks.size(), false);
  for (const CriticalStep &step : cycle->steps)
    critical[step.task] = true;
}

void SvgWriter::writeHead() {
  int64_t lines = legend.empty() ? 1 : legend.back().line + 1;
  double height = bottom() + 54 + 16 * double(lines);
  add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" viewBox=\"0 0 {0:.0f} {1:.0f}\">\n",
      width(), height);
  add("<style>\n"
      "text {{ font: 11px Helvetica, Arial, sans-serif; fill: #1c2530 }}\n"
      ".title {{ font-size: 14px; font-weight: 600 }}\n"
      ".small {{ font-size: 9px }}\n"
      ".quiet {{ fill: #5b6672 }}\n"
      ".middle {{ text-anchor: middle }}\n"
      ".end {{ text-anchor: end }}\n"
      ".track {{ fill: #eef1f4 }}\n"
      ".prologue {{ fill: #f8f9fa }}\n"
      ".period {{ stroke: #aab4be; stroke-dasharray: 3 3 }}\n"
      ".critical {{ fill: {0} }}\n"
      ".binding {{ fill: {0}; font-weight: 600 }}\n"
      ".transfer {{ fill: {1} }}\n",
      criticalColor, transferColor);
  for (const KindStyle &style : stylesIn(schedule))
    add(".{} {{ fill: {} }}\n", toString(style.kind), style.color);
  add("</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
}

void SvgWriter::writeTitle() {
  size_t longest = static_cast<size_t>((width() - 40) / 17);
  add("<text class=\"title\" x=\"8\" y=\"20\">{} · {}</text>\n",
      escape(base::shorten(schedule.graph, longest)),
      escape(base::shorten(schedule.strategy, longest)));
  std::string note;
  auto leftOut = [&](int64_t count, std::string_view what) {
    if (count > 0)
      note += fmt::format("{}{} {}", note.empty() ? "not drawn: " : ", ", count,
                          what);
  };
  if (!options.limits.steadyOnly)
    leftOut(frame.omittedPeriods, "earlier periods");
  leftOut(frame.omittedProcessors, "processors");
  leftOut(frame.omittedLinks, "links");
  add("<text class=\"small quiet\" x=\"8\" y=\"33\">{}</text>\n", note);
}

void SvgWriter::writeRows() {
  for (size_t row = 0; row < frame.rows.size(); ++row) {
    const TimelineRow &what = frame.rows[row];
    bool binds = limit.binds(what);
    add("<text class=\"row end{}\" data-row=\"{}\" x=\"{:.0f}\" "
        "y=\"{:.1f}\">{}</text>\n",
        binds ? " binding" : "", row, left - 8, y(row) + barHeight / 2 + 4,
        what.name);
    if (binds)
      add("<rect class=\"critical\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"3\" "
          "height=\"{:.0f}\"/>\n",
          left - 4, y(row), barHeight);
    add("<rect class=\"track\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.2f}\" "
        "height=\"{:.0f}\"/>\n",
        left, y(row), plotWidth(), barHeight);
  }
}

void SvgWriter::writePeriods() {
  for (int64_t n = frame.firstPeriod; n <= frame.endPeriod; ++n) {
    double at = left + periodWidth * double(n - frame.firstPeriod);
    add("<line class=\"period\" data-period=\"{}\" x1=\"{:.2f}\" y1=\"{:.0f}\" "
        "x2=\"{:.2f}\" y2=\"{:.0f}\"/>\n",
        n, at, top - 8, at, bottom());
    if (n == frame.endPeriod)
      continue;
    bool steady = n >= frame.steadyPeriod;
    std::string number = fmt::format("{}", n);
    std::string text = number;
    if (periodWidth >= 110)
      text =
          fmt::format("period {}, {}", n, steady ? "steady state" : "prologue");
    else if (periodWidth >= 50)
      text = "period " + number;
    if (lengthOf(text) * smallCharacterWidth + 5 <= periodWidth)
      add("<text class=\"small quiet\" x=\"{:.1f}\" y=\"{:.0f}\">{}</text>\n",
          at + 4, top - 8, text);
  }
}

void SvgWriter::writeLabel(const TimelineBar &bar, double from, double width) {
  std::string label =
      bar.transfer ? std::string() : labelOf(schedule.tasks[bar.item]);
  std::string iteration = fmt::format("{}", bar.iteration);
  double middle = from + width / 2;
  double letters = lengthOf(label);
  bool hasLabel = letters > 0 && letters * characterWidth + 2 <= width;
  if (double(iteration.size()) * smallCharacterWidth + 2 > width)
    return;
  double line = y(bar.row) + barHeight / 2;
  if (hasLabel)
    add("<text class=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", middle,
        line - 1, escape(label));
  add("<text class=\"small middle\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
      middle, line + (hasLabel ? 10 : 3), iteration);
}

void SvgWriter::writeBar(const TimelineBar &bar) {
  double end = double(frame.periods()) * double(schedule.period);
  double from = x(std::max(0.0, double(bar.begin)));
  double to = x(std::min(end, double(bar.end)));
  // A firing without duration is drawn as a line at its time.
  double width = std::max(to - from, 1.2);
  if (width > 4)
    width -= 0.6;
  std::string what;
  if (bar.transfer) {
    what = fmt::format("class=\"transfer\" data-transfer=\"{}\"",
                       escape(schedule.transfers[bar.item].value));
  } else {
    const ScheduleTask &task = schedule.tasks[bar.item];
    what = fmt::format("class=\"{}\" data-task=\"{}\" data-processor=\"{}\"",
                       toString(task.kind), escape(task.name), task.processor);
  }
  add("<rect {} data-iteration=\"{}\" x=\"{:.2f}\" y=\"{:.1f}\" "
      "width=\"{:.2f}\" height=\"{:.0f}\"/>\n",
      what, bar.iteration, from, y(bar.row), width, barHeight);
  if (!bar.transfer && !critical.empty() && critical[bar.item])
    add("<rect class=\"critical\" x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" "
        "height=\"2.5\"/>\n",
        from, y(bar.row) + barHeight, width);
  if (bar.end > bar.begin)
    writeLabel(bar, from, width);
}

void SvgWriter::writeAxis() {
  double time = double(frame.periods()) * double(schedule.period);
  double step = niceStep(time, std::max<int64_t>(1, plotWidth() / 80));
  TimeScale scale = scaleFor(time, schedule.timeUnit);
  // Time 0 of the axis is the start of period 0, which need not be drawn.
  double origin = double(frame.firstPeriod) * double(schedule.period);
  auto first = static_cast<int64_t>(std::ceil(origin / step));
  for (int64_t tick = first; double(tick) * step <= origin + time; ++tick) {
    double value = double(tick) * step;
    double at = x(value - origin);
    add("<line x1=\"{0:.2f}\" x2=\"{0:.2f}\" y1=\"{1:.0f}\" y2=\"{2:.0f}\" "
        "stroke=\"#5b6672\"/>\n",
        at, bottom() + 2, bottom() + 6);
    add("<text class=\"quiet middle\" x=\"{:.1f}\" y=\"{:.0f}\">{:g}</text>\n",
        at, bottom() + 18, value / scale.perUnit);
  }
  add("<text class=\"quiet end\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n",
      left - 12, bottom() + 18, escape(scale.unit));
}

/// Places the entries from left to right, on as many lines as the width makes
/// necessary.
void SvgWriter::placeLegend() {
  double start = std::min(left, width() / 8), at = start;
  int64_t line = 0;
  auto entry = [&](std::string_view style, const std::string &text,
                   double iconWidth = 12, double iconHeight = 12) {
    double wide = 36 + legendCharacterWidth * lengthOf(text);
    if (at > start && at + wide > width()) {
      at = start;
      ++line;
    }
    legend.push_back(
        {std::string(style), text, iconWidth, iconHeight, at, line});
    at += wide;
  };
  for (const KindStyle &style : stylesIn(schedule))
    entry(toString(style.kind),
          fmt::format("{} {}", style.letter, toString(style.kind)));
  if (frame.rows.size() > 0 && frame.rows.back().isLink())
    entry("transfer", "transfer");
  if (!critical.empty())
    entry("critical", "critical cycle", 12, 2.5);
  if (!limit.processors.empty() || !limit.links.empty())
    entry("critical", "busy all the time", 3, 12);
}

void SvgWriter::writeLegend() {
  for (const LegendEntry &entry : legend) {
    double line = bottom() + 46 + 16 * double(entry.line);
    add("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.0f}\" "
        "height=\"{:.1f}\"/>\n<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n",
        entry.style, entry.x + 12 - entry.iconWidth,
        line - 4 - entry.iconHeight / 2, entry.iconWidth, entry.iconHeight,
        entry.x + 17, line, entry.text);
  }
}

std::string SvgWriter::write() {
  findLimit();
  placeLegend();
  writeHead();
  writeTitle();
  writeRows();
  for (const TimelineBar &bar : bars)
    writeBar(bar);
  writePeriods();
  writeAxis();
  writeLegend();
  return std::move(svg) + "</svg>\n";
}

} // namespace

std::string writeTimelineSvg(const StaticSchedule &schedule,
                             const SvgOptions &options) {
  return SvgWriter(schedule, options).write();
}

} // namespace layerpipe::report
