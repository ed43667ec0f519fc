//===- OrderEvaluator.cpp - Times of an order, quickly --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrderEvaluator.h"

#include <algorithm>

namespace layerpipe::scheduling {

using enum ActionKind;

OrderEvaluator::OrderEvaluator(const GreedyContext &context,
                               SynchronousObjective objective)
    : context(context), objective(objective),
      begins(context.problem.machine.processors),
      free(context.problem.machine.processors, 0),
      waitsFor(context.problem.machine.processors, -1) {}

/// Returns when all inputs have arrived, or −1 and what the processor waits
/// for.
int64_t OrderEvaluator::readyTime(const PipelineAction &action,
                                  int64_t processor) {
  bool isForward = action.kind == forward;
  const auto &adjacency = isForward ? context.edgesInto : context.edgesFrom;
  int64_t ready = 0, m = action.microbatch;
  for (int64_t edge : adjacency.of(action.stage)) {
    const StageEdge &both = context.problem.edges[edge];
    int64_t other = isForward ? both.from : both.to;
    int64_t end = endOf(other, m, isForward);
    if (end < 0) {
      waitsFor[processor] = indexOf(other, m, isForward);
      return -1;
    }
    const EdgeCosts &sent = context.costs.edge(edge, m);
    ready = std::max(ready, end + sent.transferTime + sent.latency);
  }
  return ready;
}

void OrderEvaluator::advance(const PipelineOrder &order, int64_t processor) {
  const auto &row = order.processors[processor];
  std::vector<int64_t> &starts = begins[processor];
  while (starts.size() < row.size()) {
    const PipelineAction &action = row[starts.size()];
    int64_t ready =
        action.kind == weight_gradient ? 0 : readyTime(action, processor);
    if (ready < 0)
      return;
    int64_t start = std::max(ready, free[processor]);
    free[processor] = start + context.costs.timeOf(action);
    starts.push_back(start);
    ++counted;
    if (action.kind == weight_gradient)
      continue;
    bool isForward = action.kind == forward;
    int64_t index =
        2 * (action.stage * context.problem.microbatches + action.microbatch) +
        (isForward ? 0 : 1);
    ends[index] = free[processor];
    const auto &adjacency = isForward ? context.edgesFrom : context.edgesInto;
    for (int64_t edge : adjacency.of(action.stage)) {
      const StageEdge &both = context.problem.edges[edge];
      int64_t other =
          context.problem.stages[isForward ? both.to : both.from].processor;
      if (waitsFor[other] == index) {
        waitsFor[other] = -1;
        open.push_back(other);
      }
    }
  }
}

std::optional<int64_t> OrderEvaluator::evaluate(const PipelineOrder &order) {
  ends.assign(2 * context.problem.stages.size() * context.problem.microbatches,
              -1);
  std::fill(free.begin(), free.end(), 0);
  std::fill(waitsFor.begin(), waitsFor.end(), -1);
  for (std::vector<int64_t> &starts : begins)
    starts.clear();
  int64_t processors = begins.size();
  for (int64_t id = processors; id > 0; --id)
    open.push_back(id - 1);
  while (!open.empty()) {
    int64_t processor = open.back();
    open.pop_back();
    advance(order, processor);
  }
  int64_t value = 0;
  for (int64_t id = 0; id < processors; ++id) {
    if (begins[id].size() != order.processors[id].size())
      return std::nullopt;
    value = std::max(value, lengthOf(id));
  }
  return value;
}

int64_t OrderEvaluator::lengthOf(int64_t processor) const {
  if (begins[processor].empty())
    return 0;
  bool isSpan = objective == SynchronousObjective::span;
  return free[processor] - (isSpan ? begins[processor].front() : 0);
}

bool OrderEvaluator::fits(const std::vector<PipelineAction> &row,
                          int64_t processor) const {
  if (context.room.empty())
    return true;
  int64_t held = 0;
  for (const PipelineAction &action : row) {
    held += context.costs.bytesAtStart(action);
    if (held > context.room[processor])
      return false;
    held -= context.costs.bytesAtEnd(action);
  }
  return true;
}

bool OrderEvaluator::fits(const PipelineOrder &order) const {
  int64_t processors = order.processors.size();
  for (int64_t id = 0; id < processors; ++id)
    if (!fits(order.processors[id], id))
      return false;
  return true;
}

} // namespace layerpipe::scheduling
