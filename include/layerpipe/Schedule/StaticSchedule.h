//===- StaticSchedule.h - The schedule as a value ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that a schedule file says (docs/schedule-format.md), as plain
// values, with the checker of its rules and the builder from the scheduling
// core's solutions. Tasks, processors and transfers are referred to by index
// here, by name in the file.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_STATICSCHEDULE_H
#define LAYERPIPE_SCHEDULE_STATICSCHEDULE_H

#include "layerpipe/Scheduling/CyclicSchedule.h"
#include "layerpipe/Scheduling/Fraction.h"
#include "layerpipe/Scheduling/Result.h"
#include "layerpipe/Scheduling/TaskGraph.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

struct ScheduleBounds {
  Fraction iteration;
  int64_t work = 0;
  int64_t longestTask = 0;
  int64_t link = 0;
  int64_t lower = 0;
  int64_t lowerSplit = 0;
};

struct ScheduleProcessor {
  int64_t id = 0;
  /// Relative; 1 for equal processors.
  Fraction speed{1, 1};
  /// Time busy per period.
  int64_t busy = 0;
  int64_t memoryBytes = 0;
  /// Task indices in execution order of one period.
  std::vector<int64_t> order;
};

struct ScheduleTask {
  std::string name;
  int64_t layer = 0;
  TaskKind kind = TaskKind::other;
  /// −1 for inputs.
  int64_t processor = -1;
  int64_t start = 0;
  int64_t duration = 0;
  int64_t lag = 0;
  std::optional<int64_t> microbatch;
  std::optional<TaskPart> part;
};

struct ScheduleEdge {
  int64_t from = -1;
  int64_t to = -1;
  EdgeKind kind = EdgeKind::other;
  /// The name of the value that it carries.
  std::string value;
  int64_t distance = 0;
  int64_t bytes = 0;
  std::string initial;
  int64_t channelCapacity = 1;
  /// −1 when there is none.
  int64_t transfer = -1;
  /// The parameter whose staleness this edge's distance is; −1 elsewhere.
  int64_t parameter = -1;
};

struct ScheduleTransfer {
  std::string value;
  int64_t fromProcessor = -1;
  int64_t toProcessor = -1;
  int64_t start = 0;
  int64_t lag = 0;
  int64_t duration = 0;
  int64_t latency = 0;
};

struct ScheduleParameter {
  std::string name;
  int64_t bytes = 0;
  int64_t layer = 0;
  int64_t staleness = 0;
  /// Copies alive at once: the live one and older versions.
  int64_t versions = 1;
};

struct StaticSchedule {
  std::string graph;
  std::string strategy;
  std::string timeUnit;
  int64_t period = 0;
  ScheduleBounds bounds;
  /// What keeps the period from being shorter (docs/compare.md); empty where
  /// nobody says.
  std::string limitedBy = {};
  /// Σ busy / (P · period).
  double utilization = 0;
  int64_t bytesPerIteration = 0;
  int64_t bytesCopied = 0;
  std::vector<ScheduleProcessor> processors;
  std::vector<ScheduleTask> tasks;
  std::vector<ScheduleEdge> edges;
  std::vector<ScheduleTransfer> transfers;
  std::vector<ScheduleParameter> parameters;
};

/// Rules 1 to 5 of docs/schedule-format.md. Total: any value of this type gets
/// an answer, without overflow. The message starts with "rule N:" where a rule
/// is broken, and names the tasks and the numbers.
Status check(const StaticSchedule &schedule);

/// What the problem and the solution do not say.
struct ScheduleInfo {
  std::string graph;
  std::string strategy;
  /// "ns", "us" or "cycles".
  std::string timeUnit = "ns";
  /// True when transfers copy their values (several memories).
  bool copies = false;
  /// The period's lower bound, where the solved problem knew more than this
  /// one: delays that were chosen then look given now, and bound nothing.
  std::optional<int64_t> lowerBound = std::nullopt;
  /// The bound of the tasks as they were split, where it is another one.
  std::optional<int64_t> lowerBoundSplit = std::nullopt;
  /// What `lowerBound` comes from, and what keeps the period from being
  /// shorter; where they are empty, the tasks of this problem tell.
  std::string boundReason = {};
  std::string limitedBy = {};
};

/// The file's content for a verified solution: bounds, what limits the period,
/// capacities, versions, memory and traffic are computed here. Fails when the
/// solution does not verify, or check() refuses the result.
Result<StaticSchedule> makeStaticSchedule(const CyclicProblem &problem,
                                          const CyclicSolution &solution,
                                          const ScheduleInfo &info);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_STATICSCHEDULE_H
