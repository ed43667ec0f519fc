//===- CyclicSearch.h - Good cyclic schedules at a period -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The heuristic search at one period: placements in several orders, each
// completed with the best lags for its starts.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICSEARCH_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICSEARCH_H

#include "Activities.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <optional>
#include <tuple>

namespace layerpipe::scheduling {

/// Up to so many activities the min-cost flow completes the starts of every
/// attempt, and up to the second number those of the best one.
inline constexpr int64_t maxActivitiesForEveryFlow = 600;
inline constexpr int64_t maxActivitiesForFlow = 20'000;

/// A processor whose memory is too small for the best schedule seen.
struct MemoryNeed {
  int64_t processor = -1;
  int64_t bytes = 0;
};

class CyclicSearch {
public:
  CyclicSearch(const CyclicProblem &problem, const ActivityGraph &graph,
               Deadline &deadline);

  /// Tries the period. The best schedule of this period replaces one of
  /// another; false when none was found.
  bool solveAt(int64_t period);
  /// Whether some starts have lags; quicker, and `starts` are kept for
  /// solveAt.
  bool isPossible(int64_t period);
  /// The makespan of one iteration by itself, and that iteration at this or a
  /// longer period: always a schedule, memory apart.
  int64_t safePeriod() const;
  bool solveSafely(int64_t period);
  /// Completes these starts, and keeps them if they are better.
  void offer(int64_t period, const Starts &starts);

  const std::optional<CyclicSolution> &best() const { return bestSolution; }
  Wide staleness() const { return std::get<0>(bestScore); }
  bool isLeastForStarts() const { return leastForStarts; }
  const MemoryNeed &memoryNeed() const { return need; }

private:
  /// What is minimised: staleness times bytes, then the bytes held.
  using Score = std::tuple<Wide, Wide>;

  std::vector<int64_t> orderBy(const std::vector<int64_t> &time) const;
  std::vector<int64_t> criticalFirst() const;
  std::optional<Starts> placeIteratively(int64_t period, bool byRank) const;
  std::optional<Placement> quickLags(int64_t period,
                                     const Starts &starts) const;
  Wide stalenessOf(const Placement &placement) const;
  void begin(int64_t period);
  bool keepIfBetter(const Placement &placement);
  bool fitsMemory(const std::vector<int64_t> &held);
  void improveLags();
  int64_t size() const { return static_cast<int64_t>(graph.activities.size()); }

  const CyclicProblem &problem;
  const ActivityGraph &graph;
  Deadline &deadline;
  std::vector<std::vector<int64_t>> orders;
  int64_t currentPeriod = 0;
  std::optional<Starts> knownStarts;
  int64_t knownPeriod = 0;
  std::optional<CyclicSolution> bestSolution;
  Starts bestStarts;
  Score bestScore;
  bool leastForStarts = false;
  MemoryNeed need;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_CYCLICSEARCH_H
