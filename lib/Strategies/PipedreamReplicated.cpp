//===- PipedreamReplicated.cpp - The cost of stages with replicas ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cost comes from PipeDream's formula (arXiv 1806.03377).
//
//===----------------------------------------------------------------------===//

#include "Steps.h"
#include "Strategies.h"
#include "layerpipe/Scheduling/Model/Machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace layerpipe::strategies {

using namespace scheduling;

Result<Outcome> planReplicated(Planner &planner, int64_t processors) {
  Result<StagePartition> stages = partition(planner, processors, true);
  if (!stages)
    return stages.error();
  Outcome outcome;
  outcome.bound =
      planner.boundOf(planner.coupled, planner.forms.coupled, processors);
  // A period is at least 1, however little time the stages take.
  outcome.costPeriod = std::max<int64_t>(ceil(stages->bottleneck), 1);
  std::string replicas;
  for (int64_t count : stages->replicas)
    replicas += fmt::format("{}{}", replicas.empty() ? "" : "-", count);
  outcome.costReason = "stages on " + replicas + " processors, formula";
  if (planner.options.maxStaleness)
    outcome.costReason += "; knows no staleness limit";
  return outcome;
}

} // namespace layerpipe::strategies
