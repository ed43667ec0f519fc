//===- TimelineSvg.cpp - A timeline for papers ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From top to bottom: the title, the periods, the rows, the axis of time, the
// legend. Lengths are in SVG's pixels.
//
//===----------------------------------------------------------------------===//

#include "Palette.h"
#include "Text.h"
#include "layerpipe/Base/Text.h"
#include "layerpipe/Report/CriticalCycle.h"
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

/// A period that is wide enough for the labels of the fullest processor.
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

/// What is printed must stay legible: a long prologue loses its first periods.
TimelineLimits limitsForPaper(const TimelineLimits &limits,
                              double periodWidth) {
  constexpr double widest = 3600;
  TimelineLimits fitting = limits;
  int64_t periods = static_cast<int64_t>(widest / periodWidth);
  fitting.maxPeriods =
      std::min(limits.maxPeriods, std::max(periods, limits.steadyPeriods));
  return fitting;
}

class SvgWriter {
public:
  SvgWriter(const StaticSchedule &schedule, const TimelineLimits &limits)
      : schedule(schedule), periodWidth(widthOfPeriod(schedule)),
        pixelsPerTime(periodWidth / double(schedule.period)),
        frame(frameTimeline(schedule, limitsForPaper(limits, periodWidth))),
        bars(layOutBars(schedule, frame)) {}

  std::string write();

private:
  template <typename... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments &&...arguments) {
    fmt::format_to(std::back_inserter(svg), format,
                   std::forward<Arguments>(arguments)...);
  }

  void markCritical();
  double x(double time) const { return left + time * pixelsPerTime; }
  double y(int64_t row) const { return top + rowPitch * double(row); }
  double bottom() const { return y(frame.rows.size()); }
  double width() const { return left + std::max(plotWidth(), 560.0) + right; }
  double plotWidth() const { return periodWidth * double(frame.periods()); }

  void writeHead();
  void writeTitle();
  void writeRows();
  void writePeriods();
  void writeBar(const TimelineBar &bar);
  void writeLabel(const TimelineBar &bar, double from, double width);
  void writeAxis();
  void writeLegend();

  const StaticSchedule &schedule;
  double periodWidth, pixelsPerTime;
  TimelineFrame frame;
  std::vector<TimelineBar> bars;
  std::vector<bool> critical;
  std::string svg;
};

void SvgWriter::markCritical() {
  critical.assign(schedule.tasks.size(), false);
  if (Result<CriticalCycle> cycle = findCriticalCycle(schedule))
    for (const CriticalStep &step : cycle->steps)
      critical[step.task] = true;
}

void SvgWriter::writeHead() {
  double height = bottom() + 70;
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
      ".critical {{ fill: {} }}\n"
      ".transfer {{ fill: {} }}\n",
      criticalColor, transferColor);
  for (const KindStyle &style : stylesIn(schedule))
    add(".{} {{ fill: {} }}\n", toString(style.kind), style.color);
  add("</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
}

void SvgWriter::writeTitle() {
  constexpr size_t longest = 60;
  add("<text class=\"title\" x=\"8\" y=\"20\">{} · {}</text>\n",
      escape(base::shorten(schedule.graph, longest)),
      escape(base::shorten(schedule.strategy, longest)));
  std::string note;
  auto leftOut = [&](int64_t count, std::string_view what) {
    if (count > 0)
      note += fmt::format("{}{} {}", note.empty() ? "not drawn: " : ", ", count,
                          what);
  };
  leftOut(frame.omittedPeriods, "earlier periods");
  leftOut(frame.omittedProcessors, "processors");
  leftOut(frame.omittedLinks, "links");
  add("<text class=\"small quiet end\" x=\"{:.0f}\" y=\"20\">{}</text>\n",
      width() - right, note);
}

void SvgWriter::writeRows() {
  for (size_t row = 0; row < frame.rows.size(); ++row) {
    const TimelineRow &what = frame.rows[row];
    std::string name = what.isLink()
                           ? fmt::format("link {}–{}", what.first, what.second)
                           : fmt::format("processor {}", what.first);
    add("<text class=\"row end\" data-row=\"{}\" x=\"{:.0f}\" y=\"{:.1f}\">{}"
        "</text>\n",
        row, left - 8, y(row) + barHeight / 2 + 4, name);
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
    add("<text class=\"small quiet\" x=\"{:.1f}\" y=\"{:.0f}\">period {}, {}"
        "</text>\n",
        at + 4, top - 8, n, steady ? "steady state" : "prologue");
  }
}

void SvgWriter::writeLabel(const TimelineBar &bar, double from, double width) {
  std::string label =
      bar.transfer ? std::string() : labelOf(schedule.tasks[bar.item]);
  std::string iteration = fmt::format("{}", bar.iteration);
  double middle = from + width / 2;
  size_t letters = base::countColumns(label);
  bool hasLabel = letters > 0 && double(letters) * characterWidth + 2 <= width;
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
  // A firing without duration is a line at its time.
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
  if (!bar.transfer && critical[bar.item])
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
  // Time 0 of the axis is the start of period 0, not of the first one drawn.
  double origin = double(frame.firstPeriod) * double(schedule.period);
  for (double tick = std::ceil(origin / step); tick * step <= origin + time;
       ++tick) {
    double at = x(tick * step - origin);
    add("<line x1=\"{0:.2f}\" x2=\"{0:.2f}\" y1=\"{1:.0f}\" y2=\"{2:.0f}\" "
        "stroke=\"#5b6672\"/>\n",
        at, bottom() + 2, bottom() + 6);
    add("<text class=\"quiet middle\" x=\"{:.1f}\" y=\"{:.0f}\">{:g}</text>\n",
        at, bottom() + 18, tick * step / scale.perUnit);
  }
  add("<text class=\"quiet end\" x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n",
      left - 12, bottom() + 18, escape(scale.unit));
}

void SvgWriter::writeLegend() {
  double at = left, line = bottom() + 46;
  auto entry = [&](std::string_view style, const std::string &text) {
    add("<rect class=\"{}\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"12\" "
        "height=\"12\"/>\n<text x=\"{:.0f}\" y=\"{:.0f}\">{}</text>\n",
        style, at, line - 10, at + 17, line, text);
    at += 36 + legendCharacterWidth * double(text.size());
  };
  for (const KindStyle &style : stylesIn(schedule))
    entry(toString(style.kind),
          fmt::format("{} {}", style.letter, toString(style.kind)));
  if (frame.rows.size() > 0 && frame.rows.back().isLink())
    entry("transfer", "transfer");
  if (std::find(critical.begin(), critical.end(), true) != critical.end())
    entry("critical", "critical cycle");
}

std::string SvgWriter::write() {
  markCritical();
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
                             const TimelineLimits &limits) {
  return SvgWriter(schedule, limits).write();
}

} // namespace layerpipe::report
