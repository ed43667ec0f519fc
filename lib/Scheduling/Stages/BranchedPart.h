//===- BranchedPart.h - Cuts through branches beside each other -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A part of a graph of layers without a layer that is before or behind every
// other: its cuts, level by level, and the bytes that cross them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_STAGES_BRANCHEDPART_H
#define LAYERPIPE_LIB_SCHEDULING_STAGES_BRANCHEDPART_H

#include "StageCuts.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// A graph of layers by topological positions; lists are ascending.
struct PlacedGraph {
  explicit PlacedGraph(const LayerGraph &graph);

  int64_t size() const { return order.size(); }
  const Layer &layer(int64_t position) const {
    return graph.layers[order[position]];
  }

  const LayerGraph &graph;
  std::vector<int64_t> order;
  std::vector<std::vector<int64_t>> readers, sources;
};

/// A set of the part's layers that holds with each all before it. Layers are
/// numbered from the part's begin, but positions in `extensions`.
struct PartCut {
  std::vector<uint64_t> held;
  /// Those that could be added, and those that no layer held reads.
  std::vector<int64_t> ready, unread;
  /// From cuts of the level below, by their index.
  std::vector<Extension> extensions;
  int64_t time = 0;
  /// The bytes of layers held that a layer not held reads.
  int64_t live = 0;
};

class BranchedPart {
public:
  /// `incoming` are the bytes of layers before the part that it or something
  /// behind it reads.
  BranchedPart(const PlacedGraph &graph, int64_t begin, int64_t end,
               int64_t incoming);

  /// The cut that holds nothing.
  PartCut start() const;

  /// The cuts with one layer more; stops when they are more than `limit`,
  /// unless it is negative.
  std::vector<PartCut> extend(const std::vector<PartCut> &level,
                              int64_t limit) const;

  /// Reduces a level to `count` cuts: spread over their work, and half of them
  /// those of least live bytes if `byTraffic`.
  void keep(std::vector<PartCut> &level, int64_t count, bool byTraffic) const;

  /// The bytes that cross it, as Partition.h counts them.
  int64_t traffic(const PartCut &cut) const;

private:
  PartCut grow(const PartCut &from, int64_t layer) const;
  void addReady(PartCut &cut, int64_t layer) const;
  void findBelow();
  void findOpen();

  bool holds(const std::vector<uint64_t> &set, int64_t layer) const {
    return set[layer / 64] >> (layer % 64) & 1;
  }
  /// By position; what is before the part is held, what is behind it is not.
  bool holdsPosition(const std::vector<uint64_t> &set, int64_t at) const {
    return at < begin || (at < begin + count && holds(set, at - begin));
  }

  const PlacedGraph &graph;
  int64_t begin, count, words;
  /// Per layer, those before it and itself.
  std::vector<std::vector<uint64_t>> below;
  /// Per layer x, the layers and feeders before it with a reader that is
  /// neither x nor before x.
  std::vector<std::vector<uint64_t>> open;
  /// Layers before the part that only the part reads, as positions: numbered
  /// after its own.
  std::vector<int64_t> feeders;
  /// The bytes of layers before the part that are read behind it too.
  int64_t passing;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_STAGES_BRANCHEDPART_H
