//===- BlockProblems.h - Problems of blocks for tests -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_BLOCKS_BLOCKPROBLEMS_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_BLOCKS_BLOCKPROBLEMS_H

#include "layerpipe/Scheduling/Blocks/BlockProblem.h"

#include <random>

namespace layerpipe::scheduling::test {

/// A on device 0, B on device 1, C on both; a step each, one reading the other.
BlockProblem threeBlocks(int64_t microbatches);

/// Makes a chain of forward blocks, and back of backward blocks that take twice
/// as long and free what was taken, on `devices` devices. With `shared`, the
/// first and the last block are on all devices, as the embedding and the loss
/// of a model that is cut across all of them.
BlockProblem trainingChain(int64_t devices, int64_t microbatches, bool shared);

struct RandomBlocks {
  int64_t devices = 2;
  int64_t blocks = 4;
  int64_t microbatches = 2;
  bool chain = false;
  bool memory = false;
};

/// Makes blocks on random devices, with random durations and dependences. With
/// memory, a block of the first half takes some that one of the second half
/// frees, and devices have little.
BlockProblem randomBlocks(std::mt19937_64 &random, const RandomBlocks &shape);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_BLOCKS_BLOCKPROBLEMS_H
