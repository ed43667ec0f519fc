//===- PolicySearch.h - The best of many greedy orders ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_POLICYSEARCH_H
#define LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_POLICYSEARCH_H

#include "OrderEvaluator.h"

#include <cstdint>
#include <limits>

namespace layerpipe::scheduling {

/// Keeps the best order so far; of equals, the first.
struct BestOrder {
  PipelineOrder order;
  int64_t value = std::numeric_limits<int64_t>::max();

  bool isFound() const { return !order.processors.empty(); }
};

/// Tries greedy policies until the order meets the bound or `effort` actions
/// have been placed: from several starts, the policy changes in one respect at
/// a time, as long as that shortens the order. `best` is replaced by what is
/// better and fits the memory. Returns how many actions have been placed.
int64_t searchPolicies(const GreedyContext &context, OrderEvaluator &evaluator,
                       int64_t bound, int64_t effort, BestOrder &best);

/// Keeps the order of forward actions and input gradients in `skeleton`, and
/// tries policies that place weight gradients anew.
void refillWeights(const GreedyContext &context, OrderEvaluator &evaluator,
                   const PipelineOrder &skeleton, int64_t bound,
                   BestOrder &best);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SYNCHRONOUS_POLICYSEARCH_H
