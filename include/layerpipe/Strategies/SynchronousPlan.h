//===- SynchronousPlan.h - Stages and the order of microbatches -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STRATEGIES_SYNCHRONOUSPLAN_H
#define LAYERPIPE_STRATEGIES_SYNCHRONOUSPLAN_H

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"
#include "layerpipe/Strategies/Planner.h"

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace layerpipe::strategies {

/// A network whose layers are divided into stages, and the order in which
/// processors run these for each microbatch.
struct SynchronousPlan {
  /// This is the decoupled graph, in which no gradient is late.
  scheduling::TaskGraph graph;
  /// Each layer has its stage here. Stages are intervals of layers.
  std::map<int64_t, int64_t> stageOfLayer;
  /// Each task has its stage here; inputs have −1.
  std::vector<int64_t> stageOfTask;
  scheduling::PipelineProblem pipeline;
  scheduling::PipelineOrder order;
};

/// This strategy takes the fastest of all orders with names, and of those that
/// a search finds.
inline constexpr std::string_view bestOrderName = "synchronous";

/// Divides the layers into as many stages as the strategy places on
/// `processors`, such that the largest has the least possible load, and puts
/// their actions into its order, for a runtime that runs each action as a
/// whole. A network of fewer layers uses fewer processors. The fastest order is
/// the one whose simulated actions have the shortest longest span, of those
/// that run through the stages in one direction. Fails on strategies that order
/// no microbatches, on pins, and where the order can't be made for the
/// network's microbatches.
scheduling::Result<SynchronousPlan> planActions(const Planner &planner,
                                                std::string_view strategy,
                                                int64_t processors);

} // namespace layerpipe::strategies

#endif // LAYERPIPE_STRATEGIES_SYNCHRONOUSPLAN_H
