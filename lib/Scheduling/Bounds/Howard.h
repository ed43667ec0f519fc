//===- Howard.h - Howard's policy iteration ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A good guess of the cycle with the greatest ratio Σ time / Σ distance, fast.
// It works in floating point, so that whoever asks must prove the guess.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_BOUNDS_HOWARD_H
#define LAYERPIPE_LIB_SCHEDULING_BOUNDS_HOWARD_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

/// The edges of a cycle, in order; empty when there is no cycle. Edges of a
/// negative distance are left out, and every cycle of the others must have a
/// delay.
std::vector<int64_t> proposeCycle(const TaskGraph &graph,
                                  const std::vector<int64_t> &distances);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_BOUNDS_HOWARD_H
