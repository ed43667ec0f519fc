//===- Strategy.h - The strategies by name ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The named ways from a training graph to a schedule. Their table, with what
// runs each of them, is in lib/Compare/Strategies.cpp; a new strategy is one
// more entry there.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_COMPARE_STRATEGY_H
#define LAYERPIPE_COMPARE_STRATEGY_H

#include "layerpipe/Scheduling/Result.h"

#include <string_view>
#include <vector>

namespace layerpipe::compare {

struct Strategy {
  std::string_view name;
  /// One line for people.
  std::string_view description;
  /// It yields schedules; otherwise only costs, from a formula.
  bool schedulable = true;
};

/// In the order in which they are printed and compared by default.
std::vector<Strategy> knownStrategies();

/// Fails on an unknown name, and lists the known ones.
scheduling::Result<Strategy> parseStrategy(std::string_view text);

/// Names with commas between them, in the order given; blanks around a name are
/// ignored, and so is a name's second mention. Fails on an empty list or name
/// and as parseStrategy does.
scheduling::Result<std::vector<Strategy>>
parseStrategyList(std::string_view text);

} // namespace layerpipe::compare

#endif // LAYERPIPE_COMPARE_STRATEGY_H
