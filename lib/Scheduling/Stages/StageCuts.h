//===- StageCuts.h - Where a graph of layers can be cut ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sets of layers before which a stage can end, ordered by size: all of
// them, or a beam where there are too many.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_STAGES_STAGECUTS_H
#define LAYERPIPE_LIB_SCHEDULING_STAGES_STAGECUTS_H

#include "layerpipe/Scheduling/Model/Result.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace layerpipe::scheduling {

/// One more layer: cut `from` and `layer` together are another cut.
struct Extension {
  int64_t from = -1;
  int64_t layer = -1;
};

/// Cuts by ascending number of layers: cut 0 holds none and the last all.
struct StageCuts {
  /// Cuts [first[n], first[n + 1]) hold n layers.
  std::vector<int64_t> first;
  /// Of the layers in the cut.
  std::vector<int64_t> time, parameterBytes;
  /// The bytes that cross it, as Partition.h counts them.
  std::vector<int64_t> traffic;
  /// How each cut arises from smaller ones, by cut.
  std::vector<Extension> extensions;
  std::vector<int64_t> firstExtension;
  /// The topological order, and for n layers how many of its first layers
  /// every cut of that size holds for certain.
  std::vector<int64_t> order;
  std::vector<int64_t> certain;
  /// No cut is missing.
  bool complete = true;

  int64_t size() const { return time.size(); }
  std::span<const Extension> extensionsOf(int64_t cut) const {
    return {extensions.data() + firstExtension[cut],
            extensions.data() + firstExtension[cut + 1]};
  }
};

/// All cuts, if they are at most `limit` and `complete` stays true; otherwise
/// about `limit`, chosen by load alone unless `byTraffic`. The graph is legal.
/// Fails on a part with branches longer than maxBranchedPart.
Result<StageCuts> collectCuts(const LayerGraph &graph, int64_t limit,
                              bool byTraffic);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_STAGES_STAGECUTS_H
