//===- CyclicProblem.h - The problem of cyclic scheduling -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This problem puts tasks on given processors of a machine. A cyclic schedule
// orders them, and lower bounds are computed from them. The solution is in
// Cyclic/CyclicSchedule.h.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_CYCLICPROBLEM_H
#define LAYERPIPE_SCHEDULING_MODEL_CYCLICPROBLEM_H

#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

/// This says what a scheduler may do to the staleness of parameters.
enum class Delays {
  /// It may do nothing: every edge keeps its distance.
  given,
  /// It may choose it: the distance of every edge with `parameter` ≥ 0 is free,
  /// one number per layer, whatever the problem gives there.
  least
};

struct CyclicProblem {
  TaskGraph graph;
  Machine machine;
  /// Each task has its processor here; inputs have −1.
  std::vector<int64_t> assignment;
  Delays delays = Delays::given;
};

/// Returns how long the task occupies its processor: its time at that speed,
/// and 0 for an input.
int64_t durationOf(const CyclicProblem &problem, int64_t task);

/// Returns the same for all tasks.
std::vector<int64_t> durationsOf(const CyclicProblem &problem);

/// Returns whether the edge needs a transfer, since its ends are on two
/// processors.
bool needsTransfer(const CyclicProblem &problem, int64_t edge);

/// Returns the link over which the edge's value travels; it must need a
/// transfer.
const Link &linkOfEdge(const CyclicProblem &problem, int64_t edge);

/// Succeeds if the graph and the machine are legal, every task has a processor
/// (inputs have −1), and, for Delays::least, no delay-free cycle remains when
/// the free edges have distance 0.
Status check(const CyclicProblem &problem);

/// Returns the staleness of each parameter, which is the distance of its
/// gradient edges, and 0 for a parameter without one.
std::vector<int64_t> stalenessOf(const TaskGraph &graph,
                                 const std::vector<int64_t> &distances);

/// Returns the largest of these.
int64_t maxStaleness(const TaskGraph &graph,
                     const std::vector<int64_t> &distances);

/// Returns Σ over layers of weight · staleness, where the weight is the bytes
/// of the layer's parameters, or 1 where they have none. `staleness` has an
/// entry for each parameter.
Wide weighStaleness(const TaskGraph &graph,
                    const std::vector<int64_t> &staleness);

/// Returns that of the parameters' gradient edges.
Wide weightedStaleness(const TaskGraph &graph,
                       const std::vector<int64_t> &distances);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_CYCLICPROBLEM_H
