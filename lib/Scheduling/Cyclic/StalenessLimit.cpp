//===- StalenessLimit.cpp - Schedules under a staleness limit -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/StalenessLimit.h"

#include "layerpipe/Scheduling/Cyclic/GivenDelays.h"

#include <fmt/format.h>

namespace layerpipe::scheduling {

Result<CyclicSolution> solveWithinStaleness(const CyclicProblem &problem,
                                            std::optional<int64_t> most,
                                            const ScheduleOptions &options) {
  Result<CyclicSchedule> least = solveCyclicSchedule(problem, options);
  if (!least)
    return least.error();
  auto staleness = [&](const CyclicSchedule &schedule) {
    return maxStaleness(problem.graph, schedule.solution.distance);
  };
  if (!most || problem.delays == Delays::given || staleness(*least) <= *most)
    return std::move(least->solution);
  Result<CyclicSolution> limited = solveWithDelays(problem, *most, options);
  if (!limited)
    return Error{fmt::format("with gradients at most {} iterations late, which "
                             "without that limit are {}: {}",
                             *most, staleness(*least), limited.message()),
                 limited.error().failure};
  // At this period, the usual search may need even fewer delays.
  ScheduleOptions longer = options;
  longer.period = limited->period;
  Result<CyclicSchedule> fewer = solveCyclicSchedule(problem, longer);
  if (fewer && staleness(*fewer) <= *most)
    return std::move(fewer->solution);
  return limited;
}

Status verifyWithinStaleness(const CyclicProblem &problem,
                             std::optional<int64_t> most,
                             const CyclicSolution &solution) {
  if (Status valid = verify(problem, solution); !valid)
    return valid;
  int64_t late = maxStaleness(problem.graph, solution.distance);
  if (most && problem.delays == Delays::least && late > *most)
    return Error{fmt::format("a gradient is {} iterations late, more than {}",
                             late, *most)};
  return Status::success();
}

} // namespace layerpipe::scheduling
