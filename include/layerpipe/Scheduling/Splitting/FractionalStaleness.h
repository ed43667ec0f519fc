//===- FractionalStaleness.h - Stages of exact fractions --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// P equal processors are the stages of a pipeline, and each takes its even
// share of all layers in their order, however small the fractions of a layer
// are. Scheduled as one forward, one backward, a layer that begins on stage s
// has the staleness P − 1 − s. Cuts that fall on multiples of a quantum, and
// tasks that can't be cut, may keep a schedule from that.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_FRACTIONALSTALENESS_H
#define LAYERPIPE_SCHEDULING_SPLITTING_FRACTIONALSTALENESS_H

#include "layerpipe/Scheduling/Model/CyclicProblem.h"

#include <map>
#include <vector>

namespace layerpipe::scheduling {

/// Returns how long the tasks of each layer take together. They may be whole or
/// cut. O(V log V).
std::map<int64_t, Wide> workOfLayers(const TaskGraph &graph);

/// Returns the staleness of each parameter on stages of exact fractions.
/// O(V log V).
std::vector<int64_t> fractionalStaleness(const TaskGraph &graph,
                                         int64_t processors);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_FRACTIONALSTALENESS_H
