//===- GraphBound.h - Lower bounds for any assignment -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What no assignment and no schedule of a graph's tasks can beat, with free
// gradient delays: computed once for a graph, then cheap for every machine.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_GRAPHBOUND_H
#define LAYERPIPE_LIB_COMPARE_GRAPHBOUND_H

#include "layerpipe/Scheduling/IterationBound.h"
#include "layerpipe/Scheduling/Machine.h"
#include "layerpipe/Scheduling/SplitSchedule.h"
#include "layerpipe/Scheduling/TaskGraph.h"

#include <string>

namespace layerpipe::compare {

/// A lower bound of the period, and what it comes from.
struct PeriodBound {
  int64_t value = 1;
  /// "longest task 'F1'", "cycle 'a' → 'b' → 'a'" or "work".
  std::string reason;
};

/// What keeps the period of an answer from being shorter.
std::string describeObstacle(const scheduling::SplitScheduleProblem &problem,
                             const scheduling::SplitSchedule &answer);

/// The graph must outlive it.
class GraphBound {
public:
  /// Cycles through gradient edges do not count: their delays are free. Fails
  /// on a graph that check() refuses.
  static scheduling::Result<GraphBound>
  create(const scheduling::TaskGraph &graph);

  /// The largest of ⌈T∞⌉, ⌈Σ time / Σ speed⌉, the longest task on the fastest
  /// processor, and 1. O(P).
  PeriodBound on(const scheduling::Machine &machine) const;

  int64_t totalTime() const { return total; }

private:
  explicit GraphBound(const scheduling::TaskGraph &graph) : graph(&graph) {}

  const scheduling::TaskGraph *graph;
  scheduling::IterationBound iteration;
  int64_t total = 0;
  /// −1 when no task takes time.
  int64_t longest = -1;
};

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_GRAPHBOUND_H
