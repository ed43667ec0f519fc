//===- PolicySearch.cpp - The best of many greedy orders ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PolicySearch.h"

#include "PipelinePaths.h"

#include <algorithm>
#include <array>
#include <map>

namespace layerpipe::scheduling {
namespace {

/// Has an index into the choices of each respect in which policies differ.
using Choice = std::array<int64_t, 7>;

/// Per cent of its own time by which an action may delay what is ready later.
/// Steps finer than these changed no rate of the zero-bubble paper's table in
/// the fourth digit.
constexpr std::array<int64_t, 9> percents = {0,  12, 25, 37, 50,
                                             62, 75, 87, 100};
constexpr int64_t extraInFlight = 6;

class PolicySearch {
public:
  PolicySearch(const GreedyContext &context, OrderEvaluator &evaluator,
               int64_t bound, int64_t effort, BestOrder &best)
      : context(context), evaluator(evaluator), bound(bound), effort(effort),
        best(best), paths(context.problem) {
    bool several = false;
    for (int64_t id = 0; id < context.problem.machine.processors; ++id)
      several |= context.stagesOn.of(id).size() > 1;
    // preference, weights' delay, forwards' delay, levelling, in flight, stage
    // choice, coupling.
    counts = {3, 9, 9, 2, extraInFlight + 2, several ? 3 : 1, 3};
    for (const PipelineStage &stage : context.problem.stages)
      slowest = std::max(slowest, workPerMicrobatch(stage.processor));
  }

  int64_t run();

private:
  int64_t workPerMicrobatch(int64_t processor) const;
  GreedyPolicy policyOf(const Choice &choice) const;
  int64_t valueOf(const Choice &choice);
  void descend(Choice choice);
  bool isOver() const { return best.value <= bound || placed >= effort; }

  const GreedyContext &context;
  OrderEvaluator &evaluator;
  int64_t bound;
  int64_t effort;
  BestOrder &best;
  PipelinePaths paths;
  Choice counts = {};
  int64_t slowest = 1;
  int64_t placed = 0;
  std::map<Choice, int64_t> known;
};

int64_t PolicySearch::workPerMicrobatch(int64_t processor) const {
  int64_t work = 0;
  for (int64_t stage : context.stagesOn.of(processor))
    work += paths.range(stage).work /
            std::max<int64_t>(1, paths.range(stage).microbatches);
  return work;
}

/// Without limits in flight, memory alone limits forward actions. The least
/// limit is what keeps the slowest processor busy while a microbatch is on its
/// way to the last stage and back.
GreedyPolicy PolicySearch::policyOf(const Choice &choice) const {
  GreedyPolicy policy;
  policy.preference = static_cast<Preference>(choice[0]);
  policy.delayPercent = percents[choice[1]];
  policy.forwardDelayPercent = percents[choice[2]];
  policy.levelsIdleTime = choice[3] != 0;
  policy.stageChoice = static_cast<StageChoice>(choice[5]);
  policy.coupling = static_cast<Coupling>(choice[6]);
  if (choice[4] == 0)
    return policy;
  int64_t stages = context.problem.stages.size();
  for (int64_t stage = 0; stage < stages; ++stage)
    policy.inFlight.push_back((paths.roundTrip(stage) + slowest - 1) / slowest +
                              choice[4] - 1);
  return policy;
}

int64_t PolicySearch::valueOf(const Choice &choice) {
  auto [entry, isNew] =
      known.try_emplace(choice, std::numeric_limits<int64_t>::max());
  if (!isNew)
    return entry->second;
  auto order = makeGreedyOrder(context, policyOf(choice));
  for (size_t id = 0; order && id < order->processors.size(); ++id)
    placed += static_cast<int64_t>(order->processors[id].size());
  if (!order || !evaluator.fits(*order))
    return entry->second;
  if (auto value = evaluator.evaluate(*order)) {
    entry->second = *value;
    if (*value < best.value)
      best = {std::move(*order), *value};
  }
  return entry->second;
}

void PolicySearch::descend(Choice choice) {
  int64_t value = valueOf(choice);
  for (bool better = true; better;) {
    better = false;
    for (size_t respect = 0; respect < counts.size(); ++respect) {
      Choice next = choice;
      for (int64_t index = 0; index < counts[respect]; ++index) {
        if (isOver())
          return;
        next[respect] = index;
        int64_t nextValue = valueOf(next);
        if (nextValue >= value)
          continue;
        value = nextValue;
        choice = next;
        better = true;
      }
    }
  }
}

int64_t PolicySearch::run() {
  for (const Choice &start :
       {Choice{0, 0, 2, 1, 0, 0, 0}, Choice{0, 0, 4, 0, 2, 0, 0},
        Choice{2, 1, 1, 1, 0, 0, 0}, Choice{2, 1, 4, 0, 1, 0, 0},
        Choice{1, 2, 4, 0, 3, 0, 0}})
    descend(start);
  return placed;
}

} // namespace

int64_t searchPolicies(const GreedyContext &context, OrderEvaluator &evaluator,
                       int64_t bound, int64_t effort, BestOrder &best) {
  return PolicySearch(context, evaluator, bound, effort, best).run();
}

void refillWeights(const GreedyContext &context, OrderEvaluator &evaluator,
                   const PipelineOrder &skeleton, int64_t bound,
                   BestOrder &best) {
  PipelineOrder plain;
  for (const std::vector<PipelineAction> &row : skeleton.processors) {
    auto &kept = plain.processors.emplace_back();
    for (PipelineAction action : row) {
      if (action.kind == ActionKind::weight_gradient)
        continue;
      if (action.kind == ActionKind::backward)
        action.kind = ActionKind::input_gradient;
      action.overlapsNext = false;
      kept.push_back(action);
    }
  }
  GreedyPolicy policy;
  policy.skeleton = &plain;
  for (bool levels : {false, true})
    for (int64_t percent : percents) {
      policy.levelsIdleTime = levels;
      if (best.value <= bound)
        return;
      policy.delayPercent = percent;
      auto order = makeGreedyOrder(context, policy);
      if (!order || !evaluator.fits(*order))
        continue;
      auto value = evaluator.evaluate(*order);
      if (value && *value < best.value)
        best = {std::move(*order), *value};
    }
}

} // namespace layerpipe::scheduling
