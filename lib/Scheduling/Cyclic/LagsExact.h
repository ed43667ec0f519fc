//===- LagsExact.h - The least lags of given starts, by flows ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This finds, for given starts, lags with the least staleness, and then the
// least storage, as min-cost flows. Where two layers can trade a
// delay, for instance, the one with fewer bytes of weights takes it; where a
// value may wait before or behind a task that makes it smaller, it waits
// behind.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGSEXACT_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGSEXACT_H

#include "Activities.h"

#include <optional>

namespace layerpipe::scheduling {

/// Finds lags for `starts` with the least weighted staleness, and among those
/// the fewest bytes held. Placement::leastStaleness says whether the staleness
/// is proven least. It is, unless several updates share one staleness, and the
/// bound from sharing its weight out among them is not attained. Storage is
/// least over all lags of that staleness where every layer has one update, for
/// inputs that come with their first reader in topological order. With
/// `storageFirst` the lags hold the fewest bytes, whatever the staleness.
/// Returns nothing if there are no such lags, or numbers are too large. The
/// cost is that of two min-cost flows.
std::optional<Placement> findBestLags(const CyclicProblem &problem,
                                      const ActivityGraph &graph,
                                      int64_t period, const Starts &starts,
                                      bool storageFirst = false);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_LAGSEXACT_H
