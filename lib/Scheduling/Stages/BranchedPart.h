//===- BranchedPart.h - Cuts through branches beside each other -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A part is a stretch of a graph of layers without a layer that is before or
// behind every other. This class makes its cuts, level by level, and counts the
// bytes that cross them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_STAGES_BRANCHEDPART_H
#define LAYERPIPE_LIB_SCHEDULING_STAGES_BRANCHEDPART_H

#include "StageCuts.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// This is a graph of layers by topological positions; lists are ascending.
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

/// A cut is a set of the part's layers that holds with each all before it.
/// Layers are numbered from the part's begin, but `extensions` has positions.
/// Two branches a → c and b → d beside each other have the cuts
///
///   {}, {a}, {b}, {a c}, {a b}, {b d}, {a b c}, {a b d}, {a b c d}
struct PartCut {
  std::vector<uint64_t> held;
  /// `ready` has the layers that could be added, and `unread` those that no
  /// layer held reads.
  std::vector<int64_t> ready, unread;
  /// These lead here from cuts of the level below, by their index.
  std::vector<Extension> extensions;
  int64_t time = 0;
  /// A layer not held reads so many bytes of the layers held.
  int64_t live = 0;
};

class BranchedPart {
public:
  /// Makes the part. `incoming` are the bytes of layers before the part that it
  /// or something behind it reads.
  BranchedPart(const PlacedGraph &graph, int64_t begin, int64_t end,
               int64_t incoming);

  /// Returns the cut that holds nothing.
  PartCut start() const;

  /// Returns the cuts with one layer more than those of `level`. Stops when
  /// they are more than `limit`, unless that is negative.
  std::vector<PartCut> extend(const std::vector<PartCut> &level,
                              int64_t limit) const;

  /// Reduces a level to `count` cuts that are spread over their work; half of
  /// them are those of least live bytes if `byTraffic`. Of five cuts with work
  /// 1, 2, 3, 4 and 5, for instance, three are 1, 3 and 5.
  void keep(std::vector<PartCut> &level, int64_t count, bool byTraffic) const;

  /// Returns the bytes that cross the cut, as StagePartition.h counts them.
  int64_t traffic(const PartCut &cut) const;

private:
  PartCut grow(const PartCut &from, int64_t layer) const;
  void addReady(PartCut &cut, int64_t layer) const;
  void findBelow();
  void findOpen();

  bool holds(const std::vector<uint64_t> &set, int64_t layer) const {
    return set[layer / 64] >> (layer % 64) & 1;
  }
  /// Returns whether the set holds a position: layers before the part are held,
  /// those behind it are not.
  bool holdsPosition(const std::vector<uint64_t> &set, int64_t at) const {
    return at < begin || (at < begin + count && holds(set, at - begin));
  }

  const PlacedGraph &graph;
  int64_t begin, count, words;
  /// Each layer has here those before it and itself.
  std::vector<std::vector<uint64_t>> below;
  /// Each layer x has here the layers and feeders before it with a reader that
  /// is neither x nor before x.
  std::vector<std::vector<uint64_t>> open;
  /// Feeders are layers before the part that only the part reads, as positions.
  /// They are numbered after the part's own layers.
  std::vector<int64_t> feeders;
  /// These are the bytes of layers before the part that are read behind it,
  /// too.
  int64_t passing;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_STAGES_BRANCHEDPART_H
