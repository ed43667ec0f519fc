//===- PlacementSearch.cpp - Which processor gets which stage -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/PlacementSearch.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// A short search takes this share of the effort, which leaves it the named
/// schedules and a few policies.
constexpr int64_t shortShare = 500;

void exchange(PipelineProblem &problem, int64_t a, int64_t b) {
  for (PipelineStage &stage : problem.stages) {
    if (stage.processor == a)
      stage.processor = b;
    else if (stage.processor == b)
      stage.processor = a;
  }
}

/// Returns what a short search finds, or the largest number where nothing fits
/// or where the bound says that nothing is shorter than `best`.
int64_t shortValue(const PipelineProblem &problem,
                   const SynchronousLimits &limits, int64_t best) {
  constexpr int64_t none = std::numeric_limits<int64_t>::max();
  auto bound = boundOf(problem, limits.objective);
  if (!bound || bound->value >= best)
    return none;
  SynchronousLimits less = limits;
  less.effort /= shortShare;
  auto answer = searchOrder(problem, less);
  return answer ? answer->value : none;
}

/// Exchanges processors as long as orders become shorter.
void exchangeProcessors(PipelineProblem &problem,
                        const SynchronousLimits &limits) {
  std::vector<int64_t> classes = twinClasses(problem.machine);
  int64_t processors = problem.machine.processors;
  int64_t best =
      shortValue(problem, limits, std::numeric_limits<int64_t>::max());
  for (bool better = true; better;) {
    better = false;
    for (int64_t a = 0; a < processors; ++a)
      for (int64_t b = a + 1; b < processors; ++b) {
        if (classes[a] == classes[b])
          continue;
        exchange(problem, a, b);
        int64_t value = shortValue(problem, limits, best);
        if (value < best) {
          best = value;
          better = true;
        } else {
          exchange(problem, a, b);
        }
      }
  }
}

} // namespace

Result<PlacedAnswer> searchPlacement(const PipelineProblem &chain,
                                     const SynchronousLimits &limits) {
  std::optional<PlacedAnswer> best;
  std::optional<Error> failure;
  for (Placement placement :
       {Placement::linear, Placement::v, Placement::loop}) {
    // One stage each is linear already.
    bool isKnown = best && placement == Placement::loop &&
                   best->placement == Placement::linear;
    if (isKnown)
      continue;
    auto problem = place(chain, placement);
    if (!problem) {
      // The loop's error is that of any number of stages.
      if (placement == Placement::loop && !best && !failure)
        failure = problem.error();
      continue;
    }
    exchangeProcessors(*problem, limits);
    auto answer = searchOrder(*problem, limits);
    if (!answer)
      failure = answer.error();
    else if (!best || answer->value < best->answer.value)
      best = {std::move(*problem), placement, std::move(*answer)};
  }
  if (!best)
    return *failure;
  return std::move(*best);
}

} // namespace layerpipe::scheduling
