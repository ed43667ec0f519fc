//===- VerdictTest.cpp - Tests of what a page says first ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report/Verdict.h"
#include "../Scheduling/Graphs.h"
#include "Schedules.h"
#include "layerpipe/Report/PeriodLimit.h"
#include "layerpipe/Report/Svg.h"

#include <gmock/gmock.h>

#include <regex>

using namespace layerpipe::report;
using namespace layerpipe::report::test;
using namespace layerpipe::scheduling;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

/// Tasks that last so long, one after the other, on the processors named.
StaticSchedule
makeByHand(int64_t period,
           const std::vector<std::pair<int64_t, int64_t>> &tasks) {
  StaticSchedule schedule;
  schedule.graph = "net";
  schedule.strategy = "by hand";
  schedule.timeUnit = "us";
  schedule.period = period;
  for (const auto &[processor, duration] : tasks) {
    while (static_cast<int64_t>(schedule.processors.size()) <= processor) {
      schedule.processors.emplace_back();
      schedule.processors.back().id =
          static_cast<int64_t>(schedule.processors.size()) - 1;
    }
    ScheduleProcessor &own = schedule.processors[processor];
    ScheduleTask task;
    task.name = "t" + std::to_string(schedule.tasks.size());
    task.layer = static_cast<int64_t>(schedule.tasks.size()) + 1;
    task.kind = TaskKind::forward;
    task.processor = processor;
    task.start = own.busy;
    task.duration = duration;
    own.busy += duration;
    own.order.push_back(static_cast<int64_t>(schedule.tasks.size()));
    schedule.tasks.push_back(std::move(task));
  }
  schedule.bounds.lower = schedule.bounds.lowerSplit = 1;
  return schedule;
}

/// The first task waits for the last one of the iteration before.
void closeCycle(StaticSchedule &schedule) {
  int64_t count = static_cast<int64_t>(schedule.tasks.size());
  for (int64_t i = 0; i < count; ++i) {
    ScheduleEdge edge;
    edge.from = i;
    edge.to = (i + 1) % count;
    edge.distance = i + 1 == count ? 1 : 0;
    edge.initial = edge.distance > 0 ? "absent" : "";
    schedule.edges.push_back(edge);
  }
}

/// The page's first words, without their markup.
std::string verdict(const StaticSchedule &schedule) {
  ReportedSchedule reported{"file.json", schedule};
  return std::regex_replace(verdictHtml(gatherFacts(reported, 0, {})),
                            std::regex("<[^>]*>"), "");
}

TEST(Verdict, saysWhatIsReachedAndWhatLimitsIt) {
  StaticSchedule schedule =
      makeByHand(100, {{0, 40}, {0, 26}, {1, 60}, {1, 40}});
  schedule.bounds.lower = 80;
  ScheduleParameter parameter;
  parameter.name = "weight";
  parameter.staleness = 2;
  schedule.parameters = {parameter};
  EXPECT_EQ(verdict(schedule),
            "1.66 times as fast as one processor: one iteration every 100 µs "
            "on 2 processors, 25.0 % above the lower bound of 80 µs. Processor "
            "1 (layers 3 to 4) limits it: it is busy all the time. Gradients "
            "are up to 2 iterations late.");
}

TEST(Verdict, countsTheBytesThatStalenessCosts) {
  StaticSchedule schedule = makeByHand(10, {{0, 10}});
  ScheduleEdge edge;
  edge.from = edge.to = 0;
  edge.kind = EdgeKind::weight;
  edge.value = "weight";
  edge.distance = 1;
  edge.bytes = 1024;
  edge.channelCapacity = 3;
  edge.initial = "parameter:weight";
  schedule.edges = {edge};
  ScheduleParameter parameter;
  parameter.name = "weight";
  parameter.staleness = 1;
  schedule.parameters = {parameter};
  EXPECT_THAT(verdict(schedule),
              HasSubstr("Gradients are up to 1 iteration late; older copies of "
                        "values that this order keeps take 2.0 KiB."));
  schedule.parameters[0].staleness = 0;
  EXPECT_THAT(verdict(schedule), HasSubstr("No gradient is late; older"));
}

