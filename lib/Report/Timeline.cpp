//===- Timeline.cpp - What runs when, as rows and bars --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/Timeline.h"

#include "layerpipe/Schedule/BusyTimes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace layerpipe::report {

using namespace scheduling;

namespace {

void addProcessorRows(const StaticSchedule &schedule, const BusyTimes &busy,
                      const TimelineLimits &limits, TimelineFrame &frame) {
  int64_t all = schedule.processors.size();
  int64_t drawn = std::min(all, limits.maxProcessors);
  frame.omittedProcessors = all - drawn;
  for (int64_t id = 0; id < drawn; ++id)
    frame.rows.push_back(
        {id, -1, fmt::format("processor {}", id), busy.processors[id]});
  for (const ScheduleTask &task : schedule.tasks)
    frame.taskRow.push_back(task.processor < drawn ? task.processor : -1);
}

void addLinkRows(const StaticSchedule &schedule, const BusyTimes &busy,
                 const TimelineLimits &limits, TimelineFrame &frame) {
  // A transfer without duration occupies no link and needs no row.
  std::map<ScheduleLink, int64_t> rowOf;
  for (const ScheduleTransfer &transfer : schedule.transfers)
    if (transfer.duration > 0)
      rowOf.emplace(linkOf(transfer), -1);
  int64_t left = limits.maxLinks;
  for (auto &[link, row] : rowOf) {
    if (left-- <= 0) {
      ++frame.omittedLinks;
      continue;
    }
    row = frame.rows.size();
    frame.rows.push_back({link.first, link.second,
                          fmt::format("link {}–{}", link.first, link.second),
                          static_cast<int64_t>(busy.links.at(link))});
  }
  for (const ScheduleTransfer &transfer : schedule.transfers) {
    auto found = rowOf.find(linkOf(transfer));
    bool drawn = transfer.duration > 0 && found != rowOf.end();
    frame.transferRow.push_back(drawn ? found->second : -1);
  }
}

/// Returns the first period in which any task has work, and the first in which
/// every task has.
std::pair<int64_t, int64_t> lagRange(const StaticSchedule &schedule) {
  std::vector<int64_t> lags;
  for (const ScheduleTask &task : schedule.tasks)
    if (task.processor >= 0)
      lags.push_back(task.lag);
  for (const ScheduleTransfer &transfer : schedule.transfers)
    lags.push_back(transfer.lag);
  if (lags.empty())
    return {0, 0};
  auto [least, greatest] = std::minmax_element(lags.begin(), lags.end());
  return {*least, *greatest};
}

void choosePeriods(const StaticSchedule &schedule, const TimelineLimits &limits,
                   TimelineFrame &frame) {
  auto [first, steady] = lagRange(schedule);
  int64_t items = schedule.tasks.size() + schedule.transfers.size();
  int64_t most =
      std::min(limits.maxPeriods, limits.maxBars / std::max<int64_t>(items, 1));
  most = std::max<int64_t>(most, 1);
  int64_t wanted =
      std::clamp<int64_t>(limits.steadyPeriods, 1, limits.maxPeriods);
  frame.steadyPeriod = steady;
  frame.endPeriod = steady + std::min(wanted, most);
  frame.firstPeriod = std::max(first, frame.endPeriod - most);
  if (limits.steadyOnly)
    frame.firstPeriod = frame.steadyPeriod;
  frame.omittedPeriods = frame.firstPeriod - first;
}

class BarMaker {
public:
  BarMaker(const StaticSchedule &schedule, const TimelineFrame &frame)
      : period(schedule.period), frame(frame) {}
  void add(TimelineBar bar, int64_t start, int64_t duration, int64_t lag) {
    if (bar.row < 0)
      return;
    TimelineSeries series = seriesOf(frame, period, start, duration, lag);
    for (int64_t k = 0; k < series.count; ++k) {
      bar.iteration = series.iteration + k;
      bar.begin = series.begin + k * period;
      bar.end = bar.begin + duration;
      bars.push_back(bar);
    }
  }

  std::vector<TimelineBar> take() {
    std::sort(bars.begin(), bars.end(),
              [](const TimelineBar &a, const TimelineBar &b) {
                return std::tuple(a.row, a.begin, a.end, a.item) <
                       std::tuple(b.row, b.begin, b.end, b.item);
              });
    return std::move(bars);
  }

private:
  int64_t period;
  const TimelineFrame &frame;
  std::vector<TimelineBar> bars;
};

} // namespace

TimelineFrame frameTimeline(const StaticSchedule &schedule,
                            const TimelineLimits &limits) {
  TimelineFrame frame;
  BusyTimes busy = busyTimesOf(schedule);
  addProcessorRows(schedule, busy, limits, frame);
  addLinkRows(schedule, busy, limits, frame);
  choosePeriods(schedule, limits, frame);
  return frame;
}

TimelineSeries seriesOf(const TimelineFrame &frame, int64_t period,
                        int64_t start, int64_t duration, int64_t lag) {
  // A firing of the period before the frame may reach into it.
  int64_t reaches = start + duration > period ? 1 : 0;
  int64_t number = std::max(lag, frame.firstPeriod - reaches);
  return {(number - frame.firstPeriod) * period + start, number - lag,
          std::max<int64_t>(frame.endPeriod - number, 0)};
}

std::vector<TimelineBar> layOutBars(const StaticSchedule &schedule,
                                    const TimelineFrame &frame) {
  BarMaker maker(schedule, frame);
  for (size_t index = 0; index < schedule.tasks.size(); ++index) {
    const ScheduleTask &task = schedule.tasks[index];
    maker.add({frame.taskRow[index], static_cast<int64_t>(index), false},
              task.start, task.duration, task.lag);
  }
  for (size_t index = 0; index < schedule.transfers.size(); ++index) {
    const ScheduleTransfer &transfer = schedule.transfers[index];
    maker.add({frame.transferRow[index], static_cast<int64_t>(index), true},
              transfer.start, transfer.duration, transfer.lag);
  }
  return maker.take();
}

} // namespace layerpipe::report
