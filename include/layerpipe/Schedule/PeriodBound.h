//===- PeriodBound.h - What keeps a period from being shorter ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lower bound of the period for any assignment of a graph's tasks, computed
// once for a graph and then cheap for every machine; and the words for what a
// schedule's period is limited by. docs/compare.md lists all forms of them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_PERIODBOUND_H
#define LAYERPIPE_SCHEDULE_PERIODBOUND_H

#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/IterationBound.h"
#include "layerpipe/Scheduling/Machine.h"
#include "layerpipe/Scheduling/TaskGraph.h"

#include <string>
#include <vector>

namespace layerpipe::scheduling {

/// A lower bound of the period, and what it comes from.
struct PeriodBound {
  int64_t value = 1;
  /// "longest task 'F1'", "cycle 'a' → 'b' → 'a'" or "work".
  std::string reason;
};

/// What no assignment and no schedule of a graph's tasks can beat, with free
/// gradient delays. The graph must outlive it.
class GraphBound {
public:
  /// Cycles through gradient edges do not count: their delays are free. Fails
  /// on a graph that check() refuses.
  static Result<GraphBound> create(const TaskGraph &graph);

  /// The largest of ⌈T∞⌉, ⌈Σ time / Σ speed⌉, the longest task on the fastest
  /// processor, and 1. O(P).
  PeriodBound on(const Machine &machine) const;

  int64_t totalTime() const { return total; }

private:
  explicit GraphBound(const TaskGraph &graph) : graph(&graph) {}

  const TaskGraph *graph;
  IterationBound iteration;
  int64_t total = 0;
  /// −1 when no task takes time.
  int64_t longest = -1;
};

/// "cycle 'a' → 'b' → 'a'". Long cycles are cut: the text is one cell of a
/// table.
std::string describeCycle(const TaskGraph &graph,
                          const std::vector<int64_t> &edges);

/// " (layer 3)" or " (layers 3 to 5)" when the work of the processor is that of
/// neighbouring layers; nothing otherwise.
std::string describeLayers(const StaticSchedule &schedule, int64_t processor);

/// What takes the schedule's whole period, from the most general to the most
/// particular: the bound's reason where the period attains it, else a processor
/// or a link that is busy all the time, else "search".
std::string explainPeriod(const StaticSchedule &schedule,
                          const PeriodBound &bound);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_PERIODBOUND_H
