//===- FewerProcessors.cpp - Plans that leave processors idle -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FewerProcessors.h"

#include "Steps.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/Verified.h"

namespace layerpipe::strategies {

using namespace scheduling;

Result<Outcome> orOnFewer(Planner &planner, std::string_view strategy,
                          int64_t processors, Result<Outcome> outcome) {
  int64_t fewer = nextFewerProcessors(processors);
  bool decided = outcome
                     ? isShortEnough(planner, outcome->plan->solution.period,
                                     outcome->bound.value)
                     : isDefect(outcome.error());
  if (decided || fewer < planner.leastProcessors() || !planner.isLimited())
    return outcome;
  const Result<Outcome> &other = planner.plan(strategy, fewer);
  if (!other)
    return isDefect(other.error()) ? Result<Outcome>(other.error()) : outcome;
  if (outcome && outcome->plan->solution.period <= other->plan->solution.period)
    return outcome;
  // The bound must hold for all processors, of which the answer leaves some
  // idle.
  PeriodBound bound = outcome ? outcome->bound : planner.leastBound(processors);
  outcome = *other;
  outcome->bound = lesser(std::move(bound), other->bound);
  return outcome;
}

} // namespace layerpipe::strategies
