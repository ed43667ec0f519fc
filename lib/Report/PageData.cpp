//===- PageData.cpp - What the page's script draws ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tasks and transfers travel as lists whose keys are given once, so that a
// schedule of ten thousand tasks stays small.
//
//===----------------------------------------------------------------------===//

#include "Facts.h"
#include "Palette.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace layerpipe::report {

using namespace scheduling;

using Json = nlohmann::ordered_json;

namespace {

int64_t indexOf(TaskKind kind) { return &styleOf(kind) - kindStyles().data(); }

Json kindData() {
  Json kinds = Json::array();
  for (const KindStyle &style : kindStyles())
    kinds.push_back(Json{{"name", toString(style.kind)},
                         {"letter", style.letter},
                         {"meaning", style.meaning}});
  return kinds;
}

Json rowData(const Facts &facts) {
  Json rows = Json::array();
  for (const TimelineRow &row : facts.frame.rows) {
    Json data;
    if (row.isLink())
      data["link"] = {row.first, row.second};
    else
      data["processor"] = row.first;
    data["busy"] = row.busy;
    data["binds"] = facts.limit.binds(row);
    rows.push_back(std::move(data));
  }
  return rows;
}

Json partData(const std::optional<TaskPart> &part) {
  if (!part)
    return nullptr;
  return fmt::format("{} to {} of {} {} of {}", part->begin, part->end,
                     part->length, toString(part->axis), part->of);
}

const Json taskKeys = {"name",     "layer",     "kind",      "row",
                       "start",    "duration",  "lag",       "begin",
                       "first",    "count",     "label",     "part",
                       "critical", "processor", "microbatch"};

Json taskData(const Facts &facts) {
  Json tasks = Json::array();
  for (size_t index = 0; index < facts.schedule.tasks.size(); ++index) {
    const ScheduleTask &task = facts.schedule.tasks[index];
    if (task.processor < 0)
      continue;
    TimelineSeries bars = seriesOf(facts.frame, facts.schedule.period,
                                   task.start, task.duration, task.lag);
    Json values = Json::array(
        {task.name, task.layer, indexOf(task.kind), facts.frame.taskRow[index],
         task.start, task.duration, task.lag, bars.begin, bars.iteration,
         bars.count, labelOf(task), partData(task.part), facts.critical[index],
         task.processor});
    // A value that is left out is undefined in the script.
    if (task.microbatch)
      values.push_back(*task.microbatch);
    tasks.push_back(std::move(values));
  }
  return tasks;
}

const Json transferKeys = {"name",    "row",   "start", "duration",
                           "lag",     "begin", "first", "count",
                           "latency", "from",  "to"};

Json transferData(const Facts &facts) {
  Json transfers = Json::array();
  for (size_t index = 0; index < facts.schedule.transfers.size(); ++index) {
    const ScheduleTransfer &transfer = facts.schedule.transfers[index];
    int64_t row = facts.frame.transferRow[index];
    if (row < 0)
      continue;
    TimelineSeries bars =
        seriesOf(facts.frame, facts.schedule.period, transfer.start,
                 transfer.duration, transfer.lag);
    transfers.push_back(Json::array(
        {transfer.value, row, transfer.start, transfer.duration, transfer.lag,
         bars.begin, bars.iteration, bars.count, transfer.latency,
         transfer.fromProcessor, transfer.toProcessor}));
  }
  return transfers;
}

Json scheduleData(const Facts &facts) {
  Json kinds = Json::array();
  for (const KindStyle &style : stylesIn(facts.schedule))
    kinds.push_back(indexOf(style.kind));
  return Json{
      {"unit", facts.schedule.timeUnit},  {"period", facts.schedule.period},
      {"first", facts.frame.firstPeriod}, {"steady", facts.frame.steadyPeriod},
      {"end", facts.frame.endPeriod},     {"kinds", std::move(kinds)},
      {"rows", rowData(facts)},           {"task_keys", taskKeys},
      {"tasks", taskData(facts)},         {"transfer_keys", transferKeys},
      {"transfers", transferData(facts)}};
}

Json optional(const std::optional<double> &value) {
  return value ? Json(*value) : Json(nullptr);
}

/// Knows the colours of the page's strategies by name.
class StrategyStyles {
public:
  StrategyStyles(const std::vector<Facts> &facts,
                 const std::vector<ReportedRows> &rows) {
    std::set<std::string> names;
    for (const Facts &one : facts)
      names.insert(one.schedule.strategy);
    for (const ReportedRows &reported : rows)
      for (const CompareRow &row : reported.rows)
        names.insert(row.strategy);
    styles = strategyStyles(names);
  }

