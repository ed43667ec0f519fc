//===- Bounds.h - Lower bounds of the period --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These bounds are what no schedule can beat; a gap says how far a given period
// is from them. Eight tasks of one unit on three processors, for instance, with
// a loop of 2 units under one delay have the bounds
//
//   work ⌈8/3⌉ = 3, longest task 1, iteration bound 2, and so 3 in all.
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
  /// This is T∞ of the graph with its distances, and the cycle that attains it.
  /// Times are those on the tasks' processors, or on the fastest one where
  /// there is no assignment; transfers are not counted.
  IterationBound iteration;
  /// This is ⌈Σ time / Σ speed⌉.
  int64_t work = 0;
  /// This is the time of the longest task on its processor, or on the fastest.
  int64_t longestTask = 0;
  /// This is the busiest link's transfer time that no choice can avoid; it is 0
  /// unless the assignment is given.
  int64_t link = 0;
  /// With an assignment, these are the busiest processor's load, and the
  /// largest of ⌈Σ (time + transfer + latency) / Σ distance⌉ over cycles.
  int64_t processor = 0;
  int64_t recurrence = 0;
  /// This is the largest of these, and at least 1.
  int64_t lower = 0;
  /// This names the one that is the largest. Where they are equal, it names a
  /// cycle, processor or link before the work that all share.
  Obstacle obstacle;
};

/// Computes the bounds for any assignment to `processors` processors. They are
/// exact; the iteration bound dominates the cost. Fails on processors ≤ 0 and
/// on a graph that check() refuses.
Result<Bounds> computeBounds(const TaskGraph &graph, int64_t processors);

/// Computes the same for a machine, whose speeds count. Fails on a machine that
/// check() refuses, too.
Result<Bounds> computeBounds(const TaskGraph &graph, const Machine &machine);

/// Computes the bounds for this assignment and its links. For Delays::least,
/// edges whose distance is free bound nothing.
Result<Bounds> computeBounds(const CyclicProblem &problem);

/// Checks that `obstacle` keeps every schedule of the problem from a period
/// shorter than `lower`, and does not say more than that:
///   * `task` takes `lower` on its processor;
///   * `cycle`: its edges form a closed walk of edges with given distances,
///     and ⌈Σ time / Σ distance⌉ is `lower`, with the transfers and latencies
///     of its edges or without them;
///   * `processor` is busy for `lower`, or the `link` is;
///   * `work`: ⌈Σ time / Σ speed⌉ is `lower`;
///   * `none`: `lower` is 1, which every period is at least.
/// The message says what the obstacle shows instead. O(V + E log E).
Status verifyObstacle(const CyclicProblem &problem, int64_t lower,
                      const Obstacle &obstacle);

/// Checks that each bound is what it is said to be, that `lower` is the
/// largest, and that the obstacle shows it. A `recurrence` that is not the
/// largest bound comes without a cycle; of it only the range is checked. The
/// check knows nothing of computeBounds and costs what the proof of the
/// iteration bound costs.
Status verify(const CyclicProblem &problem, const Bounds &bounds);

/// Checks the bounds for any assignment to the processors of the machine.
Status verify(const TaskGraph &graph, const Machine &machine,
              const Bounds &bounds);

/// Describes the obstacle with its numbers: "processor 2 is busy for 31".
std::string describe(const CyclicProblem &problem, const Bounds &bounds);

/// Returns period / lower − 1, as a fraction of the bound; 0 when it is
/// attained.
double gap(int64_t period, int64_t lower);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BOUNDS_BOUNDS_H
