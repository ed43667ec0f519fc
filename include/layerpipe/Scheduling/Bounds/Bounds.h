//===- Bounds.h - Lower bounds of the period --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What no schedule can beat, and how far a given period is from it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_BOUNDS_BOUNDS_H
#define LAYERPIPE_SCHEDULING_BOUNDS_BOUNDS_H

#include "layerpipe/Scheduling/Bounds/IterationBound.h"
#include "layerpipe/Scheduling/Model/CyclicProblem.h"
#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

namespace layerpipe::scheduling {

struct Bounds {
  /// T∞ of the graph with its distances, and the cycle that attains it. Times
  /// are those on the tasks' processors, or on the fastest one where there is
  /// no assignment; transfers are not counted.
  IterationBound iteration;
  /// ⌈Σ time / Σ speed⌉.
  int64_t work = 0;
  /// On its processor, or on the fastest.
  int64_t longestTask = 0;
  /// The busiest link's transfer time that no choice can avoid; 0 unless the
  /// assignment is given.
  int64_t link = 0;
  /// With an assignment: the busiest processor's load, and the largest of
  /// ⌈Σ (time + transfer + latency) / Σ distance⌉ over cycles.
  int64_t processor = 0;
  int64_t recurrence = 0;
  /// The largest of these, at least 1.
  int64_t lower = 0;
  /// The one that is the largest; a cycle, processor or link before the work
  /// that all share, where they are equal.
  Obstacle obstacle;
};

/// For any assignment to `processors` processors. Exact; the iteration bound
/// dominates the cost. Fails on processors ≤ 0 and on a graph that check()
/// refuses.
Result<Bounds> computeBounds(const TaskGraph &graph, int64_t processors);

/// The same for a machine, whose speeds count. Fails on a machine that check()
/// refuses, too.
Result<Bounds> computeBounds(const TaskGraph &graph, const Machine &machine);

/// For this assignment and its links. For Delays::least, edges whose distance
/// is free bound nothing.
Result<Bounds> computeBounds(const CyclicProblem &problem);

/// The obstacle in words, with its numbers: "processor 2 is busy for 31".
std::string describe(const CyclicProblem &problem, const Bounds &bounds);

/// period / lower − 1, as a fraction of the bound; 0 when it is attained.
double gap(int64_t period, int64_t lower);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BOUNDS_BOUNDS_H
