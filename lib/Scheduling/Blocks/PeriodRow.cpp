//===- PeriodRow.cpp - The steps of a period in use -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PeriodRow.h"

#include <algorithm>

namespace layerpipe::scheduling {

void PeriodRow::take(int64_t begin, int64_t steps) {
  auto add = [&](int64_t from, int64_t to) {
    auto place = std::lower_bound(
        used.begin(), used.end(), from,
        [](const Interval &one, int64_t at) { return one.begin < at; });
    used.insert(place, {from, to});
  };
  add(begin, std::min(begin + steps, period));
  if (begin + steps > period)
    add(0, begin + steps - period);
}

void PeriodRow::give(int64_t begin, int64_t steps) {
  auto remove = [&](int64_t from) {
    used.erase(std::find_if(used.begin(), used.end(), [&](const Interval &one) {
      return one.begin == from;
    }));
  };
  remove(begin);
  if (begin + steps > period)
    remove(0);
}

int64_t PeriodRow::blockedUntil(int64_t step, int64_t steps) const {
  auto behind = std::upper_bound(
      used.begin(), used.end(), step,
      [](int64_t at, const Interval &one) { return at < one.end; });
  if (behind != used.end() && behind->begin < step + steps)
    return behind->end;
  // What crosses the end of the period meets the first interval of the next.
  if (!used.empty() && used.front().begin + period < step + steps)
    return used.front().end + period;
  return -1;
}

int64_t PeriodRow::nextFree(int64_t begin, int64_t steps, int64_t end) const {
  while (begin < end) {
    int64_t step = begin % period;
    int64_t until = blockedUntil(step, steps);
    if (until < 0)
      return begin;
    begin += until - step;
  }
  return end;
}

int64_t PeriodRow::wasted(int64_t shortest) const {
  if (used.empty())
    return 0;
  int64_t sum = 0;
  auto count = [&](int64_t gap) { sum += gap < shortest ? gap : 0; };
  for (size_t i = 1; i < used.size(); ++i)
    count(used[i].begin - used[i - 1].end);
  count(used.front().begin + period - used.back().end);
  return sum;
}

} // namespace layerpipe::scheduling
