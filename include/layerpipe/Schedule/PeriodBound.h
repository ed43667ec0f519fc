//===- PeriodBound.h - What keeps a period from being shorter ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// GraphBound computes a lower bound of the period for any assignment of a
// graph's tasks, once for a graph and then cheaply for every machine. The
// functions below put into words what limits a schedule's period;
// docs/compare.md lists all forms of these words.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULE_PERIODBOUND_H
#define LAYERPIPE_SCHEDULE_PERIODBOUND_H

#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Bounds/IterationBound.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <string>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// This is a lower bound of the period, with what it comes from.
struct PeriodBound {
  int64_t value = 1;
  /// The reason is "longest task 'F1'", "cycle 'a' → 'b' → 'a'" or "work".
  std::string reason;
};

/// Returns the lesser bound, or the first one if they are equal.
inline PeriodBound lesser(PeriodBound first, PeriodBound second) {
  return second.value < first.value ? std::move(second) : std::move(first);
}

/// Bounds what no assignment and no schedule of a graph's tasks can beat, even
/// with free gradient delays. The graph must outlive it.
class GraphBound {
public:
  /// Computes the parts of the bound that don't depend on the machine. Cycles
  /// through gradient edges do not count, since their delays are free. Fails on
  /// a graph that check() refuses.
  static Result<GraphBound> create(const TaskGraph &graph);

  /// Returns the bound on a machine: the largest of ⌈T∞⌉, ⌈Σ time / Σ speed⌉,
  /// the longest task on the fastest processor, and 1. Eight tasks of 3 on two
  /// equal processors are bounded by 12. O(P).
  PeriodBound on(const Machine &machine) const;

  int64_t totalTime() const { return total; }

private:
  explicit GraphBound(const TaskGraph &graph) : graph(&graph) {}

  const TaskGraph *graph;
  IterationBound iteration;
  int64_t total = 0;
  /// This is the longest task, or −1 when no task takes time.
  int64_t longest = -1;
};

/// Spells a cycle as "cycle 'a' → 'b' → 'a'". Long cycles are cut, since the
/// text is one cell of a table.
std::string describeCycle(const TaskGraph &graph,
                          const std::vector<int64_t> &edges);

/// Returns " (layer 3)" or " (layers 3 to 5)" when the work of the processor is
/// that of neighbouring layers, and nothing otherwise.
std::string describeLayers(const StaticSchedule &schedule, int64_t processor);

/// Says what takes the schedule's whole period, from the most general to the
/// most particular: the bound's reason where the period attains the bound, else
/// a processor or a link that is busy all the time, else "search".
std::string explainPeriod(const StaticSchedule &schedule,
                          const PeriodBound &bound);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULE_PERIODBOUND_H
