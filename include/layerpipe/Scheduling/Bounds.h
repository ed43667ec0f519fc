//===- Bounds.h - Lower bounds of the period --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What no schedule can beat, and how far a given period is from it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_BOUNDS_H
#define LAYERPIPE_SCHEDULING_BOUNDS_H

#include "layerpipe/Scheduling/CyclicSchedule.h"
#include "layerpipe/Scheduling/Fraction.h"
#include "layerpipe/Scheduling/IterationBound.h"
#include "layerpipe/Scheduling/TaskGraph.h"

namespace layerpipe::scheduling {

struct Bounds {
  /// T∞ of the graph with its distances, and the cycle that attains it.
  IterationBound iteration;
  /// ⌈Σ time / P⌉.
  int64_t work = 0;
  int64_t longestTask = 0;
  /// The busiest link's transfer time that no choice can avoid; 0 unless the
  /// assignment is given.
  int64_t link = 0;
  /// The largest of these, at least 1.
  int64_t lower = 0;
};

/// For any assignment to `processors` processors. Exact; the iteration bound
/// dominates the cost. Fails on processors ≤ 0 and on a graph that check()
/// refuses.
Result<Bounds> computeBounds(const TaskGraph &graph, int64_t processors);

/// For this assignment and its links. `work` stays ⌈Σ time / P⌉; `lower` also
/// counts the busiest processor. For Delays::least, edges whose distance is
/// free bound nothing.
Result<Bounds> computeBounds(const CyclicProblem &problem);

/// period / lower − 1, as a fraction of the bound; 0 when it is attained.
double gap(int64_t period, int64_t lower);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BOUNDS_H
