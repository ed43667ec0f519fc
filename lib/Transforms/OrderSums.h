//===- OrderSums.h - In which order gradients are added up ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The gradient of a value that several layers read is a sum, to which one layer
// after the other adds its share. Differentiation orders the layers by number.
// Stages of branched networks may stand in another order: if layers 2 and 3 are
// branches, and layer 3 is in the first stage and layer 2 in the second,
//
//   3 (stage 0) → 2 (stage 1) → 1 (stage 0)   becomes
//   2 (stage 1) → 3 (stage 0) → 1 (stage 0)
//
// so that gradients flow from later stages to earlier ones only.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_ORDERSUMS_H
#define LAYERPIPE_LIB_TRANSFORMS_ORDERSUMS_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Schedule/StaticSchedule.h"

#include <cstdint>
#include <map>
#include <utility>

namespace layerpipe {

/// This is an order of layers: by stage, and by number within a stage.
struct LayerOrder {
  /// Each layer has its stage here, at its number. Others are in stage 0.
  std::map<int64_t, int64_t> stages;

  /// Returns a key that is smaller for layers that come first.
  std::pair<int64_t, int64_t> rankOf(int64_t layer) const {
    auto known = stages.find(layer);
    return {known != stages.end() ? known->second : 0, layer};
  }
};

/// Returns an order of the layers in which no gradient of the schedule flows to
/// a later layer, and no activation and no weight to an earlier one. It is the
/// order of the layers' numbers where that is one, and also where there is
/// none. The schedule must have passed check(). O((V + E) log V).
LayerOrder orderOf(const scheduling::StaticSchedule &schedule);

/// Changes sums of gradients so that no share flows to a later layer of the
/// order: the last layer begins, and each adds its own share. Updates go to the
/// first layer that reads their parameter. Sums and updates that keep to the
/// order stay as they are. Values stay the same up to the rounding of sums.
/// Returns whether anything has changed.
///
/// The graph must be in phase training, without tasks. In the order, no value
/// may flow to an earlier layer. O(ops + uses), but for the sorting of each
/// sum's shares.
bool orderGradientSums(GraphOp graph, const LayerOrder &order);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_ORDERSUMS_H
