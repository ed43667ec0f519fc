//===- Strategy.h - The strategies by name ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A strategy is a named way from a training graph to a schedule. Planner.h runs
// them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STRATEGIES_STRATEGY_H
#define LAYERPIPE_STRATEGIES_STRATEGY_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <string_view>
#include <vector>

namespace layerpipe::strategies {

struct Strategy {
  std::string_view name;
  /// Describes the strategy to people in one line.
  std::string_view description;
  /// Says whether the strategy yields schedules; if not, it yields only costs,
  /// from a formula.
  bool schedulable = true;
  /// Says whether its schedules may delay gradients.
  bool delaysGradients = true;
  /// Says whether it orders microbatches, of which there should be several.
  bool ordersMicrobatches = false;
};

/// Returns all strategies in the order in which they are printed and compared
/// by default.
std::vector<Strategy> knownStrategies();

/// Returns the strategy of that name. Fails on an unknown name, and lists the
/// known ones.
scheduling::Result<Strategy> parseStrategy(std::string_view text);

/// Reads names with commas between them and keeps their order. Blanks around a
/// name are ignored, and so is a name's second mention. Fails on an empty list
/// or name, and as parseStrategy does.
scheduling::Result<std::vector<Strategy>>
parseStrategyList(std::string_view text);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_STRATEGIES_STRATEGY_H
