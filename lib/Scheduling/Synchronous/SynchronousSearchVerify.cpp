//===- SynchronousSearchVerify.cpp - The judge of answers -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Synchronous/SynchronousSearch.h"

#include <fmt/format.h>

namespace layerpipe::scheduling {
namespace {

int64_t valueOf(const Simulation &simulation, SynchronousObjective objective) {
  return objective == SynchronousObjective::span ? simulation.span
                                                 : simulation.makespan;
}

Status checkProof(const PipelineProblem &problem,
                  const SynchronousLimits &limits,
                  const SynchronousAnswer &answer) {
  auto bound = boundOf(problem, limits.objective);
  if (!bound)
    return bound.error();
  if (answer.bound.value != bound->value)
    return Error{fmt::format("the bound is {}, not {}", bound->value,
                             answer.bound.value)};
  if (answer.value < bound->value)
    return Error{fmt::format("the order takes {}, less than the bound {}",
                             answer.value, bound->value)};
  bool optimal = answer.proof == Proof::optimal;
  if (optimal != (answer.value == bound->value))
    return Error{fmt::format("the order takes {}, the bound is {}, and it is "
                             "called {}",
                             answer.value, bound->value,
                             toString(answer.proof))};
  return Status::success();
}

Status checkNamed(const PipelineProblem &problem,
                  const SynchronousLimits &limits,
                  const SynchronousAnswer &answer) {
  for (const NamedScheduleInfo &info : namedSchedules()) {
    auto order = makeNamedOrder(problem, info.schedule);
    if (!order)
      continue;
    auto simulation = simulate(problem, *order);
    if (!simulation || !checkMemory(problem, *simulation))
      continue;
    int64_t value = valueOf(*simulation, limits.objective);
    if (value < answer.value)
      return Error{fmt::format("the order takes {}, longer than the {} of {}",
                               answer.value, value, info.name)};
  }
  return Status::success();
}

} // namespace

Status verify(const PipelineProblem &problem, const SynchronousLimits &limits,
              const SynchronousAnswer &answer) {
  auto simulation = simulate(problem, answer.order);
  if (!simulation)
    return simulation.error();
  int64_t value = valueOf(*simulation, limits.objective);
  if (value != answer.value)
    return Error{
        fmt::format("the order takes {}, not {}", value, answer.value)};
  if (Status status = checkMemory(problem, *simulation); !status)
    return status;
  if (Status status = checkProof(problem, limits, answer); !status)
    return status;
  return checkNamed(problem, limits, answer);
}

} // namespace layerpipe::scheduling
