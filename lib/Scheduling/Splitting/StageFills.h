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

/// Returns the weighted staleness of stages of exact fractions, or 0 where
/// speeds differ, since their shares are not even.
Wide exactStaleness(const SplitModel &model);

/// Fills each stage in its own way, and returns such ways, those with the least
/// staleness first, or nothing if this finds none that reach the limit. Of the
/// ways to fill the stages up to each one those go on that have the least
/// expected staleness (a beam search). O(V) for each stage that is filled, of
/// which there are at most 40 · 12 for each processor, and fewer for many
/// processors.
std::vector<std::vector<StageFill>>
searchFills(const FractionalStages &fractional, int64_t limit);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEFILLS_H
