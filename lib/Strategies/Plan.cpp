//===- Plan.cpp - What a strategy answers ---------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Strategies/Plan.h"

#include "layerpipe/Scheduling/Cyclic/Capacity.h"

#include <algorithm>
#include <limits>

namespace layerpipe::strategies {

using namespace scheduling;

int64_t maxStaleness(const Plan &plan) {
  return scheduling::maxStaleness(plan.problem.graph, plan.solution.distance);
}

int64_t stashBytes(const Plan &plan) {
  Wide bytes = 0;
  for (int64_t held : memoryBytes(plan.problem, plan.solution))
    bytes += held;
  for (int64_t once : leastMemoryBytes(plan.problem))
    bytes -= once;
  return static_cast<int64_t>(
      std::min<Wide>(bytes, std::numeric_limits<int64_t>::max()));
}

} // namespace layerpipe::strategies
