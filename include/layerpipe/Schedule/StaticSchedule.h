//===- StaticSchedule.h - The schedule as a value ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A StaticSchedule holds everything that a schedule file says
// (docs/schedule-format.md), as plain values. This header also declares the
// checker of its rules and the builder from the scheduling core's solutions.
// Tasks, processors and transfers are referred to by index here, and by name in
// the file.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_STATICSCHEDULE_H
#define LAYERPIPE_SCHEDULE_STATICSCHEDULE_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/Result.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

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
  /// Speeds are relative; equal processors have 1.
  Fraction speed{1, 1};
  /// The processor is busy for so long in each period.
  int64_t busy = 0;
  int64_t memoryBytes = 0;
  /// Lists the processor's tasks in the order in which a period runs them.
  std::vector<int64_t> order;
};

struct ScheduleTask {
  std::string name;
  int64_t layer = 0;
  TaskKind kind = TaskKind::other;
  /// Names the processor that runs the task; −1 stands for an input, which none
  /// runs.
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
  /// Names the value that the edge carries.
  std::string value;
  int64_t distance = 0;
  int64_t bytes = 0;
  std::string initial;
  int64_t channelCapacity = 1;
  /// Names the transfer that carries the edge's value; −1 means that there is
  /// none.
  int64_t transfer = -1;
  /// Names the parameter whose staleness is this edge's distance; other edges
  /// have −1.
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
  /// Counts the copies that are alive at once: the live one and older versions.
  int64_t versions = 1;
};

struct StaticSchedule {
  std::string graph;
  std::string strategy;
  std::string timeUnit;
  int64_t period = 0;
  ScheduleBounds bounds;
  /// Says what keeps the period from being shorter (docs/compare.md); empty
  /// where nobody says.
  std::string limitedBy = {};
  /// Σ busy / (P · period).
  double utilization = 0;
  int64_t bytesPerIteration = 0;
  int64_t bytesCopied = 0;
  /// The transfers go over these links. They have neither bandwidth nor latency
  /// where all processors share one memory, and where nobody says.
  Links links = {};
  std::vector<ScheduleProcessor> processors;
  std::vector<ScheduleTask> tasks;
  std::vector<ScheduleEdge> edges;
  std::vector<ScheduleTransfer> transfers;
  std::vector<ScheduleParameter> parameters;
};

/// Checks rules 1 to 5 of docs/schedule-format.md. Any value of this type gets
/// an answer, without overflow. The message starts with "rule N:" where a rule
/// is broken, and names the tasks and the numbers.
Status check(const StaticSchedule &schedule);

/// A schedule file also has these facts, which problem and solution do not say.
struct ScheduleInfo {
  std::string graph;
  std::string strategy;
  /// All times are in this unit, "ns", "us" or "cycles".
  std::string timeUnit = "ns";
  /// Gives the period's lower bound if the solved problem left more open than
  /// this one: delays that were chosen then look given now, and must not bound
  /// the period.
  std::optional<int64_t> lowerBound = std::nullopt;
  /// Gives the bound of the tasks as they were split, if it differs from
  /// `lowerBound`.
  std::optional<int64_t> lowerBoundSplit = std::nullopt;
  /// These say what `lowerBound` comes from, and what keeps the period from
  /// being shorter. Where they are empty, both are found from the tasks of this
  /// problem.
  std::string boundReason = {};
  std::string limitedBy = {};
};

/// Makes the file's content for a verified solution. Computes bounds, what
/// limits the period, capacities, versions, memory and traffic. Fails when the
/// solution does not verify, or when check() refuses the result.
Result<StaticSchedule> makeStaticSchedule(const CyclicProblem &problem,
                                          const CyclicSolution &solution,
                                          const ScheduleInfo &info);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_STATICSCHEDULE_H
