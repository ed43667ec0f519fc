//===- PatternRows.cpp - Orders from repeated patterns --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleShapes.h"

#include <algorithm>
#include <utility>

namespace layerpipe::scheduling {
namespace {

struct TimedCell {
  int64_t chunk;
  ActionKind kind;
  int64_t time;
};

/// Lists the pattern's cells on one processor, with a weight gradient for each
/// input gradient in the first slot after it that is free in all repetitions.
std::vector<TimedCell> timedCells(const ScheduleDescription &description,
                                  const ScheduleShape &shape) {
  std::vector<TimedCell> cells;
  std::vector<bool> taken(description.interval, false);
  for (const PatternCell &cell : description.pattern) {
    cells.push_back({cell.chunk, cell.kind, cell.time(shape)});
    taken[cells.back().time % description.interval] = true;
  }
  size_t given = cells.size();
  for (size_t at = 0; at < given; ++at) {
    if (cells[at].kind != ActionKind::input_gradient)
      continue;
    int64_t time = cells[at].time + 1, last = time + description.interval;
    while (time < last && taken[time % description.interval])
      ++time;
    taken[time % description.interval] = true;
    cells.push_back({cells[at].chunk, ActionKind::weight_gradient, time});
  }
  return cells;
}

} // namespace

std::vector<PipelineAction>
makePatternRow(const ScheduleDescription &description,
               const ScheduleShape &shape, const std::vector<int64_t> &stages,
               const std::vector<std::vector<int64_t>> &microbatches) {
  int64_t unit = description.unit ? description.unit(shape) : 1;
  int64_t unitInterval = description.unitInterval
                             ? description.unitInterval(shape)
                             : description.interval;
  struct Timed {
    int64_t time;
    int64_t cell;
    PipelineAction action;
  };
  std::vector<Timed> all;
  int64_t number = 0;
  for (const TimedCell &cell : timedCells(description, shape)) {
    int64_t count = microbatches[cell.chunk].size();
    for (int64_t index = 0; index < count; ++index) {
      int64_t time = cell.time + index % unit * description.interval +
                     index / unit * unitInterval;
      int64_t microbatch = microbatches[cell.chunk][index];
      all.push_back(
          {time, number, {stages[cell.chunk], cell.kind, microbatch}});
    }
    ++number;
  }
  // Equal times stand in the order of the pattern.
  std::sort(all.begin(), all.end(), [](const Timed &a, const Timed &b) {
    return std::pair(a.time, a.cell) < std::pair(b.time, b.cell);
  });
  std::vector<PipelineAction> row;
  row.reserve(all.size());
  for (const Timed &timed : all)
    row.push_back(timed.action);
  return row;
}

} // namespace layerpipe::scheduling
