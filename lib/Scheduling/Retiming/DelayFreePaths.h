//===- DelayFreePaths.h - Paths that exceed a period ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each task of a tree of paths stands below the edge that leads into it. These
// functions build such trees, and find in them the shortest stretches with more
// time than a period, one to each task.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_RETIMING_DELAYFREEPATHS_H
#define LAYERPIPE_LIB_SCHEDULING_RETIMING_DELAYFREEPATHS_H

#include "layerpipe/Scheduling/Retiming/Retiming.h"

namespace layerpipe::scheduling {

/// This is a path of a tree from `first` down to `last`, with the delays on it.
struct Stretch {
  int64_t first = -1;
  int64_t last = -1;
  int64_t delays = 0;
};

/// Returns for each task the edge that leads into it on a longest path without
/// a delay, or −1.
std::vector<int64_t> longestPathTree(const TaskGraph &graph,
                                     const Retiming &retiming);

/// Returns for each task at most one stretch: the shortest one that ends there
/// and has more time than `period`. On a path of tasks a, b, c, d of 3 units
/// each and a period of 7 these are a–c and b–d. O(V log V).
std::vector<Stretch> stretchesLongerThan(const TaskGraph &graph,
                                         const std::vector<int64_t> &tree,
                                         int64_t period);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_RETIMING_DELAYFREEPATHS_H
