//===- BlockSequence.h - Sequences of blocks become schedules ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_BLOCKS_BLOCKSEQUENCE_H
#define LAYERPIPE_LIB_SCHEDULING_BLOCKS_BLOCKSEQUENCE_H

#include "layerpipe/Scheduling/Blocks/BlockProblem.h"
#include "layerpipe/Scheduling/Model/Fraction.h"

#include <optional>

namespace layerpipe::scheduling {

/// Lists the blocks of all microbatches, each as m · blocks + b. What a block
/// reads comes before it.
using BlockSequence = std::vector<int64_t>;

/// Makes schedules in which each block starts as soon as those that come before
/// it in a sequence let it. A schedule of the least end is always among them.
class SequencePlacer {
public:
  explicit SequencePlacer(const BlockProblem &problem);

  /// A schedule is worth its end and then, so that moves have a slope to
  /// follow, the sum of the moments at which its devices are done.
  struct Value {
    int64_t end = 0;
    Wide done = 0;
    auto operator<=>(const Value &) const = default;
  };

  /// Places a sequence; `schedule()` has its starts then. Returns nothing if a
  /// device would hold more than its memory. O(n) for n blocks, on all of their
  /// devices, and their dependences.
  std::optional<Value> place(const BlockSequence &sequence);

  const BlockSchedule &schedule() const { return starts; }

  /// Returns the range of places to which the block at a place can move.
  std::pair<int64_t, int64_t> rangeOf(const BlockSequence &sequence,
                                      int64_t place) const;

private:
  const BlockProblem &problem;
  Adjacency incoming;
  BlockSchedule starts;
  std::vector<int64_t> free, memory;
};

/// Returns the sequence of one microbatch after another.
BlockSequence serialSequence(const BlockProblem &problem);

/// Returns the sequence in which a schedule starts its blocks.
BlockSequence sequenceOf(const BlockProblem &problem,
                         const BlockSchedule &schedule);

/// Returns the sequence in which a repetend runs the problem's microbatches.
BlockSequence sequenceOf(const BlockProblem &problem, const Repetend &repetend);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_BLOCKS_BLOCKSEQUENCE_H
