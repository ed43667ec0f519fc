//===- RepetendSearch.h - The repetend of the least period ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objective: the least period of a repetend that fits each device's memory.
//
// For one period after another, from the bound on, the search goes through the
// blocks in topological order and gives each a step of the period that is free
// on all of its devices. Tessel (Lin et al., HPCA 2024, section 4) chooses the
// microbatch of each block first and asks a constraint solver for the steps;
// here, a block's step decides its microbatch: it runs at the first moment with
// that step at which what it reads is there.
//
// Optimal where the period equals the bound. If no memory is limited, or if the
// blocks are a chain that never frees what it has not taken, a search that ran
// to its end proves as well that no repetend has that period.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_BLOCKS_REPETENDSEARCH_H
#define LAYERPIPE_SCHEDULING_BLOCKS_REPETENDSEARCH_H

#include "layerpipe/Scheduling/Blocks/BlockBound.h"
#include "layerpipe/Scheduling/Model/Proof.h"

namespace layerpipe::scheduling {

struct RepetendAnswer {
  Repetend repetend;
  BlockBound bound;
  /// Is `optimal` where the period equals the bound.
  Proof proof = Proof::feasible;
};

/// Finds a repetend. The effort counts blocks that are looked at, so that equal
/// problems have equal answers on any machine; 20 million take less than a
/// second. Fails if the problem is not legal, and as `infeasible` if a device
/// has too little memory for one microbatch at a time, block by block in
/// topological order.
Result<RepetendAnswer> searchRepetend(const BlockProblem &problem,
                                      int64_t effort = 20'000'000);

/// Checks that the repetend is one, that the bound is right but where trying
/// all shorter periods proved it, and that the proof suits both.
Status verify(const BlockProblem &problem, const RepetendAnswer &answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_BLOCKS_REPETENDSEARCH_H
