//===- StagePlaces.h - Which processors stages can be on --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stages in front of a cut have taken some processors, and the last of them is
// next to the cut. Pins and links that differ ask for no more than that: which
// pins are taken follows from the cut, and of the other processors the first
// ones are. With processor 2 of four pinned,
//
//   {used 0, pin 2}    the stages are on 2 alone
//   {used 3, none}     on 0, 1 and 3, and on 2 as well if the cut holds its
//                      layers; the last one is on 3
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_STAGES_STAGEPLACES_H
#define LAYERPIPE_LIB_SCHEDULING_STAGES_STAGEPLACES_H

#include "StageCuts.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// The layers that are pinned to one processor are a group. Groups are numbered
/// by their processors.
class StagePlaces {
public:
  explicit StagePlaces(const StageProblem &problem);

  bool hasPins() const { return !pinned.empty(); }
  int64_t countGroups() const { return static_cast<int64_t>(pinned.size()); }
  /// Counts the processors without pins.
  int64_t countUnpinned() const {
    return static_cast<int64_t>(unpinned.size());
  }

  /// Returns the layer's group, or −1 if it has no pin.
  int64_t groupOf(int64_t layer) const {
    return groups.empty() ? -1 : groups[layer];
  }
  /// Returns how many layers the group has.
  int64_t sizeOf(int64_t group) const { return sizes[group]; }

  /// Returns the processor of a stage of that group, or, where that is −1, the
  /// last of so many processors without pins.
  int64_t processorOf(int64_t used, int64_t group) const {
    return group >= 0 ? pinned[group] : unpinned[used - 1];
  }

private:
  std::vector<int64_t> pinned, unpinned;
  std::vector<int64_t> groups, sizes;
};

/// Says of each cut which groups it holds some layer of.
class GroupsOfCuts {
public:
  GroupsOfCuts(const StageCuts &cuts, const StagePlaces &places);

  bool hold(int64_t cut, int64_t group) const {
    return bits[cut * words + group / 64] >> (group % 64) & 1;
  }

private:
  int64_t words;
  std::vector<uint64_t> bits;
};

/// Succeeds if contiguous stages can have all pins. Otherwise fails with
/// Failure::infeasible, and names two layers between whose processors values
/// flow back and forth. O(V + E).
Status checkOrderOfPins(const LayerGraph &graph, const StageProblem &problem);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_STAGES_STAGEPLACES_H
