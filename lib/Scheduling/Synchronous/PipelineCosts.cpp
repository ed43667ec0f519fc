//===- PipelineCosts.cpp - Times and bytes of each action -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PipelineCosts.h"

#include <algorithm>
#include <map>

namespace layerpipe::scheduling {

PipelineCosts::PipelineCosts(const PipelineProblem &problem)
    : stageCount(problem.stages.size()), edgeCount(problem.edges.size()) {
  if (problem.samples.empty()) {
    addClass(problem, 1, 1);
    return;
  }
  int64_t largest =
      *std::max_element(problem.samples.begin(), problem.samples.end());
  std::map<int64_t, int64_t> known;
  for (int64_t samples : problem.samples) {
    auto [entry, isNew] = known.try_emplace(samples, known.size());
    if (isNew)
      addClass(problem, samples, largest);
    classes.push_back(entry->second);
  }
}

void PipelineCosts::addClass(const PipelineProblem &problem, int64_t samples,
                             int64_t largest) {
  auto bytesOf = [&](int64_t bytes) {
    return static_cast<int64_t>(ceilDiv(Wide(bytes) * samples, largest));
  };
  for (const PipelineStage &stage : problem.stages) {
    Fraction speed = speedOf(problem.machine, stage.processor);
    auto timeOf = [&](int64_t time) {
      return static_cast<int64_t>(
          ceilDiv(Wide(time) * samples * speed.denominator,
                  Wide(largest) * speed.numerator));
    };
    int64_t both = stage.backwardTime.value_or(stage.inputGradientTime +
                                               stage.weightGradientTime);
    stages.push_back(
        {{timeOf(stage.forwardTime), timeOf(stage.inputGradientTime),
          timeOf(stage.weightGradientTime), timeOf(both)},
         bytesOf(stage.activationBytes),
         bytesOf(stage.weightGradientBytes)});
  }
  for (const StageEdge &edge : problem.edges) {
    EdgeCosts costs{bytesOf(edge.bytes)};
    int64_t from = problem.stages[edge.from].processor;
    int64_t to = problem.stages[edge.to].processor;
    if (from != to) {
      costs.transferTime = transferTime(problem.machine, from, to, costs.bytes);
      costs.latency = linkOf(problem.machine, from, to).latency;
    }
    edges.push_back(costs);
  }
}

int64_t PipelineCosts::bytesAtStart(const PipelineAction &action) const {
  if (action.kind != ActionKind::forward)
    return 0;
  return stage(action.stage, action.microbatch).activationBytes;
}

int64_t PipelineCosts::bytesAtEnd(const PipelineAction &action) const {
  const StageCosts &costs = stage(action.stage, action.microbatch);
  switch (action.kind) {
  case ActionKind::forward:
    return 0;
  case ActionKind::input_gradient:
    return costs.activationBytes - costs.weightGradientBytes;
  case ActionKind::weight_gradient:
    return costs.weightGradientBytes;
  case ActionKind::backward:
    return costs.activationBytes;
  }
  return 0;
}

} // namespace layerpipe::scheduling
