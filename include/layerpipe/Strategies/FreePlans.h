//===- FreePlans.h - What pins cost -----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cost of pins is how much longer the period of a strategy is than without
// them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STRATEGIES_FREEPLANS_H
#define LAYERPIPE_STRATEGIES_FREEPLANS_H

#include "layerpipe/Strategies/Planner.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace layerpipe::strategies {

/// This plans the network without the pins of the options.
class FreePlans {
public:
  /// Begins with what a planner with pins began with. Forms must outlive it.
  static scheduling::Result<FreePlans> create(const TaskForms &forms,
                                              const PlannerOptions &options);

  /// Returns the shortest period that is known of the strategy without pins:
  /// that of its plan, or of the plan with pins, `pinned`, which needs none.
  /// Fails only by a defect.
  scheduling::Result<int64_t> periodOf(std::string_view strategy,
                                       int64_t processors, int64_t pinned);

private:
  FreePlans(std::unique_ptr<PlannerOptions> options, Planner planner);

  std::unique_ptr<PlannerOptions> options;
  Planner planner;
};

} // namespace layerpipe::strategies

#endif // LAYERPIPE_STRATEGIES_FREEPLANS_H
