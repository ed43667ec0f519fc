//===- FewerProcessors.h - Plans that leave processors idle -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_STRATEGIES_FEWERPROCESSORS_H
#define LAYERPIPE_LIB_STRATEGIES_FEWERPROCESSORS_H

#include "layerpipe/Strategies/Planner.h"

#include <string_view>

namespace layerpipe::strategies {

/// Returns `outcome`, which the strategy found, or what it answers for fewer
/// processors where that is faster. With one iteration of staleness, for
/// instance, two long stages may beat eight short ones. Under a limit the
/// strategy is therefore never slower on more processors, as far as
/// nextFewerProcessors looks at fewer. A period that is within the
/// tolerance of its bound is good enough, and without limits all are.
scheduling::Result<Outcome> orOnFewer(Planner &planner,
                                      std::string_view strategy,
                                      int64_t processors,
                                      scheduling::Result<Outcome> outcome);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_LIB_STRATEGIES_FEWERPROCESSORS_H
