//===- CyclicExact.h - Exhaustive search of cyclic schedules ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Branch and bound over orders. Two activities of one resource run one after
// the other in every period; which of b's iterations follows a's same one is a
// whole number k: time(b) − time(a) ∈ [d(a) + kT, (k + 1)T − d(b)]. Once every
// pair has its k, what is left are difference constraints.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICEXACT_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICEXACT_H

#include "Activities.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <optional>

namespace layerpipe::scheduling {

/// How many activities the search accepts: its work per step is quadratic.
inline constexpr int64_t maxExactActivities = 24;

/// What the search may still do; shared by several searches of one instance.
struct SearchEffort {
  int64_t steps = 0;
  Deadline deadline;
  bool spent = false;

  bool take(int64_t amount) {
    steps -= amount;
    spent = spent || steps < 0 || deadline.passed();
    return !spent;
  }
};

struct ExactAnswer {
  /// The last, hence best, starts found.
  std::optional<Starts> starts;
  /// The search was completed: without starts there is no schedule, with them
  /// nothing is better.
  bool exhausted = false;
};

/// That the graph is small enough for the searches below, and its numbers for
/// 64 bits.
bool isSmallEnough(const ActivityGraph &graph, int64_t period);

/// Starts for this period; dependences of groups ask for nothing. Schedules of
/// a period exist for every longer one, so bisection finds the least.
/// Hanen and Munier, "A study of the cyclic scheduling problem on parallel
/// processors", 1995.
ExactAnswer searchStarts(const ActivityGraph &graph, int64_t period,
                         SearchEffort &effort);

/// Starts with a weighted staleness below `below`, the least there is.
ExactAnswer searchLeastStaleness(const ActivityGraph &graph, int64_t period,
                                 Wide below, SearchEffort &effort);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICEXACT_H
