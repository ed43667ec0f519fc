//===- PeriodRow.h - The steps of a period in use ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A device of period 8 that runs a block of 3 steps from step 6 on uses [6, 8)
// and [0, 1).
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_BLOCKS_PERIODROW_H
#define LAYERPIPE_LIB_SCHEDULING_BLOCKS_PERIODROW_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

class PeriodRow {
public:
  explicit PeriodRow(int64_t period) : period(period) {}

  /// Uses so many steps from `begin` on, 0 ≤ begin < period, all of them free,
  /// or makes them free again. O(n) for n intervals.
  void take(int64_t begin, int64_t steps);
  void give(int64_t begin, int64_t steps);

  /// Returns the first moment from `begin` on from which so many steps are
  /// free, or `end` if there is none before. Moments beyond the period are
  /// those of the next one.
  int64_t nextFree(int64_t begin, int64_t steps, int64_t end) const;

  /// Returns how many free steps are in gaps shorter than this.
  int64_t wasted(int64_t shortest) const;

  std::size_t size() const { return used.size(); }

private:
  struct Interval {
    int64_t begin = 0, end = 0;
  };
  /// Returns the end of the interval that a block meets which starts at a step
  /// of the period, counted from the period's start; −1 if it meets none.
  int64_t blockedUntil(int64_t step, int64_t steps) const;

  int64_t period;
  /// Ascending; none crosses the end of the period.
  std::vector<Interval> used;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_BLOCKS_PERIODROW_H