  int64_t operator[](const std::string &name) const { return styles.at(name); }

private:
  std::map<std::string, int64_t> styles;
};

/// Returns the point of a schedule in the chart of periods against costs. Rows
/// of one file and schedules share the series of their strategy. Rows of
/// several files may be of several networks and stay apart: they have the
/// colour of their strategy and the dashes of their file.
Json pointData(const Facts &facts, const StrategyStyles &styles) {
  const StaticSchedule &schedule = facts.schedule;
  return Json{{"source", facts.reported.source},
              {"section", facts.id},
              {"strategy", schedule.strategy},
              {"processors", schedule.processors.size()},
              {"unit", schedule.timeUnit},
              {"period", schedule.period},
              {"speedup", optional(facts.totals.speedup)},
              {"gap", optional(facts.totals.gap)},
              {"utilization", schedule.utilization},
              {"max_staleness", facts.totals.maxStaleness},
              {"stash_bytes", facts.totals.stashBytes},
              {"peak_memory_bytes", facts.totals.peakMemoryBytes},
              {"communication_bytes", schedule.bytesPerIteration},
              {"pareto", false},
              {"series", schedule.strategy},
              {"style", styles[schedule.strategy]},
              {"dash", 0}};
}

Json pointData(const ReportedRows &reported, const CompareRow &row, bool alone,
               int64_t dash, const StrategyStyles &styles) {
  const std::string &source = reported.source;
  return Json{{"source", source},
              {"section", nullptr},
              {"strategy", row.strategy},
              {"processors", row.processors},
              {"unit", row.timeUnit},
              {"period", optional(row.period)},
              {"speedup", optional(row.speedup)},
              {"vs_pipedream", optional(row.vsPipedream)},
              {"gap", optional(row.gap)},
              {"utilization", optional(row.utilization)},
              {"max_staleness", optional(row.maxStaleness)},
              {"stash_bytes", optional(row.stashBytes)},
              {"peak_memory_bytes", optional(row.peakMemoryBytes)},
              {"communication_bytes", optional(row.communicationBytes)},
              {"pareto", row.pareto},
              {"series", alone ? row.strategy
                               : fmt::format("{} ({})", row.strategy, source)},
              {"style", styles[row.strategy]},
              {"dash", dash}};
}

} // namespace

Json pageData(const std::vector<Facts> &facts,
              const std::vector<ReportedRows> &rows) {
  Json schedules = Json::array(), points = Json::array();
  StrategyStyles styles(facts, rows);
  // The order of the files' names tells them apart, not the order in which they
  // were given.
  std::set<std::string> sources;
  for (const ReportedRows &reported : rows)
    sources.insert(reported.source);
  for (const ReportedRows &reported : rows) {
    int64_t dash =
        std::distance(sources.begin(), sources.find(reported.source));
    for (const CompareRow &row : reported.rows)
      points.push_back(
          pointData(reported, row, rows.size() == 1, dash, styles));
  }
  for (const Facts &one : facts) {
    schedules.push_back(scheduleData(one));
    points.push_back(pointData(one, styles));
  }
  return Json{{"kinds", kindData()},
              {"schedules", std::move(schedules)},
              {"points", std::move(points)}};
}

} // namespace layerpipe::report
