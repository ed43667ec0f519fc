//===- BlockProblem.h - Microbatches of blocks on many devices --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A block is a part of a network's forward or backward pass that computes on
// one device, or on several at once, as tensor parallelism does. Every
// microbatch runs all blocks once. This is the problem of Tessel (Lin et al.,
// HPCA 2024), which gives two answers:
//
//   a schedule      says when each block of each microbatch starts;
//   a repetend      says when each block of one microbatch starts, such that
//                   the next microbatches may follow, each a period later.
//
// Two devices; the blocks A on device 0, B on device 1 and C on both take a
// step each and read the one before. In the repetend of period 2, A starts at
// step 0, B at 2 and C at 3, so that A of a microbatch runs beside B of the one
// before:
//
//   device 0   A0 .  A1 C0 A2 C1 .  C2
//   device 1   .  .  B0 C0 B1 C1 B2 C2
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_BLOCKS_BLOCKPROBLEM_H
#define LAYERPIPE_SCHEDULING_BLOCKS_BLOCKPROBLEM_H

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

struct Block {
  std::string name;
  /// The block occupies all of these devices for its whole time.
  std::vector<int64_t> devices;
  /// Counts steps, and is positive.
  int64_t duration = 1;
  /// Is what the block adds to the memory of each of its devices when it
  /// starts; a negative number frees memory.
  int64_t memory = 0;
};

struct BlockProblem {
  int64_t devices = 1;
  std::vector<Block> blocks;
  /// Block `to` starts when `from` of the same microbatch has ended.
  std::vector<Arc> dependences;
  int64_t microbatches = 1;
  /// Gives the memory of each device; empty where it is unlimited.
  std::vector<int64_t> memory = {};
};

/// A problem has at most so many pairs of a block and a microbatch.
inline constexpr int64_t maxBlockCells = int64_t(1) << 24;

/// Succeeds if blocks have devices that exist, each once, and positive
/// durations; dependences join blocks without a cycle; memory, where given, is
/// that of each device and not negative; there is a microbatch; and no sum
/// overflows.
Status check(const BlockProblem &problem);

/// Returns the blocks, each behind all that it reads. The problem must have
/// passed check().
std::vector<int64_t> blocksInOrder(const BlockProblem &problem);

struct BlockSchedule {
  /// The block b of microbatch m starts at start[m · blocks + b].
  std::vector<int64_t> start;

  bool operator==(const BlockSchedule &) const = default;
};

/// The block b of microbatch m starts at start[b] + m · period, for any m.
struct Repetend {
  int64_t period = 1;
  std::vector<int64_t> start;

  bool operator==(const Repetend &) const = default;
};

/// A part of a schedule: the blocks that start in these steps, the second one
/// excluded.
struct SchedulePart {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(const SchedulePart &) const = default;
};

/// Returns the first part of a schedule, of so many steps, that has each block
/// once and is a repetend; nothing if no part is. The schedule must have passed
/// verify().
std::optional<SchedulePart> findRepetend(const BlockProblem &problem,
                                         const BlockSchedule &schedule,
                                         int64_t period);

/// Returns when the last block ends.
int64_t endOf(const BlockProblem &problem, const BlockSchedule &schedule);

/// Returns the most memory that each device holds.
std::vector<int64_t> peakMemory(const BlockProblem &problem,
                                const BlockSchedule &schedule);

/// Succeeds if every block starts at 0 or later and behind what it reads, no
/// two blocks of a device overlap, and each device's memory holds what it must.
/// The message names the blocks, as "B of microbatch 3". O(n log n) for n
/// blocks of all microbatches on all of their devices.
Status verify(const BlockProblem &problem, const BlockSchedule &schedule);

/// Succeeds if the same holds for a stream of microbatches without end. Where
/// memory is limited, the blocks of a microbatch must free on each device what
/// they take. The microbatches of the problem don't count. O(n log n).
Status verify(const BlockProblem &problem, const Repetend &repetend);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BLOCKS_BLOCKPROBLEM_H
