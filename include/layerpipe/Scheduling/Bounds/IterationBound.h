//===- IterationBound.h - Maximum cycle ratio -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The iteration bound is T∞ = max over cycles (Σ time / Σ distance). No
// schedule, on any number of processors, has a shorter period. It comes with
// the critical cycle that explains it. For instance,
//
//   F1 → F2 → F3 → I3 → I2 → G1 → U1 → (one delay) → F1
//
// takes 6 units if each task but the update takes one, so that T∞ ≥ 6 / 1 = 6.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_BOUNDS_ITERATIONBOUND_H
#define LAYERPIPE_SCHEDULING_BOUNDS_ITERATIONBOUND_H

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

struct IterationBound {
  /// The ratio is in lowest terms; it is 0 for a graph without cycles.
  Fraction ratio;
  /// These are the edges of a cycle that attains the ratio, in order. The list
  /// is empty when the ratio is 0 because there is no cycle.
  std::vector<int64_t> criticalCycle;
};

/// Computes the exact maximum of Σ time / Σ distance over all cycles. Howard's
/// policy iteration in floating point proposes a cycle; its ratio is computed
/// again in integers. Bellman–Ford then proves that no cycle is greater, or
/// finds a greater one, which takes its place.
///
/// Complexity: Howard's iteration is near linear in practice; the proof is
/// O(V·E) at worst and near linear when it succeeds.
///
/// Fails on a graph that check() refuses, a delay-free cycle among the reasons.
///
/// Howard, Dynamic Programming and Markov Processes, 1960; Dasdan,
/// "Experimental analysis of the fastest optimum cycle ratio and mean
/// algorithms", 2004; Parhi, VLSI Digital Signal Processing Systems, chapter 2.
Result<IterationBound> computeIterationBound(const TaskGraph &graph);

/// Computes the same for edges taken with other distances; an edge with a
/// negative distance is left out.
Result<IterationBound>
computeIterationBound(const TaskGraph &graph,
                      const std::vector<int64_t> &distances);

/// Checks that `bound` is the graph's: its cycle is a cycle of that ratio, and
/// no cycle is greater.
Status verify(const TaskGraph &graph, const IterationBound &bound);

/// Checks the bound of edges taken with other distances; an edge with a
/// negative distance is left out.
Status verify(const TaskGraph &graph, const std::vector<int64_t> &distances,
              const IterationBound &bound);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BOUNDS_ITERATIONBOUND_H
