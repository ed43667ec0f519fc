//===- CyclicProblem.h - The problem of cyclic scheduling -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tasks on given processors of a machine: what a cyclic schedule orders, and
// what its lower bounds are computed from. The solution is in
// Cyclic/CyclicSchedule.h.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_CYCLICPROBLEM_H
#define LAYERPIPE_SCHEDULING_MODEL_CYCLICPROBLEM_H

#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

/// What a scheduler may do to the staleness of parameters.
enum class Delays {
  /// Nothing: every edge keeps its distance.
  given,
  /// Choose it: the distance of every edge with `parameter` ≥ 0 is free, one
  /// number per layer, whatever the problem gives there.
  least
};

struct CyclicProblem {
  TaskGraph graph;
  Machine machine;
  /// A processor per task; −1 for inputs.
  std::vector<int64_t> assignment;
  Delays delays = Delays::given;
};

/// How long the task occupies its processor: its time at that speed. 0 for an
/// input.
int64_t durationOf(const CyclicProblem &problem, int64_t task);

/// The same for all tasks.
std::vector<int64_t> durationsOf(const CyclicProblem &problem);

/// The edge needs a transfer: its ends are on two processors.
bool needsTransfer(const CyclicProblem &problem, int64_t edge);

/// The graph and the machine are legal, every task has a processor (inputs −1),
/// and, for Delays::least, no delay-free cycle
/// remains when the free edges have distance 0.
Status check(const CyclicProblem &problem);

/// Staleness per parameter: the distance of its gradient edges, 0 for a
/// parameter without one.
std::vector<int64_t> stalenessOf(const TaskGraph &graph,
                                 const std::vector<int64_t> &distances);

/// The largest of these.
int64_t maxStaleness(const TaskGraph &graph,
                     const std::vector<int64_t> &distances);

/// Σ over layers of weight · staleness, the weight being the bytes of the
/// layer's parameters, 1 where they have none.
Wide weightedStaleness(const TaskGraph &graph,
                       const std::vector<int64_t> &distances);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_CYCLICPROBLEM_H
