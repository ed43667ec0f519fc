//===- LagsExact.h - The least lags of given starts, by flows ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For given starts: lags with the least staleness, and then the least storage,
// as min-cost flows.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGSEXACT_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGSEXACT_H

#include "Activities.h"

#include <optional>

namespace layerpipe::scheduling {

/// Lags for `starts` with the least weighted staleness, and among those the
/// fewest bytes held. Placement::leastStaleness says whether the former is
/// proven: it is unless several updates share one staleness and the bound from
/// sharing its weight out among them is not attained. Storage is least over
/// all lags of that staleness where every layer has one update, for inputs
/// that come with their first reader in topological order. None if there are
/// no such lags, or numbers are too large. With `storageFirst` the fewest bytes
/// held, whatever the staleness. Cost: two min-cost flows.
std::optional<Placement> findBestLags(const CyclicProblem &problem,
                                      const ActivityGraph &graph,
                                      int64_t period, const Starts &starts,
                                      bool storageFirst = false);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGSEXACT_H
