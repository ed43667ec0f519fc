//===- ScheduleRules.cpp - Rules 1 to 4 of a schedule ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each rule is read directly off its definition, in 128-bit arithmetic.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/ScheduleRules.h"

#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

bool inRange(int64_t index, size_t size) {
  return index >= 0 && index < static_cast<int64_t>(size);
}

/// Returns (i + lag)·period + start for iteration i = `iteration`.
Wide timeOf(const TimedSchedule &schedule, int64_t start, int64_t lag,
            int64_t iteration = 0) {
  return (Wide(lag) + iteration) * schedule.period + start;
}

std::string toString(Wide value) {
  return fmt::format("{}", static_cast<long double>(value));
}

/// An interval occupies a processor or a link.
struct Interval {
  int64_t start = 0;
  int64_t duration = 0;
  std::string name;
};

Status checkInterval(const TimedSchedule &schedule, const std::string &what,
                     int64_t start, int64_t duration, int64_t lag) {
  if (start < 0 || start >= schedule.period)
    return Error{fmt::format("{} starts at {}, outside the period 0 to {}",
                             what, start, schedule.period)};
  if (duration < 0 || duration > schedule.period)
    return Error{fmt::format("{} takes {}, which must lie between 0 and the "
                             "period {}",
                             what, duration, schedule.period)};
  if (lag < -maxLag || lag > maxLag)
    return Error{fmt::format("{} has lag {}, beyond ±{}", what, lag, maxLag)};
  return Status::success();
}

Status checkEdgeRange(const TimedSchedule &schedule, size_t index) {
  const TimedEdge &edge = schedule.edges[index];
  if (!inRange(edge.from, schedule.tasks.size()) ||
      !inRange(edge.to, schedule.tasks.size()))
    return Error{fmt::format("edge {} joins tasks {} and {}, but there are {}",
                             index, edge.from, edge.to, schedule.tasks.size())};
  std::string name =
      fmt::format("edge '{}' → '{}'", schedule.tasks[edge.from].name,
                  schedule.tasks[edge.to].name);
  if (edge.distance < 0 || edge.distance > maxTotalDistance)
    return Error{fmt::format("{} has distance {}, which must lie between 0 and "
                             "{}",
                             name, edge.distance, maxTotalDistance)};
  if (edge.transfer != -1 && !inRange(edge.transfer, schedule.transfers.size()))
    return Error{fmt::format("{} uses transfer {}, but there are {}", name,
                             edge.transfer, schedule.transfers.size())};
  return Status::success();
}

Status checkTransferRange(const TimedSchedule &schedule,
                          const TimedTransfer &transfer) {
  std::string name = fmt::format("transfer of '{}'", transfer.value);
  if (!inRange(transfer.fromProcessor, schedule.order.size()) ||
      !inRange(transfer.toProcessor, schedule.order.size()) ||
      transfer.fromProcessor == transfer.toProcessor)
    return Error{fmt::format("{} goes from processor {} to {}; it needs two of "
                             "the {} processors",
                             name, transfer.fromProcessor, transfer.toProcessor,
                             schedule.order.size())};
  if (transfer.latency < 0 || transfer.latency > maxTotalTime)
    return Error{fmt::format("{} has latency {}, which must lie between 0 and "
                             "{}",
                             name, transfer.latency, maxTotalTime)};
  return checkInterval(schedule, name, transfer.start, transfer.duration,
                       transfer.lag);
}

/// Checks that of consecutive intervals in cyclic order each ends before the
/// next starts. An interval without duration must not lie inside another.
Status checkDisjoint(const TimedSchedule &schedule, const std::string &place,
                     std::vector<Interval> intervals) {
  auto key = [](const Interval &interval) {
    return std::tuple(interval.start, interval.duration > 0);
  };
  std::sort(
      intervals.begin(), intervals.end(),
      [&](const Interval &a, const Interval &b) { return key(a) < key(b); });
  for (size_t i = 0; i < intervals.size() && intervals.size() > 1; ++i) {
    bool last = i + 1 == intervals.size();
    const Interval &current = intervals[i];
    const Interval &next = intervals[last ? 0 : i + 1];
    int64_t nextStart = next.start + (last ? schedule.period : 0);
    if (current.duration > nextStart - current.start)
      return Error{fmt::format(
          "rule 2: on {}, '{}' from {} to {} overlaps '{}' from {} (period {})",
          place, current.name, current.start, current.start + current.duration,
          next.name, nextStart, schedule.period)};
  }
  return Status::success();
}

