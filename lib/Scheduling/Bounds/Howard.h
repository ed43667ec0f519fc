//===- Howard.h - Howard's policy iteration ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Howard's policy iteration quickly makes a good guess of the cycle with the
// greatest ratio Σ time / Σ distance. It works in floating point, so that the
// caller must prove the guess. Every task follows one of its edges, its policy,
// until none has a better one. From task a, for instance,
//
//   a → b → a takes 4 units under 1 delay, with the ratio 4, and
//   a → c → a takes 6 units under 2 delays, with the ratio 3;
//   if a follows c at first, it changes to b, and the guess is a → b → a.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_BOUNDS_HOWARD_H
#define LAYERPIPE_LIB_SCHEDULING_BOUNDS_HOWARD_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

/// Returns the edges of a cycle in order, or nothing when there is no cycle.
/// Edges of a negative distance are left out, and every cycle of the others
/// must have a delay.
std::vector<int64_t> proposeCycle(const TaskGraph &graph,
                                  const std::vector<int64_t> &distances);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_BOUNDS_HOWARD_H
