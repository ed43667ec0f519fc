//===- Ranking.cpp - Which of two schedules is better ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ranking.h"

#include <algorithm>

namespace layerpipe::scheduling {

int64_t acceptedPeriod(const JointOptions &options, int64_t bound) {
  int64_t accepted = toleratedPeriod(bound, options.tolerance);
  if (options.longestPeriod > 0)
    accepted = std::max(bound, std::min(accepted, options.longestPeriod));
  return accepted;
}

Ranking::Ranking(const std::vector<Objective> &objectives, int64_t accepted,
                 int64_t processors)
    : order(objectives), accepted(accepted), processors(processors) {
  for (Objective objective : {Objective::period, Objective::staleness,
                              Objective::memory, Objective::communication})
    if (std::find(order.begin(), order.end(), objective) == order.end())
      order.push_back(objective);
}

Ranking::Key Ranking::keyOf(const ScheduleFigures &figures) const {
  Key key = {};
  size_t next = 0;
  for (size_t place = 0; place < 4; ++place)
    switch (order[place]) {
    case Objective::period:
      key[next++] = std::max(figures.period, accepted);
      break;
    case Objective::staleness:
      key[next++] = std::max<int64_t>(figures.maxStaleness - processors + 1, 0);
      key[next++] = figures.staleness;
      key[next++] = figures.maxStaleness;
      break;
    case Objective::memory:
      key[next++] = figures.memory;
      break;
    case Objective::communication:
      key[next++] = figures.communication;
      break;
    }
  key[next] = figures.period;
  return key;
}

} // namespace layerpipe::scheduling