Status checkDirectEdge(const TimedSchedule &schedule, const TimedEdge &edge) {
  const TimedTask &from = schedule.tasks[edge.from];
  const TimedTask &to = schedule.tasks[edge.to];
  Wide end = timeOf(schedule, from.start, from.lag) + from.duration;
  Wide start = timeOf(schedule, to.start, to.lag, edge.distance);
  if (start >= end)
    return Status::success();
  return Error{fmt::format(
      "rule 1: '{}' (start {}, lag {}, distance {}) begins {} before its "
      "operand from '{}' (start {}, lag {}, duration {}) is ready",
      to.name, to.start, to.lag, edge.distance, toString(end - start),
      from.name, from.start, from.lag, from.duration)};
}

Status checkTransferredEdge(const TimedSchedule &schedule,
                            const TimedEdge &edge) {
  const TimedTask &from = schedule.tasks[edge.from];
  const TimedTask &to = schedule.tasks[edge.to];
  const TimedTransfer &transfer = schedule.transfers[edge.transfer];
  if (transfer.fromProcessor != from.processor ||
      transfer.toProcessor != to.processor)
    return Error{fmt::format(
        "rule 1: edge '{}' → '{}' goes from processor {} to {}, its transfer "
        "of '{}' from {} to {}",
        from.name, to.name, from.processor, to.processor, transfer.value,
        transfer.fromProcessor, transfer.toProcessor)};
  Wide end = timeOf(schedule, from.start, from.lag) + from.duration;
  Wide sent = timeOf(schedule, transfer.start, transfer.lag);
  if (sent < end)
    return Error{fmt::format(
        "rule 1: the transfer of '{}' (start {}, lag {}) begins {} before '{}' "
        "(start {}, lag {}, duration {}) ends",
        transfer.value, transfer.start, transfer.lag, toString(end - sent),
        from.name, from.start, from.lag, from.duration)};
  Wide arrival = sent + transfer.duration + transfer.latency;
  Wide start = timeOf(schedule, to.start, to.lag, edge.distance);
  if (start < arrival)
    return Error{fmt::format(
        "rule 1: '{}' (start {}, lag {}, distance {}) begins {} before the "
        "transfer of '{}' from '{}' (start {}, lag {}, duration {}, latency "
        "{}) arrives",
        to.name, to.start, to.lag, edge.distance, toString(arrival - start),
        transfer.value, from.name, transfer.start, transfer.lag,
        transfer.duration, transfer.latency)};
  return Status::success();
}

/// Checks that the order lists each task of the processor once, by ascending
/// start, tasks without duration before the one that starts at the same time.
Status checkOneOrder(const TimedSchedule &schedule, int64_t processor,
                     std::vector<bool> &listed) {
  const std::vector<int64_t> &order = schedule.order[processor];
  for (size_t i = 0; i < order.size(); ++i) {
    const TimedTask &task = schedule.tasks[order[i]];
    if (task.processor != processor)
      return Error{fmt::format("rule 3: processor {}'s order lists '{}', which "
                               "runs on {}",
                               processor, task.name, task.processor)};
    if (listed[order[i]])
      return Error{fmt::format("rule 3: processor {}'s order lists '{}' twice",
                               processor, task.name)};
    listed[order[i]] = true;
    if (i == 0)
      continue;
    const TimedTask &before = schedule.tasks[order[i - 1]];
    if (std::tuple(before.start, before.duration > 0) >
        std::tuple(task.start, task.duration > 0))
      return Error{fmt::format(
          "rule 3: processor {}'s order runs '{}' (start {}, duration {}) "
          "before '{}' (start {}, duration {})",
          processor, before.name, before.start, before.duration, task.name,
          task.start, task.duration)};
  }
  return Status::success();
}

} // namespace

Status checkRanges(const TimedSchedule &schedule) {
  if (schedule.period < 1 || schedule.period > 2 * maxTotalTime)
    return Error{fmt::format("the period is {}; it must lie between 1 and {}",
                             schedule.period, 2 * maxTotalTime)};
  for (const TimedTask &task : schedule.tasks) {
    std::string name = fmt::format("task '{}'", task.name);
    if (task.processor != -1 && !inRange(task.processor, schedule.order.size()))
      return Error{fmt::format("{} runs on processor {}, but there are {}",
                               name, task.processor, schedule.order.size())};
    if (Status status =
            checkInterval(schedule, name, task.start, task.duration, task.lag);
        !status)
      return status;
  }
  for (size_t index = 0; index < schedule.edges.size(); ++index)
    if (Status status = checkEdgeRange(schedule, index); !status)
      return status;
  for (const TimedTransfer &transfer : schedule.transfers)
    if (Status status = checkTransferRange(schedule, transfer); !status)
      return status;
  for (size_t processor = 0; processor < schedule.order.size(); ++processor)
    for (int64_t task : schedule.order[processor])
      if (!inRange(task, schedule.tasks.size()))
        return Error{fmt::format("processor {}'s order lists task {}, but "
                                 "there are {}",
                                 processor, task, schedule.tasks.size())};
  return Status::success();
}

