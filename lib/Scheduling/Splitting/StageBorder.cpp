//===- StageBorder.cpp - What a stage takes at its border -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageBorder.h"

#include <algorithm>
#include <tuple>

namespace layerpipe::scheduling {

/// A border has up to three lists of reaches. The search tries at most so many
/// reaches of two of them with each other, and of the third only the second
/// number that fit best, so that a border costs at most some 100,000 looks.
static constexpr size_t mostReaches = 64;
static constexpr int64_t mostFitting = 16;

StageBorder borderFrom(const StageRows &rows, size_t first, size_t count) {
  StageBorder border;
  for (size_t index = first; index < std::min(first + count, rows.rows.size());
       ++index) {
    const StageRow &row = rows.rows[index];
    border.forward.insert(border.forward.end(), row.forward.begin(),
                          row.forward.end());
    size_t earlier = border.weights.size();
    for (int64_t task : row.backward)
      if (rows.isWeightGradient(task))
        border.weights.push_back(task);
    for (int64_t task : row.backward) {
      if (rows.isWeightGradient(task))
        continue;
      size_t needed = earlier;
      for (size_t weight = earlier; weight < border.weights.size(); ++weight)
        if (rows.reads(border.weights[weight], task))
          needed = weight + 1;
      if (!border.needed.empty())
        needed = std::max(needed, border.needed.back());
      border.backward.push_back(task);
      border.needed.push_back(needed);
    }
  }
  return border;
}

/// Returns every so many of them and all that cut nothing, such that few enough
/// are left.
static std::vector<Reach> thin(const std::vector<Reach> &all) {
  size_t step = (all.size() + mostReaches - 1) / mostReaches;
  std::vector<Reach> kept;
  for (size_t index = 0; index < all.size(); ++index)
    if (index % step == 0 || !all[index].cuts() || index + 1 == all.size())
      kept.push_back(all[index]);
  return kept;
}

BorderChoice chooseAtBorder(const StageBorder &border,
                            const BorderRoom &given) {
  std::vector<Reach> ends = thin(given.forward), weights = thin(given.weights);
  auto key = [&](const BorderChoice &choice) {
    int64_t time = 0, cuts = 0;
    size_t farthest = 0;
    for (const Reach *reach :
         {&choice.forward, &choice.backward, &choice.weights}) {
      time += reach->time;
      cuts += reach->cuts();
      farthest = std::max(farthest, reach->whole);
    }
    return time >= given.room - given.spare
               ? std::tuple(false, farthest, cuts, time)
               : std::tuple(true, size_t(0), int64_t(0), -time);
  };
  BorderChoice best;
  auto bestKey = key(best);
  for (const Reach &end : ends)
    for (const Reach &weight : weights) {
      auto last = std::upper_bound(
          given.backward.begin(), given.backward.end(),
          given.room - end.time - weight.time,
          [](int64_t most, const Reach &reach) { return most < reach.time; });
      for (int64_t look = 0;
           look < mostFitting && last != given.backward.begin(); ++look) {
        BorderChoice choice{end, *--last, weight};
        if (weight.time < given.timeOfFirst[border.neededFor(*last)])
          continue;
        if (auto mine = key(choice); mine < bestKey) {
          best = choice;
          bestKey = mine;
        }
      }
    }
  return best;
}

} // namespace layerpipe::scheduling
