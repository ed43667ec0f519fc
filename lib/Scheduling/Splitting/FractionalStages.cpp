//===- FractionalStages.cpp - Stages of fractions of layers ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FractionalStages.h"

#include <algorithm>

namespace layerpipe::scheduling {

FractionalStages::FractionalStages(const SplitModel &model) : rows(model) {}

std::optional<std::vector<TaskPlacement>>
FractionalStages::make(int64_t limit,
                       const std::vector<StageFill> &fills) const {
  const SplitModel &model = rows.model;
  std::vector<TaskPlacement> placements(model.graph.tasks.size());
  for (size_t task = 0; task < placements.size(); ++task)
    if (model.isPinned(task) || model.graph.tasks[task].kind == TaskKind::input)
      placements[task].parts = {{1, model.pinOf(task)}};
  StageFilling filling(rows, limit);
  for (size_t stage = 0; !filling.isDone() && !filling.isLast(); ++stage) {
    if (!filling.fillStage(fills[std::min(stage, fills.size() - 1)]))
      return std::nullopt;
    for (const StageFilling::Taken &part : filling.lastTaken())
      placements[part.task].parts.push_back(
          {part.end, filling.lastProcessor()});
  }
  if (!filling.isDone())
    return std::nullopt;
  for (size_t task = 0; task < placements.size(); ++task) {
    TaskPlacement &placement = placements[task];
    if (placement.parts.size() > 1)
      placement.rule = rows.rules[task];
    else if (placement.parts.front().processor >= 0)
      placement.parts.front().end = 1;
  }
  return placements;
}

std::optional<int64_t> FractionalStages::leastLimit(int64_t low, int64_t high,
                                                    StageFill fill) const {
  if (make(low, fill))
    return low;
  if (!make(high, fill))
    return std::nullopt;
  const int64_t precision = std::max<int64_t>(low / 4096, 1);
  while (high - low > precision) {
    int64_t middle = low + (high - low) / 2;
    (make(middle, fill) ? high : low) = middle;
  }
  return high;
}

} // namespace layerpipe::scheduling
