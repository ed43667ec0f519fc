//===- JoinedGradients.cpp - Backward actions in one piece ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrderImprovement.h"

#include <utility>

namespace layerpipe::scheduling {
namespace {

using enum ActionKind;

/// Joins neighbours; returns whether there were any.
bool joinNeighbours(std::vector<PipelineAction> &row) {
  size_t kept = 0;
  for (size_t at = 0; at < row.size(); ++at, ++kept) {
    row[kept] = row[at];
    if (row[at].kind != input_gradient || at + 1 == row.size())
      continue;
    const PipelineAction &next = row[at + 1];
    if (next.kind != weight_gradient || next.stage != row[at].stage ||
        next.microbatch != row[at].microbatch)
      continue;
    row[kept].kind = backward;
    ++at;
  }
  bool joined = kept < row.size();
  row.resize(kept);
  return joined;
}

/// Joins gradients of first stages in the places of weight gradients; returns
/// whether there were any.
bool joinInFirstStages(const GreedyContext &context,
                       std::vector<PipelineAction> &row) {
  auto isFirst = [&](const PipelineAction &action) {
    return context.edgesInto.of(action.stage).empty();
  };
  for (PipelineAction &action : row)
    if (action.kind == weight_gradient && isFirst(action))
      action.kind = backward;
  return std::erase_if(row, [&](const PipelineAction &action) {
           return action.kind == input_gradient && isFirst(action);
         }) > 0;
}

} // namespace

void joinGradients(const GreedyContext &context, OrderEvaluator &evaluator,
                   BestOrder &best) {
  auto consider = [&](PipelineOrder joined, int64_t processor) {
    if (!evaluator.fits(joined.processors[processor], processor))
      return;
    auto value = evaluator.evaluate(joined);
    if (value && *value <= best.value)
      best = {std::move(joined), *value};
  };
  int64_t processors = best.order.processors.size();
  for (int64_t id = 0; id < processors; ++id) {
    PipelineOrder joined = best.order;
    if (joinInFirstStages(context, joined.processors[id]))
      consider(std::move(joined), id);
    joined = best.order;
    if (joinNeighbours(joined.processors[id]))
      consider(std::move(joined), id);
  }
}

} // namespace layerpipe::scheduling
