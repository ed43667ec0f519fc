//===- Plan.h - What a strategy answers -------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plan says everything that is to be done to a network: in which form its
// tasks are scheduled, which of them are cut and where, which processor runs
// which part, when, and with which delays of gradients. An outcome is a plan
// with what is known about it, or the cost that a strategy computed without
// one.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STRATEGIES_PLAN_H
#define LAYERPIPE_STRATEGIES_PLAN_H

#include "layerpipe/Schedule/PeriodBound.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Strategies/TaskForms.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::strategies {

/// A task of the form's graph is cut along this axis at `cuts`, which are as
/// those of scheduling::Split.
struct PlannedSplit {
  int64_t task = -1;
  scheduling::SplitAxis axis = scheduling::SplitAxis::batch;
  std::vector<int64_t> cuts;
};

/// A plan is a schedule that verify() accepted, with its problem.
struct Plan {
  TaskForm form = TaskForm::coupled;
  std::vector<PlannedSplit> splits;
  /// The graph of the problem is the form's, in the parts of the splits.
  scheduling::CyclicProblem problem;
  scheduling::CyclicSolution solution;
  /// The proof is `feasible`, or `out_of_time` when limits cut a search short.
  /// Whether the period is optimal follows from the bound.
  scheduling::Proof proof = scheduling::Proof::feasible;
};

using PlanPtr = std::shared_ptr<const Plan>;

/// Returns the largest staleness of a parameter.
int64_t maxStaleness(const Plan &plan);

/// Returns Σ (copies − 1) · bytes over the pairs of a processor and a value
/// that is held there, but at most the largest integer.
int64_t stashBytes(const Plan &plan);

struct SynchronousPlan;

/// A strategy answers with a plan and the bound that it is measured against, or
/// with a cost without a plan.
struct Outcome {
  PlanPtr plan;
  scheduling::PeriodBound bound = {};
  /// Says what keeps the period from being shorter, where the strategy knows
  /// it.
  std::string limitedBy = {};
  /// No schedule of this period moves fewer bytes, where such a bound is known.
  std::optional<int64_t> communicationBound = std::nullopt;
  /// A cost without a plan has a period, rounded up, and what it comes from.
  int64_t costPeriod = 0;
  std::string costReason = {};
  /// Is the order that the plan follows, if the strategy orders microbatches.
  std::shared_ptr<const SynchronousPlan> actions = nullptr;
};

} // namespace layerpipe::strategies

#endif // LAYERPIPE_STRATEGIES_PLAN_H
