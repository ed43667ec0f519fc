//===- OrderEvaluator.h - Times of an order, quickly ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A search asks for the times of many orders of one problem. This computes them
// in one pass over the actions, without events; transfers never wait for each
// other, and actions that overlap run one after another. Tests compare it with
// the simulator.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_ORDEREVALUATOR_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_ORDEREVALUATOR_H

#include "GreedyOrder.h"

#include "layerpipe/Scheduling/Synchronous/SynchronousBound.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

class OrderEvaluator {
public:
  OrderEvaluator(const GreedyContext &context, SynchronousObjective objective);

  /// Returns the objective, or nothing if actions wait for each other forever.
  std::optional<int64_t> evaluate(const PipelineOrder &order);

  /// Returns whether the processor's row fits its memory, which does not depend
  /// on times.
  bool fits(const std::vector<PipelineAction> &row, int64_t processor) const;
  bool fits(const PipelineOrder &order) const;

  /// Has the starts of each processor's actions, from the last evaluation.
  const std::vector<std::vector<int64_t>> &starts() const { return begins; }

  /// Returns a processor's span, or its last end, from the last evaluation.
  int64_t lengthOf(int64_t processor) const;

  /// Numbers forward actions and input gradients.
  int64_t indexOf(int64_t stage, int64_t microbatch, bool isForward) const {
    return 2 * (stage * context.problem.microbatches + microbatch) +
           (isForward ? 0 : 1);
  }

  /// Counts the actions of all evaluations.
  int64_t steps() const { return counted; }

private:
  void advance(const PipelineOrder &order, int64_t processor);
  int64_t readyTime(const PipelineAction &action, int64_t processor);
  int64_t endOf(int64_t stage, int64_t microbatch, bool isForward) const {
    return ends[indexOf(stage, microbatch, isForward)];
  }

  const GreedyContext &context;
  SynchronousObjective objective;
  /// Has the end of each forward action and each input gradient; −1 before.
  std::vector<int64_t> ends;
  std::vector<std::vector<int64_t>> begins;
  std::vector<int64_t> free;
  /// Has the index of `ends` that a processor waits for; −1 for none.
  std::vector<int64_t> waitsFor;
  std::vector<int64_t> open;
  int64_t counted = 0;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_ORDEREVALUATOR_H
