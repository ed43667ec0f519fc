//===- Verdict.cpp - What a schedule reaches, in two sentences ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Verdict.h"

#include "Text.h"
#include "layerpipe/Schedule/PeriodBound.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace layerpipe::report {

using namespace scheduling;

namespace {

/// A text names at most this many processors, and counts them if there are
/// more.
constexpr size_t mostNamed = 4;

std::string timeOf(const Facts &facts, int64_t time) {
  return escape(formatTime(double(time), facts.schedule.timeUnit));
}

std::string counted(int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", formatInteger(count), what,
                     count == 1 ? "" : "s");
}

/// Writes a list of numbers as in a sentence: "0, 1 and 3".
std::string listed(const std::vector<int64_t> &numbers) {
  if (numbers.size() == 1)
    return fmt::format("{}", numbers[0]);
  return fmt::format("{} and {}",
                     fmt::join(numbers.begin(), numbers.end() - 1, ", "),
                     numbers.back());
}

std::string boundText(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  if (schedule.bounds.lower <= 0)
    return "";
  std::string bound = timeOf(facts, schedule.bounds.lower);
  if (schedule.period == schedule.bounds.lower)
    return ", which is the lower bound: no schedule is shorter";
  if (schedule.period < schedule.bounds.lower)
    return fmt::format(", less than the lower bound of {} that the file gives",
                       bound);
  return fmt::format(", {} above the lower bound of {}",
                     formatPercent(*facts.totals.gap), bound);
}

/// Returns the sentence of the speed-up. Where speeds differ, it compares with
/// one processor of speed 1.
std::string speedupText(const Facts &facts) {
  const std::vector<ScheduleProcessor> &processors = facts.schedule.processors;
  if (!facts.totals.speedup || processors.size() < 2)
    return "O";
  bool equal = std::all_of(
      processors.begin(), processors.end(),
      [](const ScheduleProcessor &one) { return one.speed == Fraction{1, 1}; });
  return fmt::format("<strong>{} times as fast as one processor{}</strong>: o",
                     formatFactor(*facts.totals.speedup),
                     equal ? "" : " of speed 1");
}

std::string reachedText(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  int64_t count = static_cast<int64_t>(schedule.processors.size());
  std::string text =
      fmt::format("{}ne iteration every {} on {}{}", speedupText(facts),
                  timeOf(facts, schedule.period), counted(count, "processor"),
                  boundText(facts));
  int64_t idle = count - facts.totals.processorsUsed;
  if (idle > 0)
    text += fmt::format("; {} of the processors {} nothing to do", idle,
                        idle == 1 ? "has" : "have");
  return text + ".";
}

std::string processorLimit(const Facts &facts) {
  const StaticSchedule &schedule = facts.schedule;
  const std::vector<int64_t> &busy = facts.limit.processors;
  if (schedule.processors.size() == 1)
    return "<strong>The work limits it</strong>: the one processor is busy all "
           "the time";
  if (busy.size() == schedule.processors.size())
    return "<strong>The work limits it</strong>: all processors are busy all "
           "the time";
  if (busy.size() > mostNamed)
    return fmt::format("<strong>{} of the {} processors limit it</strong>: "
                       "they are busy all the time",
                       busy.size(), schedule.processors.size());
  if (busy.size() > 1)
    return fmt::format("<strong>Processors {} limit it</strong>: they are busy "
                       "all the time",
                       listed(busy));
  std::string text =
      fmt::format("<strong>Processor {}{} limits it</strong>: it is busy all "
                  "the time",
                  busy[0], describeLayers(schedule, busy[0]));
  if (facts.limit.longTask >= 0)
    text += fmt::format(", with the one task {}",
                        escape(schedule.tasks[facts.limit.longTask].name));
  return text;
}

std::string cycleLength(const Facts &facts) {
  return counted(static_cast<int64_t>(facts.cycle->steps.size()), "task");
}

