//===- SynchronousSearch.cpp - The shortest order that fits ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/SynchronousSearch.h"

#include "OrderImprovement.h"

#include "layerpipe/Scheduling/Model/Verified.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// Of the effort, policies take this share at most; on the zero-bubble paper's
/// table they end before.
constexpr int64_t policyShare = 5;

/// Runs actions that overlap one after another. No action starts later for
/// that.
PipelineOrder withoutOverlaps(PipelineOrder order) {
  for (std::vector<PipelineAction> &row : order.processors)
    for (PipelineAction &action : row)
      action.overlapsNext = false;
  return order;
}

/// Makes the order in which a microbatch starts when the one before it has
/// ended, and each stage's backward action runs as soon as it can.
PipelineOrder oneByOne(const GreedyContext &context) {
  const PipelineProblem &problem = context.problem;
  std::vector<int64_t> stages(problem.stages.size());
  for (size_t stage = 0; stage < stages.size(); ++stage)
    stages[context.rank[stage]] = stage;
  std::vector<PipelineAction> sequence;
  std::vector<int64_t> unread(stages.size());
  for (size_t stage = 0; stage < stages.size(); ++stage)
    unread[stage] = context.edgesFrom.of(stage).size();
  std::vector<int64_t> open;
  for (int64_t stage : stages) {
    sequence.push_back({stage, ActionKind::forward, 0});
    if (unread[stage] == 0)
      open.push_back(stage);
    while (!open.empty()) {
      int64_t ready = open.back();
      open.pop_back();
      sequence.push_back({ready, ActionKind::backward, 0});
      for (int64_t edge : context.edgesInto.of(ready))
        if (--unread[problem.edges[edge].from] == 0)
          open.push_back(problem.edges[edge].from);
    }
  }
  PipelineOrder order;
  order.processors.resize(problem.machine.processors);
  for (int64_t m = 0; m < problem.microbatches; ++m)
    for (PipelineAction action : sequence) {
      action.microbatch = m;
      if (runsThrough(problem, m, action.stage))
        order.processors[problem.stages[action.stage].processor].push_back(
            action);
    }
  return order;
}

class Search {
public:
  Search(const PipelineProblem &problem, const SynchronousLimits &limits,
         const SynchronousBound &bound)
      : problem(problem), limits(limits), bound(bound), context(problem),
        evaluator(context, limits.objective) {}

  Result<SynchronousAnswer> run();

private:
  void consider(const PipelineOrder &order);
  void tryNamed();

  const PipelineProblem &problem;
  const SynchronousLimits &limits;
  SynchronousBound bound;
  GreedyContext context;
  OrderEvaluator evaluator;
  BestOrder best;
  SynchronousAnswer answer;
};

void Search::consider(const PipelineOrder &order) {
  if (!evaluator.fits(order))
    return;
  auto value = evaluator.evaluate(order);
  if (value && *value < best.value)
    best = {order, *value};
}

void Search::tryNamed() {
  std::vector<PipelineOrder> orders;
  for (const NamedScheduleInfo &info : namedSchedules()) {
    auto order = makeNamedOrder(problem, info.schedule);
    if (!order)
      continue;
    orders.push_back(withoutOverlaps(std::move(*order)));
    int64_t before = best.value;
    consider(orders.back());
    if (best.value < before) {
      answer.bestNamed = info.schedule;
      answer.bestNamedValue = best.value;
    }
  }
  for (const PipelineOrder &order : orders)
    if (evaluator.steps() < limits.effort / policyShare)
      refillWeights(context, evaluator, order, bound.value, best);
}

Result<SynchronousAnswer> Search::run() {
  tryNamed();
  PipelineOrder serial = oneByOne(context);
  consider(serial);
  if (!answer.bestNamed)
    refillWeights(context, evaluator, serial, bound.value, best);
  searchPolicies(context, evaluator, bound.value, limits.effort / policyShare,
                 best);
  // Joined gradients may be faster than both, and leave other moves.
  if (best.isFound())
    joinGradients(context, evaluator, best);
  improveOrder(context, evaluator, bound.value, limits.effort, limits.seed,
               best);
  if (!best.isFound())
    return Error{"no order was found that fits the memory; more memory would "
                 "help",
                 Failure::out_of_time};
  joinGradients(context, evaluator, best);
  answer.order = std::move(best.order);
  answer.value = best.value;
  answer.bound = bound;
  answer.proof = best.value == bound.value ? Proof::optimal : Proof::feasible;
  return answer;
}

} // namespace

Result<SynchronousAnswer> searchOrder(const PipelineProblem &problem,
                                      const SynchronousLimits &limits) {
  if (limits.effort < 0)
    return Error{fmt::format("an effort of {} actions; it must be at least 0",
                             limits.effort)};
  auto bound = boundOf(problem, limits.objective);
  if (!bound)
    return bound.error();
  return verified("the search of synchronous orders",
                  Search(problem, limits, *bound).run(),
                  [&](const SynchronousAnswer &answer) {
                    return verify(problem, limits, answer);
                  });
}

} // namespace layerpipe::scheduling
