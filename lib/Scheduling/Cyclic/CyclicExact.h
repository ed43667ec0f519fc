//===- CyclicExact.h - Exhaustive search of cyclic schedules ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is branch and bound over orders. Two activities of one resource run one
// after the other in every period, and a whole number k says which of b's
// iterations follows a's same one: time(b) − time(a) ∈ [d(a) + kT, (k + 1)T −
// d(b)]. Once every pair has its k, only difference constraints are left. With
// a period T of 4, a of 2 units and b of 1,
//
//   k = 0: b starts 2 or 3 after a, within the same period;
//   k = −1: b starts 1 or 2 before a;
//   k = 1: b starts 6 or 7 after a, one period later.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICEXACT_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICEXACT_H

#include "Activities.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <optional>

namespace layerpipe::scheduling {

/// The search accepts so many activities, since its work per step is quadratic.
inline constexpr int64_t maxExactActivities = 24;

/// A search may still do so much; several searches of one instance share this.
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
  /// These are the last starts found, which are the best ones.
  std::optional<Starts> starts;
  /// Says whether the search was completed. If so, there is no schedule without
  /// starts, and nothing is better than these starts.
  bool exhausted = false;
};

/// Returns whether the graph is small enough for the searches below, and its
/// numbers for 64 bits.
bool isSmallEnough(const ActivityGraph &graph, int64_t period);

/// Looks for starts of this period; dependences of groups ask for nothing.
/// Schedules of a period exist for every longer one, so bisection finds the
/// least. Hanen and Munier, "A study of the cyclic scheduling problem on
/// parallel processors", 1995.
ExactAnswer searchStarts(const ActivityGraph &graph, int64_t period,
                         SearchEffort &effort);

/// Looks for the starts with the least weighted staleness below `below`.
ExactAnswer searchLeastStaleness(const ActivityGraph &graph, int64_t period,
                                 Wide below, SearchEffort &effort);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICEXACT_H