/// Returns the sentence of what limits the period. The most general limit comes
/// first; a critical cycle that takes as long is mentioned as well.
std::string limitText(const Facts &facts) {
  const PeriodLimit &limit = facts.limit;
  std::string text;
  if (!limit.processors.empty()) {
    text = processorLimit(facts);
  } else if (!limit.links.empty()) {
    auto [first, second] = limit.links.front();
    text = fmt::format("<strong>The link between processors {} and {} limits "
                       "it</strong>: it carries transfers all the time",
                       first, second);
  } else if (limit.cycle) {
    return fmt::format("<strong>The critical cycle limits it</strong>: {} "
                       "that wait for each other take {} in {}.",
                       cycleLength(facts), timeOf(facts, facts.cycle->time),
                       counted(facts.cycle->distance, "period"));
  } else if (limit.busiest >= 0) {
    double share =
        double(limit.busy[limit.busiest]) / double(facts.schedule.period);
    return fmt::format(
        "<strong>Nothing is busy all the time</strong>: the busiest, processor "
        "{}, works {} of the period.",
        limit.busiest, formatPercent(share));
  }
  if (text.empty())
    return text;
  if (limit.cycle && facts.schedule.processors.size() > 1)
    text +=
        ", and the critical cycle of " + cycleLength(facts) + " takes as long";
  return text + ".";
}

std::string stalenessText(const Facts &facts) {
  const ScheduleTotals &totals = facts.totals;
  if (facts.schedule.parameters.empty())
    return "";
  std::string text =
      totals.maxStaleness == 0
          ? "<strong>No gradient is late</strong>"
          : fmt::format("<strong>Gradients are up to {} late</strong>",
                        counted(totals.maxStaleness, "iteration"));
  if (totals.stashBytes > 0)
    text +=
        fmt::format("; older copies of values that this order keeps take {}",
                    formatBytes(double(totals.stashBytes)));
  return text + ".";
}

/// Groups schedules whose periods can be compared: those of the same network
/// and unit of time.
std::vector<std::vector<const Facts *>>
byNetwork(const std::vector<Facts> &facts) {
  std::map<std::pair<std::string, std::string>, size_t> known;
  std::vector<std::vector<const Facts *>> networks;
  for (const Facts &one : facts) {
    auto [place, isNew] = known.try_emplace(
        {one.schedule.graph, one.schedule.timeUnit}, networks.size());
    if (isNew)
      networks.emplace_back();
    networks[place->second].push_back(&one);
  }
  return networks;
}

/// Says which schedule of a network is the fastest, and gives that one's
/// verdict.
std::string fastestHtml(const std::vector<const Facts *> &facts) {
  const Facts &best = **std::min_element(
      facts.begin(), facts.end(), [](const Facts *a, const Facts *b) {
        return a->schedule.period < b->schedule.period;
      });
  std::string whose =
      facts.size() == 1
          ? "The one schedule"
          : fmt::format("The fastest of {} schedules", facts.size());
  return fmt::format(
      "{} of {} is that of <a href=\"#{}\">{} on {}</a>. {}", whose,
      escape(best.schedule.graph), best.id, escape(best.schedule.strategy),
      counted(static_cast<int64_t>(best.schedule.processors.size()),
              "processor"),
      verdictHtml(best));
}

} // namespace

std::string verdictHtml(const Facts &facts) {
  return reachedText(facts) + " " + limitText(facts) + " " +
         stalenessText(facts);
}

std::string leadHtml(const std::vector<Facts> &facts) {
  if (facts.size() == 1)
    return fmt::format("<p class=\"verdict\">{}</p>\n",
                       verdictHtml(facts.front()));
  std::string html;
  std::vector<std::vector<const Facts *>> networks = byNetwork(facts);
  for (size_t i = 0; i < std::min(networks.size(), mostNamed); ++i)
    html +=
        fmt::format("<p class=\"verdict\">{}</p>\n", fastestHtml(networks[i]));
  if (networks.size() > mostNamed)
    html += fmt::format("<p class=\"verdict\">{} more networks are below: each "
                        "section begins with what its schedule reaches.</p>\n",
                        networks.size() - mostNamed);
  return html;
}

} // namespace layerpipe::report
