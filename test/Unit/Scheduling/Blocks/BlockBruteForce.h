//===- BlockBruteForce.h - Optima of tiny problems of blocks ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_BLOCKS_BLOCKBRUTEFORCE_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_BLOCKS_BLOCKBRUTEFORCE_H

#include "layerpipe/Scheduling/Blocks/BlockProblem.h"

#include <optional>

namespace layerpipe::scheduling::test {

/// Returns the least period of a repetend whose blocks start before `horizon`,
/// judged by verify() alone; nothing if none has a period up to `most`.
std::optional<int64_t> leastPeriod(const BlockProblem &problem, int64_t most,
                                   int64_t horizon);

/// Returns the least end of all sequences of blocks, or nothing if none fits
/// the memory.
std::optional<int64_t> leastEnd(const BlockProblem &problem);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_BLOCKS_BLOCKBRUTEFORCE_H
