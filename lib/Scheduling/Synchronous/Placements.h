//===- Placements.h - Which processor has which chunk -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PLACEMENTS_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PLACEMENTS_H

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// Ranks[r][c] is the stage that is chunk c of the processor with rank r.
using Ranks = std::vector<std::vector<int64_t>>;

/// Finds out which processor has which rank. Fails if the stages are not placed
/// in this way.
Result<Ranks> ranksOf(const PipelineProblem &problem, Placement placement);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_PLACEMENTS_H
