//===- Timeline.h - What runs when, as rows and bars ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the geometry of a schedule's picture, in the schedule's own units: a
// row for each processor and each link in use, the periods that are drawn, and
// a bar for every firing that touches them. It knows nothing of pixels.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_TIMELINE_H
#define LAYERPIPE_REPORT_TIMELINE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::report {

/// A row belongs to a processor, or to the link between two processors (first <
/// second).
struct TimelineRow {
  int64_t first = 0;
  /// Names the link's second processor; the row of a processor has −1.
  int64_t second = -1;
  /// Names the row in pictures: "processor 2" or "link 0–2".
  std::string name;
  /// Gives the time of a period in which the row is busy.
  int64_t busy = 0;
  bool isLink() const { return second >= 0; }
};

/// These limits bound the size of a picture.
struct TimelineLimits {
  /// This many periods of the steady state are wanted; at least one is drawn.
  int64_t steadyPeriods = 3;
  int64_t maxPeriods = 64;
  /// Says whether the prologue is left out.
  bool steadyOnly = false;
  /// The prologue is shortened until at most this many bars are left. One
  /// period of the steady state always stays.
  int64_t maxBars = 40000;
  int64_t maxProcessors = 128;
  int64_t maxLinks = 128;
};

/// A frame is the rows and periods of a picture. Period n is the time from
/// n·period to (n + 1)·period; the tasks of lag r work in it on iteration n −
/// r.
struct TimelineFrame {
  std::vector<TimelineRow> rows;
  /// These give the row of each task and of each transfer. It is −1 for an
  /// input, and for whatever runs on a row that is left out.
  std::vector<int64_t> taskRow, transferRow;
  /// These are the first period that is drawn, the first in which every task
  /// has work, and the one after the last that is drawn.
  int64_t firstPeriod = 0, steadyPeriod = 0, endPeriod = 1;
  /// The limits leave out so many periods at the front of the prologue, and so
  /// many processors and links at the ends of their lists.
  int64_t omittedPeriods = 0, omittedProcessors = 0, omittedLinks = 0;

  int64_t periods() const { return endPeriod - firstPeriod; }
};

/// Chooses the rows and periods of a schedule's picture within the limits. The
/// schedule must have passed check().
TimelineFrame frameTimeline(const scheduling::StaticSchedule &schedule,
                            const TimelineLimits &limits = {});

/// These are the firings of one task or transfer that touch a frame. The first
/// begins at `begin`, counted from the start of the first drawn period, and is
/// of `iteration`; each of the next iterations follows a period later, until
/// there are `count`.
struct TimelineSeries {
  int64_t begin = 0;
  int64_t iteration = 0;
  int64_t count = 0;
};

/// Returns the series of what runs in iteration i from (i + lag)·period + start
/// on: those firings of an iteration ≥ 0 that touch the frame for a positive
/// time, or lie in it if they take no time. Every picture is drawn from these.
TimelineSeries seriesOf(const TimelineFrame &frame, int64_t period,
                        int64_t start, int64_t duration, int64_t lag);

/// A bar is one firing of a task or a transfer. Times count from the start of
/// the first drawn period; a bar may begin before it, or end after the last
/// period.
struct TimelineBar {
  int64_t row = 0;
  /// This is the index of the task or of the transfer in the schedule.
  int64_t item = 0;
  bool transfer = false;
  int64_t iteration = 0;
  int64_t begin = 0, end = 0;
};

/// Returns a bar for every firing of every series. Bars are sorted by row, then
/// by their begin; those without duration come first.
std::vector<TimelineBar> layOutBars(const scheduling::StaticSchedule &schedule,
                                    const TimelineFrame &frame);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_TIMELINE_H
