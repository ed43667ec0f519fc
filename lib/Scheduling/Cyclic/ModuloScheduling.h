//===- ModuloScheduling.h - Iterative modulo scheduling ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rau's algorithm: activities in order of their height are placed at the first
// instant that their operands and their resource allow; where there is none,
// what is in the way gives way and is placed again.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_MODULOSCHEDULING_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_MODULOSCHEDULING_H

#include "Activities.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <optional>

namespace layerpipe::scheduling {

struct ModuloOptions {
  /// Leave out the dependences of groups; else they have distance 0.
  bool ignoreGroups = false;
  /// First the activities that come first in topological order, instead of
  /// those with the longest way to the end.
  bool byRank = false;
  /// How often an activity is placed, on average, before the search gives up.
  int64_t attemptsPerActivity = 8;
  Deadline *deadline = nullptr;
};

/// Instants for all activities at this period, with every dependence held, or
/// none when the effort is spent; that proves nothing. Each placement costs
/// O(√n) or so.
/// Rau, "Iterative modulo scheduling", MICRO 1994.
std::optional<Starts> placeModulo(const ActivityGraph &graph, int64_t period,
                                  const ModuloOptions &options);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_MODULOSCHEDULING_H