Status checkPrecedence(const TimedSchedule &schedule) {
  for (const TimedEdge &edge : schedule.edges) {
    const TimedTask &from = schedule.tasks[edge.from];
    const TimedTask &to = schedule.tasks[edge.to];
    bool local = from.processor < 0 || from.processor == to.processor;
    if (local != (edge.transfer < 0))
      return Error{
          fmt::format("rule 1: edge '{}' → '{}' from processor {} to {} {}",
                      from.name, to.name, from.processor, to.processor,
                      local ? "must not have a transfer" : "has no transfer")};
    Status status = local ? checkDirectEdge(schedule, edge)
                          : checkTransferredEdge(schedule, edge);
    if (!status)
      return status;
  }
  return Status::success();
}

Status checkOverlap(const TimedSchedule &schedule) {
  std::vector<std::vector<Interval>> busy(schedule.order.size());
  for (const TimedTask &task : schedule.tasks)
    if (task.processor >= 0)
      busy[task.processor].push_back({task.start, task.duration, task.name});
  for (size_t processor = 0; processor < busy.size(); ++processor)
    if (Status status =
            checkDisjoint(schedule, fmt::format("processor {}", processor),
                          std::move(busy[processor]));
        !status)
      return status;

  std::map<std::pair<int64_t, int64_t>, std::vector<Interval>> links;
  for (const TimedTransfer &transfer : schedule.transfers)
    if (transfer.duration > 0)
      links[std::minmax(transfer.fromProcessor, transfer.toProcessor)]
          .push_back({transfer.start, transfer.duration, transfer.value});
  for (auto &[ends, transfers] : links)
    if (Status status = checkDisjoint(
            schedule, fmt::format("link {}–{}", ends.first, ends.second),
            std::move(transfers));
        !status)
      return status;
  return Status::success();
}

Status checkOrder(const TimedSchedule &schedule) {
  std::vector<bool> listed(schedule.tasks.size(), false);
  for (size_t processor = 0; processor < schedule.order.size(); ++processor)
    if (Status status = checkOneOrder(schedule, processor, listed); !status)
      return status;
  for (size_t task = 0; task < schedule.tasks.size(); ++task)
    if (schedule.tasks[task].processor >= 0 && !listed[task])
      return Error{fmt::format("rule 3: processor {}'s order lacks '{}'",
                               schedule.tasks[task].processor,
                               schedule.tasks[task].name)};

  std::vector<Arc> arcs;
  for (const std::vector<int64_t> &order : schedule.order)
    for (size_t i = 1; i < order.size(); ++i)
      arcs.push_back({order[i - 1], order[i]});
  for (const TimedEdge &edge : schedule.edges)
    if (edge.distance + schedule.tasks[edge.to].lag -
            schedule.tasks[edge.from].lag ==
        0)
      arcs.push_back({edge.from, edge.to});
  std::vector<int64_t> cycle = findCycle(schedule.tasks.size(), arcs);
  if (cycle.empty())
    return Status::success();
  std::string text;
  for (int64_t task : cycle)
    text += fmt::format("'{}' → ", schedule.tasks[task].name);
  return Error{fmt::format("rule 3: the orders and the edges within one period "
                           "wait for each other: {}'{}'",
                           text, schedule.tasks[cycle.front()].name)};
}

Status checkCapacities(const TimedSchedule &schedule) {
  std::vector<int64_t> position(schedule.tasks.size(), -1);
  for (const std::vector<int64_t> &order : schedule.order)
    for (size_t i = 0; i < order.size(); ++i)
      position[order[i]] = i;
  for (const TimedEdge &edge : schedule.edges) {
    const TimedTask &from = schedule.tasks[edge.from];
    const TimedTask &to = schedule.tasks[edge.to];
    CapacityQuery query{schedule.period,
                        edge.distance,
                        from.start,
                        from.lag,
                        from.duration,
                        to.start,
                        to.lag,
                        to.duration,
                        edge.from == edge.to,
                        from.processor >= 0 && from.processor == to.processor,
                        position[edge.from] < position[edge.to]};
    Wide needed = requiredCapacity(query);
    if (edge.capacity < needed)
      return Error{fmt::format(
          "rule 4: the channel '{}' → '{}' (distance {}) has capacity {} and "
          "needs {}",
          from.name, to.name, edge.distance, edge.capacity,
          static_cast<int64_t>(needed))};
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
