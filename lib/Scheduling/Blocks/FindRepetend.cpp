//===- FindRepetend.cpp - Where a schedule repeats itself -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/BlockProblem.h"

#include <algorithm>
#include <numeric>

namespace layerpipe::scheduling {

/// Makes a repetend of these blocks of a schedule, each once, such that the
/// latest microbatch among them is the first.
static Repetend repetendOf(const BlockSchedule &schedule, int64_t period,
                           std::span<const int64_t> cells) {
  auto count = static_cast<int64_t>(cells.size());
  int64_t latest = *std::max_element(cells.begin(), cells.end()) / count;
  int64_t begin = schedule.start[cells.front()];
  Repetend repetend{period, std::vector<int64_t>(count)};
  for (int64_t cell : cells)
    repetend.start[cell % count] =
        schedule.start[cell] - begin + (latest - cell / count) * period;
  return repetend;
}

std::optional<SchedulePart> findRepetend(const BlockProblem &problem,
                                         const BlockSchedule &schedule,
                                         int64_t period) {
  std::vector<int64_t> cells(schedule.start.size());
  std::iota(cells.begin(), cells.end(), 0);
  std::sort(cells.begin(), cells.end(), [&](int64_t a, int64_t b) {
    return std::pair(schedule.start[a], a) < std::pair(schedule.start[b], b);
  });
  auto count = static_cast<int64_t>(problem.blocks.size());
  std::vector<int64_t> times(count, 0);
  int64_t different = 0;
  size_t end = 0;
  for (size_t begin = 0; begin < cells.size(); ++begin) {
    int64_t first = schedule.start[cells[begin]];
    while (end < cells.size() && schedule.start[cells[end]] < first + period)
      different += times[cells[end++] % count]++ == 0;
    bool startsHere = begin == 0 || schedule.start[cells[begin - 1]] < first;
    if (startsHere && different == count &&
        static_cast<int64_t>(end - begin) == count &&
        verify(problem,
               repetendOf(schedule, period, {&cells[begin], size_t(count)})))
      return SchedulePart{first, first + period};
    different -= --times[cells[begin] % count] == 0;
  }
  return std::nullopt;
}

} // namespace layerpipe::scheduling
