//===- Strategies.h - What runs each strategy -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each strategy has a file of its own. A new one is such a file, its function
// here, and a line in the table of Strategy.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_STRATEGIES_STRATEGIES_H
#define LAYERPIPE_LIB_STRATEGIES_STRATEGIES_H

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Strategies/Planner.h"

namespace layerpipe::strategies {

/// Schedules ordinary training on one processor, in which no gradient is
/// delayed.
scheduling::Result<Outcome> planSequential(Planner &planner,
                                           int64_t processors);

/// Cuts the coupled network into stages of whole layers, one for each
/// processor, and schedules them.
scheduling::Result<Outcome> planPipedream(Planner &planner, int64_t processors);

/// Computes the cost of stages that may run on several processors in turn.
scheduling::Result<Outcome> planReplicated(Planner &planner,
                                           int64_t processors);

/// Assigns the decoupled tasks freely and schedules them.
scheduling::Result<Outcome> planIntra(Planner &planner, int64_t processors);

/// Cuts tasks into parts, and assigns and schedules them.
scheduling::Result<Outcome> planLayerpipe(Planner &planner, int64_t processors);

/// Divides the layers into stages, and runs all microbatches through them in
/// the named order before there is one update.
scheduling::Result<Outcome> planSynchronous(Planner &planner,
                                            scheduling::NamedSchedule schedule,
                                            int64_t processors);

/// Takes the fastest of all named orders and of what a search finds for each
/// placement of stages.
scheduling::Result<Outcome> planBestOrder(Planner &planner, int64_t processors);

/// Runs the strategy of that name from the table.
scheduling::Result<Outcome> runStrategy(Planner &planner, std::string_view name,
                                        int64_t processors);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_LIB_STRATEGIES_STRATEGIES_H
