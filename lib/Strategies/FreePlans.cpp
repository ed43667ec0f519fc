//===- FreePlans.cpp - What pins cost -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Strategies/FreePlans.h"

#include "layerpipe/Scheduling/Model/Verified.h"

#include <algorithm>
#include <utility>

namespace layerpipe::strategies {

using namespace scheduling;

FreePlans::FreePlans(std::unique_ptr<PlannerOptions> options, Planner planner)
    : options(std::move(options)), planner(std::move(planner)) {}

Result<FreePlans> FreePlans::create(const TaskForms &forms,
                                    const PlannerOptions &options) {
  auto free = std::make_unique<PlannerOptions>(options);
  free->pins.clear();
  Result<Planner> planner = Planner::create(forms, *free);
  if (!planner)
    return planner.error();
  return FreePlans(std::move(free), std::move(*planner));
}

Result<int64_t> FreePlans::periodOf(std::string_view strategy,
                                    int64_t processors, int64_t pinned) {
  const Result<Outcome> &outcome = planner.plan(strategy, processors);
  if (!outcome)
    return isDefect(outcome.error()) ? Result<int64_t>(outcome.error())
                                     : Result<int64_t>(pinned);
  return std::min(pinned, outcome->plan ? outcome->plan->solution.period
                                        : outcome->costPeriod);
}

} // namespace layerpipe::strategies
