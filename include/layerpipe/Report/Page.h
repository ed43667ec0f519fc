//===- Page.h - Schedules as one page ---------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report is a page that explains schedules; docs/report.md says what is on
// it. The page is one file that asks for nothing from outside.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REPORT_PAGE_H
#define LAYERPIPE_REPORT_PAGE_H

#include "layerpipe/Report/CompareRows.h"
#include "layerpipe/Report/Timeline.h"

#include <string>
#include <vector>

namespace layerpipe::report {

struct ReportedSchedule {
  /// The page names this file as the schedule's source.
  std::string source;
  /// The schedule must have passed check().
  scheduling::StaticSchedule schedule;
};

struct ReportedRows {
  std::string source;
  std::vector<CompareRow> rows;
};

struct Report {
  std::string title;
  std::vector<ReportedSchedule> schedules;
  std::vector<ReportedRows> rows;
  TimelineLimits limits;
};

/// Writes the page. Equal reports give equal bytes. Whatever names hold is
/// shown as text, and nothing in them is obeyed.
std::string writePage(const Report &report);

} // namespace layerpipe::report

#endif // LAYERPIPE_REPORT_PAGE_H
