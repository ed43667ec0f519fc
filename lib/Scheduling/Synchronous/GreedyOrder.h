//===- GreedyOrder.h - Orders from decisions over time ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The greedy scheduler runs through time. Whenever a processor is free, a
// policy chooses what it runs next: a forward action or a gradient that is
// ready, a weight gradient that is owed, or nothing, because something is about
// to arrive. It generalizes the heuristic of the zero-bubble paper (Qi et al.,
// ICLR 2024, section 3.1): as many forward actions as memory allows, then
// gradients and forward actions as they come, weight gradients in gaps.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_GREEDYORDER_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_GREEDYORDER_H

#include "PipelineCosts.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// Says which of a forward action and a gradient runs if both are ready.
enum class Preference : uint8_t { gradient, forward, in_turn };

/// Says which of several stages with a forward action that is ready runs first.
enum class StageChoice : uint8_t { last, first, oldest_microbatch };

/// Says which stages compute both gradients in one action: those where that
/// takes less time than two, for `where_faster`.
enum class Coupling : uint8_t { never, where_faster, always };

struct GreedyPolicy {
  Preference preference = Preference::gradient;
  StageChoice stageChoice = StageChoice::last;
  /// A weight gradient starts though something arrives before its end, if that
  /// waits for at most so many per cent of the weight gradient's time.
  int64_t delayPercent = 0;
  /// A forward action does not start if a gradient would wait for more than so
  /// many per cent of its time.
  int64_t forwardDelayPercent = 100;
  /// A weight gradient starts, too, if waiting would give the processor more
  /// idle time than any has had so far.
  bool levelsIdleTime = false;
  Coupling coupling = Coupling::never;
  /// Limits how many microbatches of each stage lack their input gradient;
  /// empty for no limit.
  std::vector<int64_t> inFlight = {};
  /// Where given, processors run forward actions and input gradients in the
  /// order of this one, and the policy decides on weight gradients alone.
  const PipelineOrder *skeleton = nullptr;
};

/// This holds what all greedy runs on a problem share.
struct GreedyContext {
  explicit GreedyContext(const PipelineProblem &problem);

  const PipelineProblem &problem;
  PipelineCosts costs;
  Adjacency edgesInto;
  Adjacency edgesFrom;
  Adjacency stagesOn;
  /// Has what activations may take on each processor.
  std::vector<int64_t> room;
  /// Has the activations of the largest microbatch of each stage.
  std::vector<int64_t> mostBytes;
  /// Lists the microbatches of each pipeline.
  std::vector<std::vector<int64_t>> microbatches;
  /// Has the position of each stage in the order of edges.
  std::vector<int64_t> rank;
};

/// Makes an order that fits the memory; nothing if the policy leads to a state
/// in which no processor may go on.
std::optional<PipelineOrder> makeGreedyOrder(const GreedyContext &context,
                                             const GreedyPolicy &policy);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_GREEDYORDER_H
