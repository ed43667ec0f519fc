//===- BlockPlacement.h - Forwards, then backwards --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the placement of a pipeline of stages, which is called one forward,
// one backward. Every processor runs its forwards one after the other, as one
// block, and all else as a second block. On two processors, each of which has
// 1 unit of forwards and 2 of backwards, a period of 3 becomes
//
//   time         0   1   2   3   4   5   6
//   processor 0  F.0 B…      F.1 B.0 ……  F.2
//   processor 1  …   F.0 B.0 ……  F.1 B.1 ……
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_BLOCKPLACEMENT_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_BLOCKPLACEMENT_H

#include "Activities.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// This places activities in two blocks per processor. If the processors are
/// the stages of a pipeline, where forwards read from the same or from earlier
/// stages and all else from the same or from later ones, and if transfers take
/// no time, then no gradient is later than the number of stages behind its own.
/// Proof: let T be the period. The last stage has its second block right behind
/// its first, and is done T after the first began, at the latest. If stages are
/// done within k·T after the first block in front of theirs ended, that one may
/// start its second block k·T after its first one, and is done within (k + 1)·T
/// after that began. A layer that several stages share counts for the first of
/// them, which runs its update.
class BlockPlacement {
public:
  /// Sorts the activities into blocks. Problem and graph must outlive it.
  BlockPlacement(const CyclicProblem &problem, const ActivityGraph &graph);

  /// Returns whether the processors are the stages of a pipeline.
  bool isPipeline() const { return pipeline; }

  /// Returns the instants of all activities, or nothing when the load of a
  /// resource exceeds the period. First blocks follow each other `inTurn`, or
  /// start as early as what they read allows, which is better where stages
  /// don't wait for each other; second blocks start as early as they can. The
  /// processors of what is no pipeline come in the order of their first
  /// forwards. Transfers are placed last, where their links have time.
  /// O((V + E) log V).
  std::optional<Starts> place(int64_t period, bool inTurn = true) const;

private:
  struct Block {
    std::vector<int64_t> activities;
    int64_t duration = 0;
  };
  class Times;

  std::vector<bool> findEarly() const;
  std::vector<bool> findDelayed() const;
  void orderStages(const std::vector<bool> &isEarly);
  void add(Block &block, int64_t activity);

  const CyclicProblem &problem;
  const ActivityGraph &graph;
  Adjacency in;
  Adjacency out;
  std::vector<Block> early;
  std::vector<Block> late;
  /// This has the processors in the order of the pipeline.
  std::vector<int64_t> stages;
  bool pipeline = false;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_BLOCKPLACEMENT_H
