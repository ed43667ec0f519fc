//===- PlacementSearch.h - Which processor gets which stage -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objective: as in SynchronousSearch.h, over the placements of a chain, too.
//
// The search tries the placements linear, loop and V where the number of stages
// suits them. Where processors differ in speed, memory or links, it exchanges
// two of them as long as a short search finds a shorter order, and then
// searches the best of each placement at length. The answer's bound holds for
// the placement that it has, and not for others.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SYNCHRONOUS_PLACEMENTSEARCH_H
#define LAYERPIPE_SCHEDULING_SYNCHRONOUS_PLACEMENTSEARCH_H

#include "layerpipe/Scheduling/Synchronous/SynchronousSearch.h"

namespace layerpipe::scheduling {

struct PlacedAnswer {
  /// Is the chain with a processor for each stage.
  PipelineProblem problem;
  Placement placement = Placement::linear;
  SynchronousAnswer answer;
};

/// Places a chain and finds an order. The processors of its stages don't count.
/// Takes up to P² / 2 short searches for P processors that all differ. Fails if
/// the chain is not legal, if its number of stages suits no placement, or, with
/// the failure of the last search, if no placement has an order that fits.
Result<PlacedAnswer> searchPlacement(const PipelineProblem &chain,
                                     const SynchronousLimits &limits = {});

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SYNCHRONOUS_PLACEMENTSEARCH_H
