//===- LoadBalance.h - Independent items on equal processors ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions place items of given times on processors so that the largest
// load is small. This is the part of processor assignment that knows nothing of
// graphs.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_LOADBALANCE_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_LOADBALANCE_H

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

int64_t largestLoad(const std::vector<int64_t> &times, int64_t processors,
                    const std::vector<int64_t> &placement);

/// Improves a placement. Moves and exchanges items between the most loaded
/// processor and another while that lowers the greater load of the two, then
/// does the same from placements disturbed at random. Stops at `lowerBound` or
/// when the effort is spent. The result is never worse than `placement`. For
/// instance,
///
///   5 4 3 | 2 2     loads 12 and 4
///   5 3 | 4 2 2     loads 8 and 8, after one move
std::vector<int64_t> improvePlacement(const std::vector<int64_t> &times,
                                      int64_t processors,
                                      std::vector<int64_t> placement,
                                      int64_t lowerBound, uint64_t seed);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_LOADBALANCE_H
