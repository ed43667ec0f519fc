//===- ScheduleShapes.h - Named schedules as data ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule has one of two descriptions. Steps say what each processor does
// how often, as authors of runtimes write it:
//
//   1F1B = "F" p − r − 1 times, then "F B" to the end.
//
// A pattern says when each stage handles a microbatch if all take unit times,
// and after how many units the next microbatch follows, as authors of building
// blocks draw it (Qi et al., arXiv 2405.15362). Sorting by these times leaves
// out the gaps.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_SCHEDULESHAPES_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_SCHEDULESHAPES_H

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace layerpipe::scheduling {

/// Counts depend on these numbers.
struct ScheduleShape {
  /// There are p processors, and this is the one with rank r.
  int64_t p = 1;
  int64_t r = 0;
  /// There are m microbatches, of each pipeline where there are two.
  int64_t m = 1;
  /// A processor has v stages, which are its chunks 0 … v − 1.
  int64_t v = 1;
  /// Is NamedOrderOptions::group.
  int64_t group = 1;
};

using ShapeNumber = int64_t (*)(const ScheduleShape &);

/// A step runs its tokens one after another, so many times. Tokens are letters
/// of kinds with a chunk, "F0 B1"; each takes the next microbatch of its own,
/// and is skipped where there is none left. In parentheses they overlap.
/// Without a chunk, F and B take chunks in turn, groups of microbatches in
/// each, and W takes the oldest weight gradient that is owed.
struct ScheduleStep {
  /// Is null for a step that repeats until it has nothing left to do.
  ShapeNumber times = nullptr;
  std::string_view tokens;
  /// Takes the place of `tokens` in the second half of the step, counted in
  /// tokens; empty for none.
  std::string_view secondHalf = {};
};

struct PatternCell {
  int64_t chunk = 0;
  ActionKind kind = ActionKind::forward;
  /// Is the time of the first microbatch.
  ShapeNumber time = nullptr;
};

struct ScheduleDescription {
  NamedScheduleInfo info;
  /// Is the least number of microbatches, and the one of which m is a multiple;
  /// null for 1.
  ShapeNumber least = nullptr;
  ShapeNumber multiple = nullptr;
  std::span<const ScheduleStep> steps = {};
  /// After an input gradient, weight gradients run while more than so many are
  /// owed; null where steps say when they run.
  ShapeNumber weightLag = nullptr;
  std::span<const PatternCell> pattern = {};
  /// A microbatch follows the one before it after `interval`, but the first of
  /// a unit follows the first of the unit before it after `unitInterval`.
  int64_t interval = 1;
  ShapeNumber unit = nullptr;
  ShapeNumber unitInterval = nullptr;
};

std::span<const ScheduleDescription> scheduleDescriptions();

/// Lists the actions of the processor with rank r, whose chunks are the given
/// stages. With a pattern, chunk c has the microbatches microbatches[c].
std::vector<PipelineAction> makeRow(const ScheduleDescription &description,
                                    const ScheduleShape &shape,
                                    const std::vector<int64_t> &stages);
std::vector<PipelineAction>
makePatternRow(const ScheduleDescription &description,
               const ScheduleShape &shape, const std::vector<int64_t> &stages,
               const std::vector<std::vector<int64_t>> &microbatches);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_SCHEDULESHAPES_H
