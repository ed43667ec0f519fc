//===- Lags.h - Lags and staleness for given starts -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Once every activity has its instant within the period, only the lags are
// left, which are difference constraints, and the least staleness of each
// layer.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGS_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGS_H

#include "Activities.h"

#include <optional>

namespace layerpipe::scheduling {

/// Returns the least lag(to) − lag(from) that the dependence allows, the
/// distance not counted. From a task that ends at 4 to one that starts at 2, it
/// is 1 with a period of 4.
Wide periodsBetween(const ActivityGraph &graph, int64_t period,
                    const Starts &starts, const Dependence &dependence);

/// Finds the least lags with which `starts` are legal, where each dependence of
/// a group takes that group's staleness. Returns nothing if there are no such
/// lags.
std::optional<Placement> findLags(const ActivityGraph &graph, int64_t period,
                                  const Starts &starts,
                                  const std::vector<int64_t> &staleness);

/// Finds lags and the least staleness of each group for `starts`:
///
///   n = max(0, ⌈(σ(U) + d(U) − σ(F)) / period⌉ − 1)
///
/// over all readers F of the weights, where σ(U) is the time of the update that
/// applies the gradient of F's iteration. With a forward at 0, an update that
/// ends at 7 and a period of 4, n is ⌈7 / 4⌉ − 1 = 1. The gradients' tasks run
/// as early, and forwards as late, as dependences allow. On graphs that are
/// small enough each layer's staleness is then lowered as long as the lags
/// permit, so that none can be lowered alone. Returns nothing if the other
/// dependences admit no lags.
std::optional<Placement> findLeastStaleness(const CyclicProblem &problem,
                                            const ActivityGraph &graph,
                                            int64_t period,
                                            const Starts &starts);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGS_H
