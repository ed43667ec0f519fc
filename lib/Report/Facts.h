//===- Facts.h - What a page tells of one schedule --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that is computed from a schedule, once, and the parts of the page
// that show it.
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
  /// Of its section in the page.
  std::string id;
  TimelineFrame frame;
  std::vector<HeldValue> values;
  std::vector<MemoryProfile> memory;
  std::vector<LayerSummary> layers;
  ScheduleTotals totals;
  scheduling::Result<CriticalCycle> cycle;
  PeriodLimit limit;
  /// By task.
  std::vector<bool> critical;
};

Facts gatherFacts(const ReportedSchedule &reported, size_t index,
                  const TimelineLimits &limits);

/// "resnet50 · pipedream · 16 processors", escaped.
std::string headingOf(const Facts &facts);

/// The section of one schedule; its verdict is left out where the page has
/// said it already.
std::string sectionHtml(const Facts &facts, bool withVerdict);

/// Its parts, in order.
std::string processorTable(const Facts &facts);
std::string memoryCharts(const Facts &facts);
std::string layerTable(const Facts &facts);
std::string parameterTable(const Facts &facts);
std::string taskTable(const Facts &facts);

/// What the page's script draws.
nlohmann::ordered_json pageData(const std::vector<Facts> &facts,
                                const std::vector<ReportedRows> &rows);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_FACTS_H
