//===- BlockSearch.h - Schedules of blocks that end early -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objective: the end of a schedule of all microbatches that fits each device's
// memory.
//
// The search is a heuristic with a bound beside its answer. A sequence of all
// blocks becomes a schedule when each block starts as early as those before it
// allow. The search tries
//
//   1. one microbatch after another,
//   2. the sequences of several repetends of the least period that was found:
//      so the repetend gets its warm-up and its cool-down,
//   3. moves of single blocks in the best sequence so far,
//
// and ends where a schedule meets the bound.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_BLOCKS_BLOCKSEARCH_H
#define LAYERPIPE_SCHEDULING_BLOCKS_BLOCKSEARCH_H

#include "layerpipe/Scheduling/Blocks/RepetendSearch.h"

#include <optional>

namespace layerpipe::scheduling {

struct BlockLimits {
  /// Counts the blocks that are looked at, for the repetend and for the rest
  /// each. 20 million take about a second.
  int64_t effort = 20'000'000;
  uint64_t seed = 1;
  /// Is tried first, if there is one: the answer ends no later.
  std::optional<BlockSchedule> given = std::nullopt;
};

struct BlockAnswer {
  BlockSchedule schedule;
  /// Is the schedule's end.
  int64_t end = 0;
  /// No schedule ends earlier.
  BlockBound bound;
  /// Is `optimal` where the end equals the bound.
  Proof proof = Proof::feasible;
  /// Is the repetend of the least period that was found; nothing if memory
  /// holds no stream of microbatches.
  std::optional<RepetendAnswer> repetend = std::nullopt;
  /// Is where the schedule runs a repetend of that period. Of schedules that
  /// end alike, those of repetends come first that have such a part.
  std::optional<SchedulePart> part = std::nullopt;
};

/// Finds a schedule. Fails if the problem or the given schedule is not legal,
/// and as `out_of_time` if no sequence that was tried fits the memory.
Result<BlockAnswer> searchBlocks(const BlockProblem &problem,
                                 const BlockLimits &limits = {});

/// Checks the schedule, its end, the bound, the proof and the repetend.
Status verify(const BlockProblem &problem, const BlockAnswer &answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BLOCKS_BLOCKSEARCH_H
