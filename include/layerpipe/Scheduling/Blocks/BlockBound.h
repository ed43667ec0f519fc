//===- BlockBound.h - What no schedule of blocks can beat -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A device is busy with its blocks of all microbatches, and idle at both ends.
// Here is device 1 of a chain A, B, C, of which A occupies both devices, B
// device 0 and C device 1:
//
//   device 0   A0 A1 B0 B1 …
//   device 1   A0 A1 .  C0 …
//
// Before its first C it can run nothing but A, and A can't run beside B: the
// time of B is idle, whatever the order.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_BLOCKS_BLOCKBOUND_H
#define LAYERPIPE_SCHEDULING_BLOCKS_BLOCKBOUND_H

#include "layerpipe/Scheduling/Blocks/BlockProblem.h"

#include <cstdint>
#include <string>

namespace layerpipe::scheduling {

struct BlockBound {
  enum class Reason : uint8_t {
    /// The blocks of the device alone take so long.
    work,
    /// They do, with the idle times of the device at both ends.
    idle_ends,
    /// All microbatches take turns in one block of the device, the first has a
    /// way to it, and the last a way from it.
    path,
    /// The device's memory lets so few microbatches in at a time.
    memory,
    /// Every shorter period was tried.
    exhausted
  };
  int64_t value = 0;
  Reason reason = Reason::work;
  int64_t device = 0;
};

/// Returns a bound for the periods of all repetends, and one for the ends of
/// all schedules. The problem must have passed check(). O(n e) for n blocks, on
/// all of their devices, and e dependences.
BlockBound boundPeriod(const BlockProblem &problem);
BlockBound boundEnd(const BlockProblem &problem);

/// Explains a bound in a few words, as "the work of device 2".
std::string describe(const BlockBound &bound);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BLOCKS_BLOCKBOUND_H
