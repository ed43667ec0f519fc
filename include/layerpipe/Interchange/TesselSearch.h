//===- TesselSearch.h - Better plans for Tessel's blocks --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The blocks of a plan are a scheduling problem (Scheduling/Blocks). This is
// how a plan becomes one, and its answer a plan.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TESSELSEARCH_H
#define LAYERPIPE_INTERCHANGE_TESSELSEARCH_H

#include "layerpipe/Interchange/Tessel.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Blocks/BlockSearch.h"

#include <optional>

namespace layerpipe::interchange {

struct TesselSearchOptions {
  /// Is the memory of each device in the plan's units; without it, each has
  /// what the plan takes there.
  std::optional<int64_t> memory = std::nullopt;
  scheduling::BlockLimits limits = {};
};

struct TesselSearch {
  scheduling::BlockAnswer answer;
  /// Has the answer's schedule and, if that repeats itself, the repetend.
  TesselPlan plan;
};

/// Searches a plan for the blocks and the microbatches of a given one. It ends
/// no later, if the memory holds the given one, too. Fails where checkTessel
/// does, and if the sub-graphs are no chain: then nobody knows what reads what.
scheduling::Result<TesselSearch>
searchTessel(const TesselPlan &plan, const TesselSearchOptions &options = {});

/// Makes a schedule of a plan that can be drawn and checked as those of this
/// project: its period is the whole plan, and a block is a task of each of its
/// devices, named as "f2.3" for sub-graph 3 of microbatch 2, or "f2.3@1" on the
/// second of several devices. The layer is the number of the sub-graph, from 1.
/// Fails as searchTessel does.
scheduling::Result<scheduling::StaticSchedule>
scheduleOfTessel(const TesselPlan &plan);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TESSELSEARCH_H
