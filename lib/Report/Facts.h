//===- Facts.h - What a page tells of one schedule --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This header holds everything that is computed from a schedule, once, and
// declares the parts of the page that show it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_REPORT_FACTS_H
#define LAYERPIPE_LIB_REPORT_FACTS_H

#include "layerpipe/Report/CriticalCycle.h"
#include "layerpipe/Report/LayerSummary.h"
#include "layerpipe/Report/MemoryProfile.h"
#include "layerpipe/Report/Page.h"
#include "layerpipe/Report/PeriodLimit.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace layerpipe::report {

struct Facts {
  const ReportedSchedule &reported;
  const scheduling::StaticSchedule &schedule;
  /// The schedule's section has this HTML id in the page.
  std::string id;
  TimelineFrame frame;
  std::vector<HeldValue> values;
  std::vector<MemoryProfile> memory;
  std::vector<LayerSummary> layers;
  ScheduleTotals totals;
  scheduling::Result<CriticalCycle> cycle;
  PeriodLimit limit;
  /// Says of each task whether it lies on the critical cycle.
  std::vector<bool> critical;
};

Facts gatherFacts(const ReportedSchedule &reported, size_t index,
                  const TimelineLimits &limits);

/// Returns the title of a section, such as "resnet50 · pipedream · 16
/// processors", escaped.
std::string headingOf(const Facts &facts);

/// Returns the section of one schedule, with its verdict unless the page has
/// said that already.
std::string sectionHtml(const Facts &facts, bool withVerdict);

/// These functions return the parts of a section, in the order of the page.
std::string processorTable(const Facts &facts);
std::string memoryCharts(const Facts &facts);
std::string layerTable(const Facts &facts);
std::string parameterTable(const Facts &facts);
std::string taskTable(const Facts &facts);

/// Returns the data that the page's script draws: all schedules and all rows.
nlohmann::ordered_json pageData(const std::vector<Facts> &facts,
                                const std::vector<ReportedRows> &rows);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_FACTS_H
