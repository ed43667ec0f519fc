//===- ArcPlacement.h - Placing activities without waste --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is a greedy placement in a given order, in which every resource keeps
// its activities on one arc of the period's circle. The arc grows at either
// end, and leaves gaps only as long as the rest still fits, so that a resource
// that is busy for the whole period is always tiled exactly.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_ARCPLACEMENT_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_ARCPLACEMENT_H

#include "Activities.h"

#include <optional>

namespace layerpipe::scheduling {

/// Places all activities in `order`, each as early after its operands as its
/// resource allows. `order` must be topological for the dependences without
/// distance. Returns their instants, or nothing when a resource's load exceeds
/// the period. With a period of 4, a processor that gets A (2 units, ready at
/// 3), B (1, ready at 3) and C (1, ready at 0) places
///
///   A at 3, so that it lasts to 1 of the next period,
///   B at 1, the end of the arc, since all of the period is needed,
///   C at 2, which closes the circle.
///
/// Activities that have an instant in `given`, rather than −1, keep it; then so
/// must all others of their resource. O(n log n).
std::optional<Starts> placeOnArcs(const ActivityGraph &graph, int64_t period,
                                  const std::vector<int64_t> &order,
                                  const Starts &given = {});

/// This is one iteration by itself.
struct Iteration {
  std::vector<int64_t> time;
  /// The last result has arrived everywhere at this time.
  int64_t makespan = 0;
};

/// Starts each activity as early as its operands allow, without limits of
/// resources.
Iteration earliestIteration(const ActivityGraph &graph);

/// Lets each resource do one thing at a time, in the order of arrival. Tasks A
/// and B of 2 units that are both ready at 0 on one processor start at 0 and 2.
Iteration listIteration(const ActivityGraph &graph);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_ARCPLACEMENT_H
