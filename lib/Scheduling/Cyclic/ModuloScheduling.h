//===- ModuloScheduling.h - Iterative modulo scheduling ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is Rau's algorithm. It places activities in order of their height at the
// first instant that their operands and their resource allow. Where there is no
// such instant, the activities in the way give way and are placed again. With a
// period of 4 and two activities of 1 unit at 1 and 3 on one processor,
//
//   one of 2 units, ready at 0, finds no room and takes 0 and 1;
//   the activity at 1 gives way, and is placed again at 2.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_MODULOSCHEDULING_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_MODULOSCHEDULING_H

#include "Activities.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <optional>

namespace layerpipe::scheduling {

struct ModuloOptions {
  /// Says whether the dependences of groups are left out; otherwise they have
  /// distance 0.
  bool ignoreGroups = false;
  /// Says whether the activities that come first in topological order are
  /// placed first, instead of those with the longest way to the end.
  bool byRank = false;
  /// An activity is placed so often, on average, before the search gives up.
  int64_t attemptsPerActivity = 8;
  Deadline *deadline = nullptr;
};

/// Finds instants for all activities at this period, with every dependence
/// held. Returns nothing when the effort is spent, which proves nothing. Each
/// placement costs about O(√n). Rau, "Iterative modulo scheduling", MICRO 1994.
std::optional<Starts> placeModulo(const ActivityGraph &graph, int64_t period,
                                  const ModuloOptions &options);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_MODULOSCHEDULING_H
