//===- PipelinePaths.h - Longest ways of one microbatch ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PIPELINEPATHS_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PIPELINEPATHS_H

#include "PipelineCosts.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// These are the least and the most of all microbatches of a stage.
struct StageRange {
  int64_t forward = 0;
  /// Is the least of an input gradient and of a whole backward action.
  int64_t gradient = 0;
  /// Is what a weight gradient adds to `gradient` at least.
  int64_t weights = 0;
  int64_t activationBytes = 0;
  int64_t weightGradientBytes = 0;
  int64_t mostForward = 0;
  /// Is the most of both gradients, together or apart.
  int64_t mostBackward = 0;
  int64_t mostWeights = 0;
  int64_t microbatches = 0;
  /// Is the time of all actions of the stage.
  int64_t work = 0;
};

/// This knows the longest paths of a microbatch, with the least times.
class PipelinePaths {
public:
  explicit PipelinePaths(const PipelineProblem &problem);

  const StageRange &range(int64_t stage) const { return ranges[stage]; }
  /// Returns the time from the start of any forward action to the start of the
  /// stage's.
  int64_t before(int64_t stage) const { return head[stage]; }
  /// Returns the time from the end of the stage's input gradient to the last
  /// end of a weight gradient that must follow.
  int64_t after(int64_t stage) const { return tail[stage]; }
  /// Returns the same for weight gradients of first stages alone.
  int64_t afterInFirstStages(int64_t stage) const { return firstTail[stage]; }
  /// Returns the time from the start of the stage's forward action to the end
  /// of its input gradient.
  int64_t roundTrip(int64_t stage) const { return trip[stage]; }
  /// Returns for all stages the time from the start of this stage's forward
  /// action to the start of theirs, or −1 if none leads there.
  std::vector<int64_t> forwardsFrom(int64_t stage) const;

private:
  void makeRanges();
  void makePaths();

  const PipelineProblem &problem;
  PipelineCosts costs;
  std::vector<StageRange> ranges;
  std::vector<int64_t> order;
  Adjacency edgesFrom;
  /// Has the least time of each edge's transfer.
  std::vector<int64_t> travel;
  std::vector<int64_t> head;
  std::vector<int64_t> tail;
  std::vector<int64_t> firstTail;
  std::vector<int64_t> trip;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PIPELINEPATHS_H
