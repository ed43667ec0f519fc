//===- StageCuts.h - Where a graph of layers can be cut ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A stage can end before any set of layers that holds with each layer all those
// before it. This collects these cuts, ordered by size: all of them, or a beam
// where there are too many.
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

/// An extension adds one layer: cut `from` and `layer` together are another
/// cut.
struct Extension {
  int64_t from = -1;
  int64_t layer = -1;
};

/// The cuts are ordered by ascending number of layers: cut 0 holds none and the
/// last one all.
struct StageCuts {
  /// The cuts [first[n], first[n + 1]) hold n layers.
  std::vector<int64_t> first;
  /// These are sums over the layers in the cut.
  std::vector<int64_t> time, parameterBytes;
  /// This many bytes cross the cut, as StagePartition.h counts them.
  std::vector<int64_t> traffic;
  /// These say, by cut, how each cut arises from smaller ones.
  std::vector<Extension> extensions;
  std::vector<int64_t> firstExtension;
  /// `order` is the topological order, and `certain` says for n layers how many
  /// of its first layers every cut of that size holds for certain.
  std::vector<int64_t> order;
  std::vector<int64_t> certain;
  /// Says whether no cut is missing.
  bool complete = true;

  int64_t size() const { return time.size(); }
  std::span<const Extension> extensionsOf(int64_t cut) const {
    return {extensions.data() + firstExtension[cut],
            extensions.data() + firstExtension[cut + 1]};
  }
};

/// Collects all cuts, if they are at most `limit`; `complete` then stays true.
/// Otherwise it collects about `limit`, chosen by load alone unless
/// `byTraffic`. The graph must be legal. Fails on a part with branches longer
/// than maxBranchedPart.
Result<StageCuts> collectCuts(const LayerGraph &graph, int64_t limit,
                              bool byTraffic);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_STAGES_STAGECUTS_H
