//===- ScheduleSection.cpp - The section of one schedule ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Facts.h"
#include "Html.h"
#include "Text.h"
#include "Verdict.h"

#include <fmt/format.h>

namespace layerpipe::report {

using namespace scheduling;

namespace {

double toDouble(Fraction value) {
  return double(value.numerator) / double(value.denominator);
}

std::string timeOf(const Facts &facts, double time) {
  return escape(formatTime(time, facts.schedule.timeUnit));
}

std::string headTiles(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  const ScheduleTotals &totals = facts.totals;
  return tilesHtml(
      {{"Speed-up", formatOptional(totals.speedup, formatFactor),
        "over one processor"},
       {"Period", timeOf(facts, schedule.period),
        fmt::format("{} {}", formatInteger(schedule.period),
                    escape(schedule.timeUnit))},
       {"Gap", formatOptional(totals.gap, formatPercent),
        "above the bound " + timeOf(facts, schedule.bounds.lower)},
       {"Utilization", formatPercent(schedule.utilization),
        fmt::format("{} of {} processors have tasks", totals.processorsUsed,
                    schedule.processors.size())},
       {"Largest staleness", fmt::format("{}", totals.maxStaleness),
        "updates late"},
       {"Stash", formatBytes(totals.stashBytes), "all copies but the first"},
       {"Peak memory", formatBytes(totals.peakMemoryBytes),
        "of the fullest processor"},
       {"Sent", formatBytes(schedule.bytesPerIteration),
        fmt::format("per iteration; copied {}",
                    formatBytes(schedule.bytesCopied))}});
}

std::string omissions(const Facts &facts) {
  const TimelineFrame &frame = facts.frame;
  std::string text = fmt::format(
      "Periods {} to {} are drawn; the steady state begins with period {}.",
      frame.firstPeriod, frame.endPeriod - 1, frame.steadyPeriod);
  auto leftOut = [&](int64_t count, std::string_view what) {
    if (count > 0)
      text += fmt::format(" Left out: {} {}.", formatInteger(count), what);
  };
  leftOut(frame.omittedPeriods, "periods at the start of the prologue");
  leftOut(frame.omittedProcessors, "processors");
  leftOut(frame.omittedLinks, "links");
  return text;
}

/// Returns the buttons above the timeline. `markCycle` says whether the
/// critical cycle is marked from the start, as it is where it limits the
/// period.
std::string toolbar(bool markCycle) {
  std::string html = R"(<div class="toolbar">
<span class="group">colour by <button data-color="kind" aria-pressed="true">kind</button><button data-color="layer" aria-pressed="false">layer</button></span>
<span class="group">view <button data-view="all">all</button><button data-view="prologue">prologue</button><button data-view="steady">steady state</button><button data-view="period">one period</button></span>
<span class="group"><button data-view="back" aria-label="earlier">‹</button><button data-view="on" aria-label="later">›</button><button data-view="out" aria-label="zoom out">−</button><button data-view="in" aria-label="zoom in">+</button></span>
<label><input type="checkbox" data-critical)";
  return html + (markCycle ? " checked" : "") +
         "> critical cycle</label>\n</div>\n";
}

std::string timelineCard(const Facts &facts) {
  return fmt::format(
      "<div class=\"card\">\n<h3>Timeline</h3>\n"
      "<figure class=\"timeline\" id=\"{}-timeline\">\n{}"
      "<div class=\"legend\"></div>\n<canvas></canvas>\n"
      "<svg tabindex=\"0\" role=\"img\" aria-label=\"timeline\"></svg>\n"
      "<div class=\"print\"></div>\n"
      "<figcaption><noscript>The timeline is drawn by a script; "
      "<code>layerpipe "
      "report --svg</code> draws it without one. </noscript>{} In a bar: the "
      "task and, below, its iteration. <span class=\"screen\">A click on a bar "
      "makes its iteration stand out.</span> <span "
      "class=\"drawn\"></span></figcaption>\n"
      "</figure>\n</div>\n",
      facts.id, toolbar(facts.limit.cycle), omissions(facts));
}

std::string boundsTable(const Facts &facts) {
  const ScheduleBounds &bounds = facts.schedule.bounds;
  const double period = static_cast<double>(facts.schedule.period);
  Table table({{"bound"},
               {"value", Column::number},
               {"of the period", Column::number},
               {"what it says"}});
  auto add = [&](std::string name, double value, std::string exact,
                 std::string meaning) {
    table.add({{std::move(name)},
               {std::move(exact)},
               {formatPercent(value / period), value / period},
               {std::move(meaning)}});
  };
  std::string iteration = formatInteger(bounds.iteration.numerator);
  if (bounds.iteration.denominator != 1)
    iteration += " / " + formatInteger(bounds.iteration.denominator);
  add("iteration,\u00A0T∞", toDouble(bounds.iteration), iteration,
      "the greatest Σ time / Σ distance of any cycle, with this file's "
      "distances");
  auto addInteger = [&](const char *name, int64_t value, const char *meaning) {
    add(name, double(value), formatInteger(value), meaning);
  };
  addInteger("work", bounds.work, "all work, shared by all processors");
  addInteger("longest\u00A0task", bounds.longestTask, "no task is divided");
  addInteger("link", bounds.link, "what the busiest link must carry");
  addInteger("lower", bounds.lower,
             "the largest of these; delays chosen for this schedule don't "
             "count");
  addInteger("lower,\u00A0split", bounds.lowerSplit,
             "the same for the tasks as split");
  addInteger("period", facts.schedule.period, "what the schedule takes");
  return cardHtml("Bounds of the period",
                  "No schedule is shorter than the lower bound; in " +
                      escape(facts.schedule.timeUnit) + ".",
                  table.html());
}

std::string cycleRows(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  const CriticalCycle &cycle = *facts.cycle;
  Table table({{"task"},
               {"processor", Column::number},
               {"duration", Column::number},
               {"distance to the next", Column::number}});
  for (const CriticalStep &step : cycle.steps) {
    const ScheduleTask &task = schedule.tasks[step.task];
    table.add({{escape(task.name)},
               {task.processor < 0 ? "–" : fmt::format("{}", task.processor)},
               {formatInteger(task.duration),
                double(task.duration) /
                    double(std::max<int64_t>(schedule.bounds.longestTask, 1))},
               {fmt::format("{}", schedule.edges[step.edge].distance)}});
  }
  table.addSum({{"Σ"},
                {""},
                {formatInteger(cycle.time)},
                {formatInteger(cycle.distance)}});
  return table.html();
}

std::string cycleCard(const Facts &facts) {
  constexpr std::string_view heading = "Critical cycle";
  if (!facts.cycle)
    return cardHtml(
        heading, "It is not known: " + escape(facts.cycle.message()) + ".", "");
  const CriticalCycle &cycle = *facts.cycle;
  if (cycle.steps.empty())
    return cardHtml(heading,
                    "The graph has no cycle: nothing recurs that could bound "
                    "the period.",
                    "");
  std::string text = fmt::format(
      "The loop of tasks with the greatest Σ time / Σ distance: {} / {}, which "
      "is {} per iteration. However many processors there are, no schedule "
      "with these distances has a shorter period.",
      formatInteger(cycle.time), formatInteger(cycle.distance),
      timeOf(facts, toDouble(cycle.ratio)));
  text += facts.limit.cycle
              ? " It takes the whole period."
              : fmt::format(" It does not limit this schedule, whose period is "
                            "{}.",
                            timeOf(facts, facts.schedule.period));
  if (!(cycle.ratio == facts.schedule.bounds.iteration))
    text += fmt::format(" The file itself gives T∞ as {}, which its graph does "
                        "not bear out.",
                        toString(facts.schedule.bounds.iteration));
  std::string rows = cycleRows(facts);
  if (!facts.limit.cycle)
    rows = fmt::format("<details><summary>Its {} tasks</summary>\n{}"
                       "</details>\n",
                       formatInteger(static_cast<int64_t>(cycle.steps.size())),
                       rows);
  return cardHtml(heading, text, rows);
}

} // namespace

std::string sectionHtml(const Facts &facts, bool withVerdict) {
  std::string html = fmt::format(
      "<section id=\"{}\">\n<h2>{}</h2>\n<p class=\"quiet\">from {}</p>\n",
      facts.id, headingOf(facts), escape(facts.reported.source));
  if (withVerdict)
    html += fmt::format("<p class=\"verdict\">{}</p>\n", verdictHtml(facts));
  html += headTiles(facts) + timelineCard(facts);
  html += "<div class=\"columns\">\n" + boundsTable(facts) + cycleCard(facts) +
          "</div>\n";
  html += processorTable(facts) + memoryCharts(facts);
  html += "<div class=\"columns\">\n" + layerTable(facts) +
          parameterTable(facts) + "</div>\n";
  return html + taskTable(facts) + "</section>\n";
}

} // namespace layerpipe::report
