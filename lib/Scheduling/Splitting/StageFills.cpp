//===- StageFills.cpp - Ways to fill fractional stages --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageFills.h"

#include "layerpipe/Scheduling/Splitting/FractionalStaleness.h"

#include <algorithm>
#include <map>

namespace layerpipe::scheduling {

Wide pipelineStaleness(const SplitModel &model,
                       const std::vector<TaskPlacement> &stages) {
  std::map<int64_t, int64_t> first;
  for (size_t task = 0; task < stages.size(); ++task)
    for (const Part &part : stages[task].parts)
      if (part.processor >= 0) {
        int64_t layer = model.graph.tasks[task].layer;
        int64_t place = model.placeOf[part.processor];
        int64_t &stage = first.emplace(layer, place).first->second;
        stage = std::min(stage, place);
      }
  Wide sum = 0;
  for (const Parameter &parameter : model.graph.parameters)
    if (auto place = first.find(parameter.layer); place != first.end())
      sum += Wide(parameter.bytes) * (model.processors - 1 - place->second);
  return sum;
}

std::vector<StageFill> uniformFills(bool large) {
  if (large)
    return {{300, false}, {200, false}, {100, true}, {100, false}, {25, true}};
  std::vector<StageFill> fills;
  for (bool back : {true, false}) {
    for (int64_t percent : {400, 300, 200, 150, 100, 75, 50, 25, 0})
      fills.push_back({percent, false, back});
    for (int64_t percent : {100, 50, 25})
      fills.push_back({percent, true, back});
  }
  return fills;
}

FillSearch::FillSearch(const SplitModel &model,
                       const FractionalStages &fractional, int64_t limit)
    : model(model), fractional(fractional), limit(limit) {
  // The shares are not even where speeds differ, so that there is no goal.
  if (model.machine.speeds.empty())
    goal = weighStaleness(model.graph,
                          fractionalStaleness(model.graph, model.processors));
}

bool FillSearch::accept(const std::vector<StageFill> &changed) {
  if (isDone())
    return false;
  --attempts;
  auto stages = fractional.make(limit, changed);
  if (!stages)
    return false;
  Wide staleness = pipelineStaleness(model, *stages);
  if (staleness >= least)
    return false;
  least = staleness;
  reached = least <= goal;
  fills = changed;
  best = std::move(stages);
  return true;
}

bool FillSearch::improve(size_t stage) {
  bool improved = false;
  for (bool sparing : {false, true})
    for (int64_t percent : {400, 200, 100, 50, 0}) {
      std::vector<StageFill> changed = fills;
      changed[stage] = {percent, sparing, changed[stage].back};
      improved |= accept(changed);
      // A layer with many bytes need not begin on this stage if those in front
      // are full enough.
      changed = fills;
      for (size_t before = 0; before < stage; ++before)
        changed[before] = {percent, sparing, changed[before].back};
      changed[stage] = {400, true, changed[stage].back};
      improved |= accept(changed);
    }
  return improved;
}

std::optional<std::vector<TaskPlacement>> FillSearch::improve(StageFill uniform,
                                                              Wide staleness) {
  fills.assign(model.processors, uniform);
  least = staleness;
  reached = least <= goal;
  best.reset();
  for (bool improved = true; improved && !isDone();) {
    improved = false;
    for (size_t stage = 0; stage < fills.size(); ++stage)
      improved |= improve(stage);
  }
  return std::move(best);
}

} // namespace layerpipe::scheduling
