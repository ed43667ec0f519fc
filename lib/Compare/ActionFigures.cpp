//===- ActionFigures.cpp - What an order of microbatches costs ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ActionFigures.h"

#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Synchronous/SynchronousBound.h"

#include <algorithm>

namespace layerpipe::compare {

using namespace scheduling;

namespace {

/// A processor that runs what is ready looks at so many of its next actions.
constexpr int64_t readyLookahead = 16;

/// Returns the mean span of the runs under jitter by the span without, for a
/// lookahead.
Result<double> growthOf(const PipelineProblem &problem,
                        const PipelineOrder &order, int64_t span,
                        const CompareOptions &options, int64_t lookahead) {
  Wide sum = 0;
  for (int64_t run = 0; run < options.jitter->seeds; ++run) {
    SimulationOptions how;
    how.jitterPercent = options.jitter->percent;
    how.seed = options.limits.seed + static_cast<uint64_t>(run);
    how.lookahead = lookahead;
    Result<Simulation> simulated = simulate(problem, order, how);
    if (!simulated)
      return simulated.error();
    sum += simulated->span;
  }
  return static_cast<double>(sum) /
         (static_cast<double>(options.jitter->seeds) *
          static_cast<double>(std::max<int64_t>(span, 1)));
}

/// Fills in how the span grows when times vary.
Status fillJitter(Row &row, const strategies::SynchronousPlan &plan,
                  const CompareOptions &options) {
  Result<double> fixed = growthOf(plan.pipeline, plan.order, *row.actionsSpan,
                                  options, /*lookahead=*/1);
  if (!fixed)
    return fixed.error();
  PipelineProblem sameMemory = plan.pipeline;
  sameMemory.machine.memory.clear();
  // A machine's memories are positive.
  for (int64_t peak : row.actionsPeakBytes)
    sameMemory.machine.memory.push_back(std::max<int64_t>(peak, 1));
  Result<double> ready = growthOf(sameMemory, plan.order, *row.actionsSpan,
                                  options, readyLookahead);
  if (!ready)
    return ready.error();
  row.jitterFixed = *fixed;
  row.jitterReady = *ready;
  return Status::success();
}

Status fillFigures(Row &row, const strategies::SynchronousPlan &plan,
                   const CompareOptions &options) {
  Result<Simulation> simulated = simulate(plan.pipeline, plan.order);
  if (!simulated)
    return simulated.error();
  row.actionsSpan = simulated->span;
  for (const SimulatedProcessor &processor : simulated->processors)
    row.actionsPeakBytes.push_back(processor.peakBytes);
  // A network may take more memory than there is: then there is no bound.
  if (auto bound = boundOf(plan.pipeline, SynchronousObjective::span)) {
    row.actionsBound = bound->value;
    row.actionsBoundReason = describe(plan.pipeline, *bound);
  }
  return options.jitter ? fillJitter(row, plan, options) : Status::success();
}

} // namespace

void fillFromActions(Row &row, const strategies::SynchronousPlan &plan,
                     const CompareOptions &options) {
  if (Status filled = fillFigures(row, plan, options); !filled)
    row.error = filled.message();
}

} // namespace layerpipe::compare