TEST(Verdict, knowsTheWork) {
  StaticSchedule schedule = makeByHand(10, {{0, 10}, {1, 10}});
  schedule.bounds.lower = 10;
  EXPECT_EQ(verdict(schedule),
            "2.00 times as fast as one processor: one iteration every 10 µs on "
            "2 processors, which is the lower bound: no schedule is shorter. "
            "The work limits it: all processors are busy all the time. ");
}

TEST(Verdict, knowsACycle) {
  StaticSchedule schedule = makeByHand(10, {{0, 4}, {1, 6}});
  schedule.tasks[1].start = 4;
  EXPECT_THAT(verdict(schedule),
              HasSubstr("Nothing is busy all the time: the busiest, processor "
                        "1, works 60.0 % of the period."));
  closeCycle(schedule);
  EXPECT_THAT(verdict(schedule),
              HasSubstr("The critical cycle limits it: 2 tasks that wait for "
                        "each other take 10 µs in 1 period."));
}

TEST(Verdict, knowsALink) {
  StaticSchedule schedule = makeByHand(10, {{0, 4}, {1, 6}});
  schedule.transfers.resize(2);
  schedule.transfers[0] = {"a", 0, 1, 0, 0, 7, 0};
  schedule.transfers[1] = {"b", 1, 0, 7, 0, 3, 0};
  EXPECT_THAT(verdict(schedule),
              HasSubstr("The link between processors 0 and 1 limits it"));
}

TEST(Verdict, tellsIdleProcessorsAndLongTasks) {
  StaticSchedule schedule = makeByHand(10, {{0, 10}, {1, 4}, {2, 0}});
  schedule.processors[2].order.clear();
  EXPECT_THAT(verdict(schedule),
              HasSubstr("; 1 of the processors has nothing to do. Processor 0 "
                        "(layer 1) limits it: it is busy all the time, with "
                        "the one task t0."));
}

TEST(Verdict, oneProcessorIsNotComparedWithItself) {
  StaticSchedule schedule = makeByHand(10, {{0, 4}, {0, 6}});
  schedule.bounds.lower = 10;
  EXPECT_THAT(verdict(schedule),
              HasSubstr("One iteration every 10 µs on 1 processor, which is"));
}

TEST(Verdict, isTheFirstThingOfAPage) {
  Report report;
  report.schedules.push_back({"a.json", makeByHand(10, {{0, 4}, {1, 10}})});
  std::string page = writePage(report);
  size_t at = page.find("<p class=\"verdict\">");
  EXPECT_LT(at, page.find("<section"));
  EXPECT_EQ(page.find("<p class=\"verdict\">", at + 1), std::string::npos);
  report.schedules.push_back({"b.json", makeByHand(9, {{0, 4}, {1, 9}})});
  page = writePage(report);
  EXPECT_THAT(page, HasSubstr("The fastest of 2 schedules of net is that of <a "
                              "href=\"#schedule-2\">by hand on 2 processors"));
}

TEST(PeriodLimit, aCycleBindsFromTheLastFractionOn) {
  // 11 / 2 needs a period of 6: 5 would be too short, and 7 leaves room.
  StaticSchedule schedule = makeByHand(6, {{0, 5}, {1, 6}});
  closeCycle(schedule);
  schedule.edges.back().distance = 2;
  EXPECT_TRUE(findPeriodLimit(schedule, findCriticalCycle(schedule)).cycle);
  schedule.period = 7;
  PeriodLimit limit = findPeriodLimit(schedule, findCriticalCycle(schedule));
  EXPECT_FALSE(limit.cycle);
  EXPECT_TRUE(limit.processors.empty());
  EXPECT_THAT(limit.busy, ElementsAre(5, 6));
  EXPECT_EQ(limit.busiest, 1);
}

