//===- Lags.h - Lags and staleness for given starts -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Once every activity has its instant within the period, what is left is the
// lags, which are difference constraints, and the least staleness of each
// layer.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGS_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGS_H

#include "Activities.h"

#include <optional>

namespace layerpipe::scheduling {

/// The least lag(to) − lag(from), the distance not counted.
Wide periodsBetween(const ActivityGraph &graph, int64_t period,
                    const Starts &starts, const Dependence &dependence);

/// The least lags with which `starts` are legal, each dependence of a group
/// taken with that group's staleness; none if there are no such lags.
std::optional<Placement> findLags(const ActivityGraph &graph, int64_t period,
                                  const Starts &starts,
                                  const std::vector<int64_t> &staleness);

/// Lags and the least staleness per group for `starts`:
///   n = max(0, ⌈(σ(U) + d(U) − σ(F)) / period⌉ − 1)
/// over all readers F of the weights, with σ(U) the time of the update that
/// applies the gradient of F's iteration. The gradients' tasks run as early,
/// forwards as late as dependences allow. On graphs small enough each layer's
/// staleness is then lowered as long as the lags permit, so that none can be
/// lowered alone. None if the other dependences admit no lags.
std::optional<Placement> findLeastStaleness(const CyclicProblem &problem,
                                            const ActivityGraph &graph,
                                            int64_t period,
                                            const Starts &starts);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGS_H
