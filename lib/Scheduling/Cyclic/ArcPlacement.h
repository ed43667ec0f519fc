//===- ArcPlacement.h - Placing activities without waste --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Greedy placement in a given order in which every resource keeps its
// activities on one arc of the period's circle. The arc grows at either end
// and leaves gaps only as long as the rest still fits, so a resource that is
// busy for the whole period is always tiled exactly.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_ARCPLACEMENT_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_ARCPLACEMENT_H

#include "Activities.h"

#include <optional>

namespace layerpipe::scheduling {

/// Instants for all activities, taken in `order`, each as early after its
/// operands as its resource allows. `order` must be topological for the
/// dependences without distance. None when a resource's load exceeds the
/// period. O(n log n).
std::optional<Starts> placeOnArcs(const ActivityGraph &graph, int64_t period,
                                  const std::vector<int64_t> &order);

/// One iteration by itself.
struct Iteration {
  std::vector<int64_t> time;
  /// When the last result has arrived everywhere.
  int64_t makespan = 0;
};

/// Each activity as early as its operands allow, without limits.
Iteration earliestIteration(const ActivityGraph &graph);

/// Each resource does one thing at a time, in the order of arrival.
Iteration listIteration(const ActivityGraph &graph);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_ARCPLACEMENT_H
