//===- RepetendSteps.h - All repetends of a period --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_BLOCKS_REPETENDSTEPS_H
#define LAYERPIPE_LIB_SCHEDULING_BLOCKS_REPETENDSTEPS_H

#include "PeriodRow.h"
#include "layerpipe/Scheduling/Blocks/BlockProblem.h"

#include <functional>

namespace layerpipe::scheduling {

enum class Enumeration : uint8_t {
  /// There are no more repetends.
  exhausted,
  /// The visitor wanted no more.
  stopped,
  /// The effort is spent.
  cut_short
};

/// Goes through the repetends of a period in which each block starts less than
/// a period after it could.
class RepetendSteps {
public:
  RepetendSteps(const BlockProblem &problem, int64_t period);

  /// Calls the visitor for each repetend until it returns false. Takes the
  /// effort from `effort`.
  Enumeration run(int64_t &effort,
                  const std::function<bool(const Repetend &)> &visitor);

private:
  bool findStep(size_t level);
  int64_t nextFree(const Block &block, int64_t start, int64_t end);
  void take(size_t level);
  void give(size_t level);
  bool mayFit(size_t level);
  bool hasRoom(int64_t device, size_t level) const;
  bool memoryFits(int64_t device) const;
  bool pathsFit(size_t level);
  int64_t earliest(int64_t block) const;

  const BlockProblem &problem;
  int64_t period;
  std::vector<int64_t> order;
  Adjacency incoming;
  /// These are the steps in use on each device.
  std::vector<PeriodRow> rows;
  /// Each device has its blocks in topological order here, with the least
  /// duration and the sum of durations of each one and those behind it.
  struct Member {
    size_t level = 0;
    int64_t block = 0;
    int64_t leastDuration = 0;
    int64_t work = 0;
  };
  std::vector<std::vector<Member>> members;
  bool chain = false;
  Repetend repetend;
  /// On each level of the search, the step to try next, and the one behind the
  /// last.
  std::vector<int64_t> next, last;
  int64_t spent = 0;
};

/// Returns whether the blocks are a chain, each reading the one before, which
/// on no device frees what it has not taken.
bool isChain(const BlockProblem &problem);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_BLOCKS_REPETENDSTEPS_H
