//===- StageFills.h - Ways to fill fractional stages ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// To fill stages takes far less time than to schedule them, so many ways are
// tried, and judged by the staleness that stages have in the order of one
// forward and one backward.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEFILLS_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEFILLS_H

#include "FractionalStages.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// Returns the weighted staleness of one forward, one backward, in bytes: each
/// layer counts for the first stage that has any of it.
Wide pipelineStaleness(const SplitModel &model,
                       const std::vector<TaskPlacement> &stages);

/// Returns the ways to fill all stages alike that are tried. Which of them has
/// the least staleness differs from network to network.
std::vector<StageFill> uniformFills(bool large);

/// This fills each stage in its own way, until the staleness is that of exact
/// fractions or enough was tried.
class FillSearch {
public:
  FillSearch(const SplitModel &model, const FractionalStages &fractional,
             int64_t limit);

  /// Changes one stage after the other, from stages that are all filled in one
  /// way and have this staleness, for as long as that helps. Returns nothing if
  /// it does not help.
  std::optional<std::vector<TaskPlacement>> improve(StageFill uniform,
                                                    Wide staleness);

  /// Returns whether the goal is reached, or enough was tried.
  bool isDone() const { return attempts <= 0 || reached; }

private:
  bool accept(const std::vector<StageFill> &changed);
  bool improve(size_t stage);

  const SplitModel &model;
  const FractionalStages &fractional;
  const int64_t limit;
  /// This is the weighted staleness of exact fractions, or 0.
  Wide goal = 0;
  /// So many more ways may be tried.
  int64_t attempts = mostAttempts;
  std::vector<StageFill> fills;
  Wide least = 0;
  bool reached = false;
  std::optional<std::vector<TaskPlacement>> best;

  /// Of all example networks and published profiles on 2 to 16 processors, 27
  /// begin above the goal; with 1,000 attempts one stays there, and with 14,000
  /// it still does.
  static constexpr int64_t mostAttempts = 1000;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEFILLS_H
