//===- StageOrder.h - Stages on processors with pins ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stages of fractions of layers follow each other from processor to processor.
// Where layers are pinned, those nearest to them should be on the same
// processor or the next one. With four equal layers on four processors, and
// layer 4 pinned to processor 0, the stages are on
//
//   1, 2, 3 and 0.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEORDER_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEORDER_H

#include "layerpipe/Scheduling/Model/LayerPins.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// Returns the processors in the order of their stages. Those with pins stand
/// where the middle of their work falls if the work of all layers is divided
/// evenly, or as near to it as others let them; the rest stands between in
/// ascending order. Without pins the order is 0, 1, 2, …
/// O(V log V + P log P).
std::vector<int64_t> orderOfStages(const TaskGraph &graph,
                                   const LayerPins &pins, int64_t processors);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEORDER_H
