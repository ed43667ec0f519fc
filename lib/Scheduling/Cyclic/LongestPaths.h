//===- LongestPaths.h - Longest paths between all pairs ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Difference constraints are added one at a time, and the paths are closed
// after each, for searches that ask for every difference after every step.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_LONGESTPATHS_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_LONGESTPATHS_H

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace layerpipe::scheduling {

/// This holds the lower bounds of time(b) − time(a), closed under addition:
/// after b − a ≥ 2 and c − b ≥ 1, it knows that c − a ≥ 3.
class LongestPaths {
public:
  explicit LongestPaths(int64_t count)
      : count(count), least(count * count, noPath) {
    for (int64_t i = 0; i < count; ++i)
      least[i * count + i] = 0;
  }

  int64_t of(int64_t from, int64_t to) const {
    return least[from * count + to];
  }

  /// Adds time(to) − time(from) ≥ weight. Returns false when that contradicts
  /// the rest.
  bool add(int64_t from, int64_t to, int64_t weight) {
    if (of(from, to) >= weight)
      return true;
    int64_t back = of(to, from);
    if (back != noPath && back + weight > 0)
      return false;
    for (int64_t a = 0; a < count; ++a) {
      int64_t before = of(a, from);
      if (before == noPath)
        continue;
      for (int64_t b = 0; b < count; ++b)
        if (int64_t after = of(to, b); after != noPath)
          least[a * count + b] =
              std::max(least[a * count + b], before + weight + after);
    }
    return true;
  }

private:
  static constexpr int64_t noPath = std::numeric_limits<int64_t>::min();

  int64_t count;
  std::vector<int64_t> least;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_LONGESTPATHS_H