/// What binds cannot be shortened: brute force over the definition.
TEST(PeriodLimit, bindsWhatFillsEveryMomentOfThePeriod) {
  for (uint64_t seed = 0; seed < layerpipe::scheduling::test::seeds(60);
       ++seed) {
    SCOPED_TRACE(seed);
    StaticSchedule schedule = makeRandomSchedule(seed);
    PeriodLimit limit = findPeriodLimit(schedule, findCriticalCycle(schedule));
    for (const ScheduleProcessor &processor : schedule.processors) {
      std::vector<bool> taken(schedule.period, false);
      for (int64_t task : processor.order)
        for (int64_t t = 0; t < schedule.tasks[task].duration; ++t)
          taken[(schedule.tasks[task].start + t) % schedule.period] = true;
      EXPECT_EQ(limit.bindsProcessor(processor.id),
                std::find(taken.begin(), taken.end(), false) == taken.end());
    }
  }
}

TEST(CriticalCycle, isMarkedAtFirstOnlyWhereItBinds) {
  Report report;
  report.schedules.push_back({"a.json", makeByHand(10, {{0, 4}, {1, 6}})});
  StaticSchedule &schedule = report.schedules[0].schedule;
  schedule.tasks[1].start = 4;
  closeCycle(schedule);
  EXPECT_THAT(writePage(report), HasSubstr("data-critical checked>"));
  EXPECT_THAT(writeTimelineSvg(schedule), HasSubstr("critical cycle</text>"));
  schedule.period = 11;
  EXPECT_THAT(writePage(report), HasSubstr("data-critical>"));
  EXPECT_THAT(writeTimelineSvg(schedule),
              Not(HasSubstr("critical cycle</text>")));
}

TEST(Svg, marksTheProcessorThatBinds) {
  StaticSchedule schedule = makeByHand(10, {{0, 4}, {1, 10}});
  std::string svg = writeTimelineSvg(schedule);
  EXPECT_THAT(svg, HasSubstr("class=\"row end\" data-row=\"0\""));
  EXPECT_THAT(svg, HasSubstr("class=\"row end binding\" data-row=\"1\""));
  EXPECT_THAT(svg, HasSubstr("busy all the time</text>"));
  schedule.period = 11;
  EXPECT_THAT(writeTimelineSvg(schedule), Not(HasSubstr("busy all the time")));
}

/// The extent of everything in the picture, by its attributes.
std::pair<double, double> extentOf(const std::string &svg) {
  double least = 0, most = 0;
  std::regex rect("<rect [^>]*x=\"([-0-9.]+)\"[^>]* width=\"([-0-9.]+)\"");
  for (std::sregex_iterator it(svg.begin(), svg.end(), rect), end; it != end;
       ++it) {
    double x = std::stod((*it)[1]), width = std::stod((*it)[2]);
    least = std::min(least, x);
    most = std::max(most, x + width);
  }
  return {least, most};
}

TEST(Svg, isAsWideAsOneSays) {
  StaticSchedule schedule = makeChainSchedule();
  for (int64_t width : {240, 500, 2000}) {
    SvgOptions options;
    options.width = width;
    std::string svg = writeTimelineSvg(schedule, options);
    EXPECT_THAT(svg, HasSubstr("width=\"" + std::to_string(width) + "\""));
    EXPECT_GE(extentOf(svg).first, 0);
    EXPECT_LE(extentOf(svg).second, width);
    // All of the width is used.
    EXPECT_GT(extentOf(svg).second, 0.9 * double(width));
  }
}

TEST(Svg, showsTheSteadyStateAlone) {
  StaticSchedule schedule = makeChainSchedule();
  SvgOptions options;
  EXPECT_THAT(writeTimelineSvg(schedule, options), HasSubstr("prologue<"));
  options.limits.steadyOnly = true;
  std::string svg = writeTimelineSvg(schedule, options);
  EXPECT_THAT(svg, Not(HasSubstr("prologue<")));
  // Nobody is told of what was not asked for.
  EXPECT_THAT(svg, Not(HasSubstr("not drawn")));
  TimelineFrame frame = frameTimeline(schedule, options.limits);
  EXPECT_EQ(frame.firstPeriod, frame.steadyPeriod);
  EXPECT_EQ(frame.periods(), options.limits.steadyPeriods);
}

} // namespace
