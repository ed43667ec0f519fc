//===- FractionalStages.h - Stages of fractions of layers -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This makes the starts of the search with the least staleness. Processors are
// the stages of a pipeline and take the layers in their order, each as much as
// it can, so that a stage may begin and end in the middle of a layer. Three
// layers of 3, 2 and 3 units on two processors, with a limit of 4, become
//
//   processor 0: layer 1, the first half of layer 2
//   processor 1: the second half of layer 2, layer 3
//
// Pinned layers stay whole on their processors. Stages are made of what is not
// pinned, in the time that is left, on the processors in the order of
// SplitModel::order.
//
// Scheduled as one forward, one backward (BlockPlacement.h), gradients are no
// later than the number of stages behind that of the layer's first part.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_FRACTIONALSTAGES_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_FRACTIONALSTAGES_H

#include "SplitState.h"
#include "StageFilling.h"

#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// This makes the stages of one model.
class FractionalStages {
public:
  /// Sorts the tasks into layers. The model must outlive it. O(V log V + E).
  explicit FractionalStages(const SplitModel &model);

  /// Returns a placement for each task such that no processor's load exceeds
  /// `limit`, or nothing if this does not find one. At a border, the layer's
  /// forwards and its gradients are each divided in topological order: the
  /// earlier stage takes the first forwards and the last gradients, and what
  /// the border falls into is cut. If all tasks of the layer that take time can
  /// be cut by sample, they are cut at one sample, so that samples stay where
  /// they are. The layer's update runs on its first stage, which is done last.
  /// A stage that is not full then divides layers in front, or takes slices of
  /// weight gradients of later layers, since these read from later stages, too.
  /// O(V log V + E + the positions for cuts near borders).
  /// Each stage is filled as its entry of `fills` says, and those behind the
  /// last entry are filled like the last.
  std::optional<std::vector<TaskPlacement>>
  make(int64_t limit, const std::vector<StageFill> &fills) const;
  std::optional<std::vector<TaskPlacement>> make(int64_t limit,
                                                 StageFill fill) const {
    return make(limit, std::vector<StageFill>{fill});
  }

  /// Returns about the least limit from `low` to `high` that is reached, by
  /// bisection, as far as that is monotone, to 1/4096 of `low`; nothing if
  /// `high` is not reached.
  std::optional<int64_t> leastLimit(int64_t low, int64_t high,
                                    StageFill fill) const;

  const StageRows &layers() const { return rows; }

private:
  StageRows rows;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_FRACTIONALSTAGES_H
