//===- CheckSchedule.cpp - The rules of a schedule file -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The checker applies rules 1 to 4, as for every cyclic schedule, and rule 5,
// and compares what the file's parts say about each other.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Cyclic/ScheduleRules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>

namespace layerpipe::scheduling {
namespace {

bool inRange(int64_t index, size_t size) {
  return index >= 0 && index < static_cast<int64_t>(size);
}

Status checkNames(const StaticSchedule &schedule) {
  std::unordered_set<std::string_view> tasks, parameters;
  for (const ScheduleTask &task : schedule.tasks) {
    if (task.name.empty() || !tasks.insert(task.name).second)
      return Error{
          fmt::format("task name '{}' is empty or used twice", task.name)};
    if ((task.processor < 0) != (task.kind == TaskKind::input))
      return Error{fmt::format("task '{}' of kind {} runs on processor {}; "
                               "inputs, and only they, run on -1",
                               task.name, toString(task.kind), task.processor)};
    if (task.kind == TaskKind::input && task.duration != 0)
      return Error{fmt::format("input '{}' has duration {}; inputs take no "
                               "time",
                               task.name, task.duration)};
  }
  for (const ScheduleParameter &parameter : schedule.parameters)
    if (parameter.name.empty() || !parameters.insert(parameter.name).second)
      return Error{fmt::format("parameter name '{}' is empty or used twice",
                               parameter.name)};
  for (size_t id = 0; id < schedule.processors.size(); ++id)
    if (schedule.processors[id].id != static_cast<int64_t>(id))
      return Error{fmt::format("processor {} stands at position {}; they are "
                               "listed by id from 0",
                               schedule.processors[id].id, id)};
  return Status::success();
}

TimedSchedule makeTimed(const StaticSchedule &schedule) {
  TimedSchedule timed;
  timed.period = schedule.period;
  for (const ScheduleProcessor &processor : schedule.processors)
    timed.order.push_back(processor.order);
  for (const ScheduleTask &task : schedule.tasks)
    timed.tasks.push_back(
        {task.name, task.processor, task.start, task.duration, task.lag});
  for (const ScheduleEdge &edge : schedule.edges)
    timed.edges.push_back({edge.from, edge.to, edge.distance, edge.transfer,
                           edge.channelCapacity});
  for (const ScheduleTransfer &transfer : schedule.transfers)
    timed.transfers.push_back(
        {transfer.value, transfer.fromProcessor, transfer.toProcessor,
         transfer.start, transfer.duration, transfer.lag, transfer.latency});
  return timed;
}

std::string describe(const StaticSchedule &schedule, const ScheduleEdge &edge) {
  return fmt::format("'{}' → '{}'", schedule.tasks[edge.from].name,
                     schedule.tasks[edge.to].name);
}

/// Checks that an edge with delays names its initial value, and that an edge's
/// transfer carries the edge's value.
Status checkEdges(const StaticSchedule &schedule) {
  for (const ScheduleEdge &edge : schedule.edges) {
    if (edge.bytes < 0)
      return Error{fmt::format("edge {} has {} bytes", describe(schedule, edge),
                               edge.bytes)};
    if (edge.distance > 0 && edge.initial.empty())
      return Error{fmt::format("edge {} has distance {} but no initial value",
                               describe(schedule, edge), edge.distance)};
    if (edge.transfer >= 0 &&
        schedule.transfers[edge.transfer].value != edge.value)
      return Error{fmt::format("edge {} carries '{}', but its transfer '{}'",
                               describe(schedule, edge), edge.value,
                               schedule.transfers[edge.transfer].value)};
  }
  return Status::success();
}

Status checkStaleness(const StaticSchedule &schedule) {
  for (const ScheduleEdge &edge : schedule.edges) {
    if (edge.parameter == -1)
      continue;
    if (!inRange(edge.parameter, schedule.parameters.size()))
      return Error{fmt::format("edge {} belongs to parameter {}, but there are "
                               "{}",
                               describe(schedule, edge), edge.parameter,
                               schedule.parameters.size())};
    const ScheduleParameter &parameter = schedule.parameters[edge.parameter];
    if (edge.distance != parameter.staleness)
      return Error{fmt::format(
          "rule 5: '{}' has staleness {}, but its gradient edge {} has "
          "distance {}",
          parameter.name, parameter.staleness, describe(schedule, edge),
          edge.distance)};
  }
  for (const ScheduleParameter &parameter : schedule.parameters)
    if (parameter.bytes < 0 || parameter.staleness < 0 ||
        parameter.versions < 1)
      return Error{fmt::format("rule 5: '{}' has {} bytes, staleness {} and {} "
                               "versions; there is at least one version, and "
                               "nothing is negative",
                               parameter.name, parameter.bytes,
                               parameter.staleness, parameter.versions)};
  return Status::success();
}

/// Checks that the parts of one op (of one microbatch) join without gap or
/// overlap, along one axis and with one way to combine, from 0 to the axis'
/// length.
Status checkParts(const StaticSchedule &schedule) {
  struct Movable {
    int64_t begin;
    int64_t end;
    const ScheduleTask *task;
  };
  std::map<std::tuple<std::string, int64_t>, std::vector<Movable>> ops;
  for (const ScheduleTask &task : schedule.tasks)
    if (task.part)
      ops[{task.part->of, task.microbatch.value_or(-1)}].push_back(
          {task.part->begin, task.part->end, &task});
  for (auto &[key, pieces] : ops) {
    const std::string &op = std::get<0>(key);
    std::sort(pieces.begin(), pieces.end(),
              [](const Movable &a, const Movable &b) {
                return std::tuple(a.begin, a.end) < std::tuple(b.begin, b.end);
              });
    const TaskPart &first = *pieces.front().task->part;
    if (first.begin != 0)
      return Error{fmt::format("rule 5: the parts of '{}' begin at {}, not 0",
                               op, first.begin)};
    for (size_t i = 0; i < pieces.size(); ++i) {
      const TaskPart &part = *pieces[i].task->part;
      if (part.axis != first.axis || part.combine != first.combine ||
          part.length != first.length)
        return Error{fmt::format("rule 5: part '{}' of '{}' is cut or combined "
                                 "otherwise than '{}'",
                                 pieces[i].task->name, op,
                                 pieces.front().task->name)};
      if (part.end <= part.begin)
        return Error{fmt::format("rule 5: part '{}' of '{}' is empty: {} to {}",
                                 pieces[i].task->name, op, part.begin,
                                 part.end)};
      if (i > 0 && pieces[i - 1].end != part.begin)
        return Error{fmt::format(
            "rule 5: parts '{}' and '{}' of '{}' {}: one ends at {}, the other "
            "begins at {}",
            pieces[i - 1].task->name, pieces[i].task->name, op,
            pieces[i - 1].end < part.begin ? "leave a gap" : "overlap",
            pieces[i - 1].end, part.begin)};
    }
    if (pieces.back().end != first.length)
      return Error{fmt::format("rule 5: the parts of '{}' end at {}, not at "
                               "their axis' length {}",
                               op, pieces.back().end, first.length)};
  }
  return Status::success();
}

} // namespace

Status check(const StaticSchedule &schedule) {
  if (Status status = checkNames(schedule); !status)
    return status;
  TimedSchedule timed = makeTimed(schedule);
  using Rule = Status (*)(const TimedSchedule &);
  if (Status status = checkRanges(timed); !status)
    return status;
  if (Status status = checkEdges(schedule); !status)
    return status;
  for (Rule rule : {checkPrecedence, checkOverlap, checkOrder, checkCapacities})
    if (Status status = rule(timed); !status)
      return status;
  if (Status status = checkStaleness(schedule); !status)
    return status;
  return checkParts(schedule);
}

} // namespace layerpipe::scheduling
