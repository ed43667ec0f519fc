//===- SynchronousSearch.h - The shortest order that fits -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objective: the longest span of a processor, or the makespan, of an order that
// fits each processor's memory; stages stay where they are placed.
//
// The search is a heuristic with a bound beside its answer. It tries
//
//   1. all named schedules that fit the placement and the memory, as they are
//      and with weight gradients placed anew,
//   2. greedy schedules under some hundred policies, among them those of the
//      zero-bubble paper (Qi et al., ICLR 2024, section 3.1),
//   3. moves of single actions, from the best order so far,
//
// and ends where an order meets the bound. Transfers never wait for each other
// here; simulate the answer to see what it costs where they do.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SYNCHRONOUS_SYNCHRONOUSSEARCH_H
#define LAYERPIPE_SCHEDULING_SYNCHRONOUS_SYNCHRONOUSSEARCH_H

#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Scheduling/Synchronous/SynchronousBound.h"

#include <cstdint>
#include <optional>

namespace layerpipe::scheduling {

struct SynchronousLimits {
  SynchronousObjective objective = SynchronousObjective::span;
  /// Counts the actions of all orders that are tried. 50 million take some 3
  /// seconds. Equal efforts give equal answers, on any machine.
  int64_t effort = 50'000'000;
  uint64_t seed = 1;
};

struct SynchronousAnswer {
  PipelineOrder order;
  /// Is the objective's value.
  int64_t value = 0;
  SynchronousBound bound;
  /// Is `optimal` where the value meets the bound, and `feasible` otherwise.
  Proof proof = Proof::feasible;
  /// Is the best named schedule that fits, and its value.
  std::optional<NamedSchedule> bestNamed = std::nullopt;
  int64_t bestNamedValue = 0;
};

/// Finds an order that is no longer than that of any named schedule which fits.
/// Fails if the problem is not legal or the effort is negative; as
/// `infeasible` if a processor's memory does not hold a microbatch, which the
/// obstacle names; and as `out_of_time` if no order was found that fits, which
/// happens at most where microbatches have different sizes or a network has
/// several last stages.
Result<SynchronousAnswer> searchOrder(const PipelineProblem &problem,
                                      const SynchronousLimits &limits = {});

/// Checks an answer without anything that the search uses but the bound: the
/// order is legal, takes what the answer says, fits the memory, is no longer
/// than any named schedule that fits, and the proof is right.
Status verify(const PipelineProblem &problem, const SynchronousLimits &limits,
              const SynchronousAnswer &answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SYNCHRONOUS_SYNCHRONOUSSEARCH_H
