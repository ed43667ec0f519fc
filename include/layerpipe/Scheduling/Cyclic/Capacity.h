//===- Capacity.h - Channel capacities --------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The capacity of a channel is how many values it must hold so that the
// processors, each running its order and waiting for data and for room, keep
// the schedule's period and never deadlock. A
// value that lives from its producer's start at 0 to its consumer's end at 5
// needs ⌈5 / 4⌉ = 2 places with a period of 4.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_CYCLIC_CAPACITY_H
#define LAYERPIPE_SCHEDULING_CYCLIC_CAPACITY_H

#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"

#include <vector>

namespace layerpipe::scheduling {

/// Returns the least capacity of every edge's channel, which is rule 4. With D
/// the time from the producer's start to its consumer's end, lags and distance
/// included, this is max(1, ⌈D / period⌉), and
///
/// - between processors, one more when both ends take no time and D is a
///   multiple of the period; otherwise the wait for room could close a cycle of
///   waits that take no time;
/// - on one processor, at least what the execution order keeps alive: distance
///   + lag(to) − lag(from), and one more when `from` comes first;
/// - for an edge from a task to itself, max(1, distance): the task takes its
///   old state before it leaves the new one.
///
/// The solution must be valid. O(E).
std::vector<int64_t> channelCapacities(const CyclicProblem &problem,
                                       const CyclicSolution &solution);

/// These numbers alone give the capacity of one edge. The checker of schedule
/// files uses them, too.
struct CapacityQuery {
  int64_t period = 1;
  int64_t distance = 0;
  int64_t fromStart = 0, fromLag = 0, fromDuration = 0;
  int64_t toStart = 0, toLag = 0, toDuration = 0;
  bool self = false;
  bool sameProcessor = false;
  /// Says whether, on one processor, `from` precedes `to` in its order.
  bool fromFirst = false;
};
Wide requiredCapacity(const CapacityQuery &query);

/// Returns what each processor holds: of every value that its tasks read, as
/// many copies as the largest of those channels has places. Sums stop at the
/// largest integer. The solution must be valid. O(E log E).
std::vector<int64_t> memoryBytes(const CyclicProblem &problem,
                                 const CyclicSolution &solution);

/// Returns the same for capacities that are known already.
std::vector<int64_t> memoryBytes(const CyclicProblem &problem,
                                 const std::vector<int64_t> &capacities);

/// Fails where a processor holds more than its memory, if memories are limited.
Status checkMemory(const CyclicProblem &problem,
                   const CyclicSolution &solution);

/// Returns one copy of each value that the processor's tasks read. No schedule
/// on this assignment holds less.
std::vector<int64_t> leastMemoryBytes(const CyclicProblem &problem);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_CYCLIC_CAPACITY_H
