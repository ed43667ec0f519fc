//===- Timeline.h - What runs when, as rows and bars ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The geometry of a schedule's picture, in the schedule's own units: a row per
// processor and per link in use, the periods that are drawn, and a bar for
// every firing that touches them. Knows nothing of pixels.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_TIMELINE_H
#define LAYERPIPE_REPORT_TIMELINE_H

#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <vector>

namespace layerpipe::report {

/// A processor, or the link between two processors (first < second).
struct TimelineRow {
  int64_t first = 0;
  /// −1 for a processor.
  int64_t second = -1;
  bool isLink() const { return second >= 0; }
};

/// What bounds the size of a picture.
struct TimelineLimits {
  /// Periods of the steady state that are wanted; at least one is drawn.
  int64_t steadyPeriods = 3;
  int64_t maxPeriods = 64;
  /// The prologue is left out.
  bool steadyOnly = false;
  /// The prologue is shortened until there are no more bars than this. A
  /// period of the steady state always stays.
  int64_t maxBars = 40000;
  int64_t maxProcessors = 128;
  int64_t maxLinks = 128;
};

/// Rows and periods. Period n is the time from n·period to (n + 1)·period; the
/// tasks of lag r work in it on iteration n − r.
struct TimelineFrame {
  std::vector<TimelineRow> rows;
  /// The row of every task and every transfer; −1 for an input, and for what
  /// runs on a row that is left out.
  std::vector<int64_t> taskRow, transferRow;
  /// The periods drawn, the last one excluded, and the first period in which
  /// every task has work.
  int64_t firstPeriod = 0, steadyPeriod = 0, endPeriod = 1;
  /// What the limits leave out, from the front of the prologue and from the
  /// ends of the lists of processors and links.
  int64_t omittedPeriods = 0, omittedProcessors = 0, omittedLinks = 0;

  int64_t periods() const { return endPeriod - firstPeriod; }
};

/// The schedule must have passed check().
TimelineFrame frameTimeline(const scheduling::StaticSchedule &schedule,
                            const TimelineLimits &limits = {});

/// One firing of a task or a transfer. Times count from the start of the first
/// drawn period; a bar may begin before it, or end after the last.
struct TimelineBar {
  int64_t row = 0;
  /// An index into the schedule's tasks, or its transfers.
  int64_t item = 0;
  bool transfer = false;
  int64_t iteration = 0;
  int64_t begin = 0, end = 0;
};

/// Every firing of an iteration ≥ 0 that touches the frame for a positive time,
/// or lies in it if it takes none; by row, then begin, those without duration
/// first.
std::vector<TimelineBar> layOutBars(const scheduling::StaticSchedule &schedule,
                                    const TimelineFrame &frame);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_TIMELINE_H
