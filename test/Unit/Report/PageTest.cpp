//===- PageTest.cpp - Tests of the page and of the picture ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a browser makes of the page is tested in test/Tools/report.test.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/Page.h"
#include "Schedules.h"
#include "layerpipe/Report/Svg.h"

#include <gmock/gmock.h>

#include <regex>

using namespace layerpipe::report;
using namespace layerpipe::report::test;
using namespace layerpipe::scheduling;
using testing::HasSubstr;
using testing::Not;

namespace {

const std::string hostile = "</script><b onload='x'>&\"\x01\xFF";

/// Every name of the schedule is one that would like to be markup.
StaticSchedule makeHostile() {
  StaticSchedule schedule = makeChainSchedule();
  schedule.graph = schedule.strategy = schedule.timeUnit = hostile;
  for (ScheduleTask &task : schedule.tasks)
    task.name += hostile;
  schedule.tasks[1].part = TaskPart();
  schedule.tasks[1].part->of = hostile;
  for (ScheduleEdge &edge : schedule.edges)
    edge.value += hostile;
  for (ScheduleTransfer &transfer : schedule.transfers)
    transfer.value += hostile;
  for (ScheduleParameter &parameter : schedule.parameters)
    parameter.name += hostile;
  return schedule;
}

Report makeReport(StaticSchedule schedule) {
  Report report;
  report.title = "title";
  report.schedules.push_back({"file.json", std::move(schedule)});
  return report;
}

size_t count(const std::string &text, const std::string &part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(Page, namesStayText) {
  Report report = makeReport(makeHostile());
  report.title = report.schedules[0].source = hostile;
  report.schedules.push_back(report.schedules[0]);
  report.rows.push_back({hostile, {CompareRow()}});
  report.rows[0].rows[0].strategy = report.rows[0].rows[0].error = hostile;
  std::string page = writePage(report);
  EXPECT_THAT(page, Not(HasSubstr("<b onload")));
  EXPECT_EQ(count(page, "</script>"), 2u);
  EXPECT_EQ(page.find('\x01'), std::string::npos);
  EXPECT_EQ(page.find('\xFF'), std::string::npos);
}

TEST(Svg, namesStayText) {
  std::string svg = writeTimelineSvg(makeHostile());
  EXPECT_THAT(svg, Not(HasSubstr("<b onload")));
  EXPECT_EQ(svg.find('\x01'), std::string::npos);
  EXPECT_EQ(svg.find('\xFF'), std::string::npos);
}

TEST(Page, asksForNothingFromOutside) {
  std::string page = writePage(makeReport(makeChainSchedule()));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  std::regex address("(src|href)=\"[^#]|url\\(|@import|fetch\\(");
  EXPECT_FALSE(std::regex_search(page, address));
}

TEST(Page, equalReportsAreEqualBytes) {
  Report report = makeReport(makeChainSchedule());
  EXPECT_EQ(writePage(report), writePage(report));
  const StaticSchedule &schedule = report.schedules[0].schedule;
  EXPECT_EQ(writeTimelineSvg(schedule), writeTimelineSvg(schedule));
}

TEST(Page, comparesSeveralSchedules) {
  Report report = makeReport(makeChainSchedule());
  EXPECT_THAT(writePage(report), Not(HasSubstr("id=\"comparison\"")));
  report.schedules.push_back(report.schedules[0]);
  std::string page = writePage(report);
  EXPECT_THAT(page, HasSubstr("href=\"#schedule-2\""));
  EXPECT_THAT(page, HasSubstr("<section id=\"schedule-2\">"));
}

TEST(Svg, hasABarForEveryFiring) {
  StaticSchedule schedule = makeChainSchedule();
  std::string svg = writeTimelineSvg(schedule);
  std::vector<TimelineBar> bars = layOutBars(schedule, frameTimeline(schedule));
  EXPECT_EQ(count(svg, "data-iteration="), bars.size());
}

} // namespace
