//===- StageCosts.h - What a stage costs ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the formulas of StagePartition.h over the cuts of a graph, in whole
// numbers over a common denominator.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_STAGES_STAGECOSTS_H
#define LAYERPIPE_LIB_SCHEDULING_STAGES_STAGECOSTS_H

#include "StageCuts.h"
#include "StagePlaces.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace layerpipe::scheduling {

/// Stands for no limit, and for no number.
inline constexpr int64_t noNumber = std::numeric_limits<int64_t>::max();

/// A trial by places holds so many endings, one for each cut and place. They
/// take 200 MB.
inline constexpr int64_t maxEndings = int64_t(1) << 22;

/// Returns ⌊value · factor⌋, or the largest integer below value · factor;
/// within int64.
inline int64_t limitOf(Fraction value, Wide factor, bool strict) {
  Wide product = Wide(value.numerator) * factor;
  Wide limit = strict ? ceilDiv(product, value.denominator) - 1
                      : floorDiv(product, value.denominator);
  return static_cast<int64_t>(std::min<Wide>(limit, noNumber - 1));
}

/// A stage ends at `cut`. Without replicas it runs on `processor`.
struct StageEnd {
  int64_t cut = 0;
  int64_t replicas = 1;
  int64_t processor = 0;
};

/// These are times over a common denominator for each number of replicas.
class StageCosts {
public:
  StageCosts(const StageCuts &cuts, const StageProblem &problem,
             const StagePlaces &places)
      : cuts(cuts), links(problem.links),
        slowest(reduce(slowestLink(problem.links).bandwidth)),
        replicas(problem.replicated ? problem.processors : 1),
        apart(!problem.replicated && !problem.links.areUniform()),
        byPlace(apart && Wide(cuts.size()) * (places.countUnpinned() + 1) *
                                 (places.countGroups() + 1) <=
                             maxEndings) {
    infinite = slowest.numerator == 0;
    transfers = problem.transfers && !infinite;
    if (infinite || !problem.replicated)
      synchronisation = {0, 1};
    else
      synchronisation = {slowest.denominator, slowest.numerator};
  }

  /// Returns the load up to a cut, times m²·synchronisation.denominator.
  int64_t load(int64_t cut, int64_t m) const {
    return cuts.time[cut] * m * synchronisation.denominator +
           4 * (m - 1) * cuts.parameterBytes[cut] * synchronisation.numerator;
  }
  int64_t denominator(int64_t m) const {
    return m * m * synchronisation.denominator;
  }
  int64_t loadLimit(Fraction bottleneck, int64_t m, bool strict) const {
    return limitOf(bottleneck, denominator(m), strict);
  }
  /// Returns how many bytes a cut with such a link may have.
  int64_t trafficLimit(Fraction bottleneck, Fraction bandwidth, int64_t m,
                       bool strict) const {
    if (!transfers || bandwidth.numerator == 0)
      return noNumber;
    Wide room =
        Wide(limitOf(bottleneck, Wide(bandwidth.numerator) * m, strict));
    return static_cast<int64_t>(
        floorDiv(room, Wide(2) * bandwidth.denominator));
  }
  /// Returns the cost of the stage from one end to the next, in front of a
  /// third one, if there is any.
  Fraction stage(const StageEnd &before, const StageEnd &end,
                 const StageEnd *after) const {
    int64_t m = end.replicas;
    Fraction cost = {load(end.cut, m) - load(before.cut, m), denominator(m)};
    if (transfers && before.cut != 0) {
      cost = std::max(cost, transfer(before.cut, m, before, end));
      if (after)
        cost = std::max(cost, transfer(end.cut, m, end, *after));
    }
    return reduce(cost);
  }
  Fraction transfer(int64_t cut, int64_t m, const StageEnd &before,
                    const StageEnd &after) const {
    Fraction bandwidth = bandwidthOf(before.processor, after.processor);
    if (bandwidth.numerator == 0)
      return {0, 1};
    return {2 * cuts.traffic[cut] * bandwidth.denominator,
            bandwidth.numerator * m};
  }
  /// Returns whether every bottleneck is a whole number.
  bool whole() const { return replicas == 1 && (!transfers || allWhole()); }

  const StageCuts &cuts;
  const Links &links;
  Fraction slowest, synchronisation;
  int64_t replicas;
  /// Says whether the cost of a cut depends on the processors beside it, and
  /// whether trials know that. Those of large problems take all cuts for as
  /// slow as the slowest link.
  const bool apart, byPlace;
  bool infinite, transfers;

  /// Returns the bandwidth between two processors.
  Fraction bandwidthOf(int64_t from, int64_t to) const {
    return apart ? reduce(linkOf(links, from, to).bandwidth) : slowest;
  }

private:
  bool allWhole() const {
    bool all = true;
    forEachLink(links, [&](const Link &link) {
      all &= reduce(link.bandwidth).numerator <= 1;
    });
    return all;
  }
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_STAGES_STAGECOSTS_H
