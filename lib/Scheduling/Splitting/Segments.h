//===- Segments.h - Layers in turn, shared by sample ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This makes a start for the search. Processors take the layers in their order,
// each as much as it can (McNaughton's wrap-around). Where the boundary of two
// falls, neighbouring layers form a segment whose samples are divided among the
// processors that it spans, so that what goes on inside of it stays on a
// processor. Pinned layers stay on theirs, and are left out. These are
// PipeDream's replicated stages (arXiv 1806.03377), with fractions. Three
// layers of 3, 2 and 3 units on two processors, with a limit of 4, become
//
//   processor 0: layer 1, layer 2 for the first half of the samples
//   processor 1: layer 2 for the other half, layer 3
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_SEGMENTS_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_SEGMENTS_H

#include "SplitState.h"

#include <vector>

namespace layerpipe::scheduling {

/// Returns a placement for each task in which all processors but the last have
/// about the load `limit`, times their speed. Segments are chosen such that
/// their borders and the sums of weight gradients cost few bytes, by a shortest
/// path over the layers in their order; a segment has at most 48 layers. Layers
/// with a task that takes time and has no split rule by samples are not shared:
/// the nearer processor runs them. O(48² · layers + V + E).
std::vector<TaskPlacement> makeSegments(const SplitModel &model, int64_t limit);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_SEGMENTS_H
