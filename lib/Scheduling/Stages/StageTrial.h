//===- StageTrial.h - Whether stages keep to a bottleneck -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This passes the cuts by size, and finds stages none of which takes longer
// than a bottleneck. For layers of 2, 3 and 3 units on two processors,
//
//   a bottleneck of 4 fails: [2] [3] [3] would be three stages;
//   and 5 succeeds with [2 3] [3].
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_STAGES_STAGETRIAL_H
#define LAYERPIPE_LIB_SCHEDULING_STAGES_STAGETRIAL_H

#include "StageCosts.h"
#include "StageCuts.h"
#include "StagePlaces.h"
#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// An ending says of a stage that ends at a cut where it began, and with how
/// many processors.
struct StageEnding {
  /// The processors without pins count up to this cut.
  int64_t processors = noNumber;
  int64_t from = -1;
  int64_t replicas = 0;
  /// These are the groups of this stage and of the one before it, or −1.
  int32_t group = -1;
  int32_t groupBefore = -1;
};

/// A start says where an unfinished stage began.
struct StageStart {
  /// Stages before it have so many processors without pins.
  int64_t processors;
  int64_t load;
  int64_t cut;
  /// The stage has the layers of this group, or no pin if it is −1. So many of
  /// them are not there yet.
  int32_t group = -1;
  int32_t missing = 0;
  int32_t groupBefore = -1;
};

using StageEnds = std::vector<StageEnd>;

/// A trial finds out whether all stages can keep to a bottleneck.
class StageTrial {
public:
  StageTrial(const StageCosts &costs, const StagePlaces &places,
             const GroupsOfCuts &groups, Fraction bottleneck, bool strict)
      : costs(costs), cuts(costs.cuts), places(places), groups(groups),
        bottleneck(bottleneck), strict(strict),
        processors(places.countUnpinned()),
        count(costs.byPlace ? (processors + 1) * (places.countGroups() + 1)
                            : 1),
        endings(costs.cuts.size() * count) {
    for (int64_t m = 1; m <= costs.replicas; ++m) {
      loadLimit.push_back(costs.loadLimit(bottleneck, m, strict));
      if (!costs.byPlace)
        trafficLimits.push_back(limitOfLink(costs.slowest, m));
    }
    // Most stages without pins follow each other.
    for (int64_t used = 1; costs.byPlace && used < processors; ++used)
      trafficLimits.push_back(
          limitOfLink(costs.bandwidthOf(places.processorOf(used, -1),
                                        places.processorOf(used + 1, -1)),
                      1));
  }

  bool run(Deadline &deadline);

  /// Returns each stage's end, the last first.
  StageEnds stages();

private:
  void visit(int64_t cut, int64_t m, int64_t level);
  void startStages(int64_t cut, int64_t level);
  void startStages(int64_t cut, int64_t level, const StageEnding &before);
  void startFirst();
  void addStart(std::vector<StageStart> &starts, StageStart start) const;
  void addOfPlace(std::vector<StageStart> &starts, StageStart start) const;
  void offer(int64_t cut, const StageEnding &ending);

  /// Returns the ending at a cut with such a place or, where places don't
  /// count, that with the fewest processors.
  StageEnding &endingAt(int64_t cut, int64_t used, int64_t group) {
    int64_t place =
        costs.byPlace ? used * (places.countGroups() + 1) + group + 1 : 0;
    return endings[cut * count + place];
  }
  /// Returns how many bytes may cross a cut between a stage and a following one
  /// of m processors.
  int64_t trafficLimit(const StageEnding &before, int64_t group,
                       int64_t m) const {
    int64_t used = before.processors;
    if (!costs.byPlace)
      return trafficLimits[m - 1];
    if (before.group < 0 && group < 0)
      return trafficLimits[used - 1];
    return limitOfLink(costs.bandwidthOf(places.processorOf(used, before.group),
                                         places.processorOf(used + 1, group)),
                       1);
  }
  int64_t limitOfLink(Fraction bandwidth, int64_t m) const {
    return costs.trafficLimit(bottleneck, bandwidth, m, strict);
  }

  std::vector<StageStart> &
  startsAt(std::vector<std::vector<StageStart>> &starts, int64_t level,
           int64_t cut, int64_t m) {
    return starts[(cut - cuts.first[level]) * costs.replicas + m - 1];
  }

  const StageCosts &costs;
  const StageCuts &cuts;
  const StagePlaces &places;
  const GroupsOfCuts &groups;
  const Fraction bottleneck;
  const bool strict;
  /// These are how many processors there are without pins, and how many places
  /// count at each cut.
  const int64_t processors;
  const int64_t count;
  std::vector<int64_t> loadLimit, trafficLimits;
  std::vector<StageEnding> endings;
  /// This is the ending of the last stage found, or null.
  const StageEnding *last = nullptr;
  /// Each cut and number of replicas has its starts here, of this level and the
  /// one below, by ascending group, processors and load.
  std::vector<std::vector<StageStart>> current, previous;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_STAGES_STAGETRIAL_H
