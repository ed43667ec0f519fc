//===- CyclicSearch.h - Good cyclic schedules at a period -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the heuristic search at one period. It places activities in several
// orders, and completes each placement with the best lags for its starts. Three
// tasks of 2 units in a chain on two processors, for instance, at a period of 4
// are placed
//
//   by time:  A at 0 and C at 2 on processor 0, B at 2 on processor 1
//   lags:     A 0, B 0, C 1, since C starts at 2 when B ends at 4
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICSEARCH_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICSEARCH_H

#include "Activities.h"
#include "BlockPlacement.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <optional>
#include <tuple>

namespace layerpipe::scheduling {

/// Up to so many activities the min-cost flow completes the starts of every
/// attempt, and up to the second number those of the best one.
inline constexpr int64_t maxActivitiesForEveryFlow = 600;
inline constexpr int64_t maxActivitiesForFlow = 20'000;

/// On a problem of so many activities or more, an attempt takes about a second,
/// and the search makes only a few of them.
inline constexpr int64_t manyActivities = 10'000;

/// This is a processor whose memory is too small for the best schedule seen.
struct MemoryNeed {
  int64_t processor = -1;
  int64_t bytes = 0;
};

class CyclicSearch {
public:
  /// Makes a search in which schedules within the wanted staleness come first.
  CyclicSearch(const CyclicProblem &problem, const ActivityGraph &graph,
               std::optional<int64_t> wantedStaleness, Deadline &deadline);

  /// Tries the period. The best schedule of this period replaces one of
  /// another; returns false when none was found.
  bool solveAt(int64_t period);
  /// Returns whether some starts have lags. This is quicker than solveAt, which
  /// uses the starts that it keeps.
  bool isPossible(int64_t period);
  /// safePeriod returns the makespan of one iteration by itself. solveSafely
  /// schedules that iteration at this or a longer period, which always
  /// succeeds, memory apart.
  int64_t safePeriod() const;
  bool solveSafely(int64_t period);
  /// Completes these starts, and keeps them if they are better.
  void offer(int64_t period, const Starts &starts);

  const std::optional<CyclicSolution> &best() const { return bestSolution; }
  Wide staleness() const { return std::get<1>(bestScore); }
  /// Returns the least staleness of the schedules of this period that were
  /// found. It is less than the best one's only if that is within the wanted
  /// staleness.
  Wide leastStaleness() const { return least; }
  bool isLeastForStarts() const { return leastForStarts; }
  const MemoryNeed &memoryNeed() const { return need; }

private:
  /// These are minimised: by how much the largest staleness exceeds the wanted
  /// one, then staleness times bytes, then the bytes held.
  using Score = std::tuple<int64_t, Wide, Wide>;

  std::vector<int64_t> orderBy(const std::vector<int64_t> &time) const;
  std::vector<int64_t> criticalFirst() const;
  std::optional<Starts> placeIteratively(int64_t period, bool byRank) const;
  std::optional<Placement> quickLags(int64_t period,
                                     const Starts &starts) const;
  Wide stalenessOf(const Placement &placement) const;
  int64_t excessOf(const Placement &placement) const;
  void begin(int64_t period);
  bool keepIfBetter(const Placement &placement);
  bool fitsMemory(const std::vector<int64_t> &held);
  void improveLags();
  int64_t size() const { return static_cast<int64_t>(graph.activities.size()); }

  const CyclicProblem &problem;
  const ActivityGraph &graph;
  std::optional<int64_t> wantedStaleness;
  Deadline &deadline;
  std::vector<std::vector<int64_t>> orders;
  BlockPlacement blocks;
  int64_t currentPeriod = 0;
  std::optional<Starts> knownStarts;
  int64_t knownPeriod = 0;
  std::optional<CyclicSolution> bestSolution;
  Starts bestStarts;
  Score bestScore;
  Wide least = 0;
  bool leastForStarts = false;
  MemoryNeed need;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICSEARCH_H
