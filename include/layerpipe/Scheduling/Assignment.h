//===- Assignment.h - Which processor runs which task -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The processor of every task. Contiguous assignments keep neighbouring layers
// together, as pipeline systems do; the free assignment lets every task go
// anywhere, which is what decoupled gradients permit.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_ASSIGNMENT_H
#define LAYERPIPE_SCHEDULING_ASSIGNMENT_H

#include "layerpipe/Scheduling/TaskGraph.h"

#include <string_view>
#include <vector>

namespace layerpipe::scheduling {

enum class AssignmentStrategy {
  /// Everything on processor 0.
  sequential,
  /// Contiguous stages of whole layers (PipeDream, straight).
  contiguous,
  /// Contiguous over the list forward, grad_input, grad_weight per layer.
  contiguous_tasks,
  /// Every task anywhere (LayerPipe, intra-layer).
  free
};

std::string_view toString(AssignmentStrategy strategy);

struct Assignment {
  /// A processor per task; −1 for inputs.
  std::vector<int64_t> processor;
  /// The largest sum of times on one processor.
  int64_t maxLoad = 0;
  /// No assignment does better: max(⌈Σ time / P⌉, longest task).
  int64_t lowerBound = 0;
};

/// Objective: the least maxLoad that the strategy allows.
/// Optimal: sequential and the two contiguous ones, within their own rules.
/// `free` is a heuristic: longest task first, then moves and swaps while they
/// help, in an order drawn from `seed`; it is never worse than the best
/// contiguous assignment, which it starts from too.
/// A task without time runs where its operand is made (an update: where its
/// gradient is made), except under `contiguous`, where every task of a layer
/// runs on that layer's processor and tasks of no layer on the last. An update
/// with time is placed like any other task under `free`, and with its gradient
/// under contiguous_tasks.
/// Complexity: O(n log n) and a bounded number of improvement steps.
/// Fails: on processors ≤ 0, and on more processors than the graph has tasks
/// (inputs do not count); contiguous on more processors than layers, and
/// contiguous_tasks on more processors than timed tasks.
/// Graham, "Bounds on multiprocessing timing anomalies", 1969 (longest first).
Result<Assignment> assignProcessors(const TaskGraph &graph, int64_t processors,
                                    AssignmentStrategy strategy,
                                    uint64_t seed = 0);

/// Longest task first, each to the least loaded processor, the lowest index on
/// ties: `free`'s first step by itself. Needs processors ≥ 1.
/// maxLoad ≤ (4/3 − 1/(3P))·optimum (Graham). O(n log n).
std::vector<int64_t> longestTaskFirst(const std::vector<int64_t> &times,
                                      int64_t processors);

/// That every task but the inputs has a processor in range, and that maxLoad
/// and lowerBound are what they should be.
Status verify(const TaskGraph &graph, int64_t processors,
              const Assignment &assignment);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_ASSIGNMENT_H
