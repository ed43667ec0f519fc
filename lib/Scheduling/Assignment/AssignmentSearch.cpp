//===- AssignmentSearch.cpp - Improvement by moves and swaps --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The descent and its restarts. The steps are in AssignmentSteps.cpp.
//
//===----------------------------------------------------------------------===//

#include "AssignmentSearch.h"

#include <algorithm>

namespace layerpipe::scheduling {

AssignmentSearch::AssignmentSearch(const AssignmentModel &model,
                                   int64_t lowerBound, uint64_t seed)
    : model(model), lowerBound(lowerBound), state(model), generator(seed),
      near(model.processors, false) {
  for (int64_t group = 0; group < model.groups(); ++group)
    if (model.pin[group] < 0)
      free.push_back(group);
}

void AssignmentSearch::move(int64_t group, int64_t to) {
  journal.push_back({group, state.placeOf(group)});
  state.move(group, to);
}

void AssignmentSearch::rollBack(size_t to) {
  while (journal.size() > to) {
    state.move(journal.back().first, journal.back().second);
    journal.pop_back();
  }
}

int64_t AssignmentSearch::cost(int64_t group) const {
  return 1 + static_cast<int64_t>(model.usesOf(group).size());
}

/// Memory first, then the peak, then bytes; what saves bytes may have made
/// room for another step.
void AssignmentSearch::descend(SearchBudget &budget) {
  AssignmentScore before;
  do {
    before = state.score();
    while (!budget.spent() && lowerOverflow(budget))
      continue;
    while (!budget.spent() && lowerPeak(budget))
      continue;
    lowerCommunication(budget);
  } while (state.score() < before && !budget.spent());
}

/// A few groups anywhere; every other time, a layer's groups to one place.
void AssignmentSearch::disturb(int64_t round) {
  if (round % 2 == 1) {
    int64_t first = random(free.size()), to = random(model.processors);
    int64_t layer = model.layer[free[first]];
    constexpr size_t most = 8;
    // Groups of a layer are near each other in the order of tasks.
    size_t begin = first > 4 ? first - 4 : 0;
    for (size_t i = begin; i < std::min(begin + most, free.size()); ++i)
      if (model.layer[free[i]] == layer)
        move(free[i], to);
    return;
  }
  constexpr int disturbances = 3;
  for (int i = 0; i < disturbances; ++i)
    move(free[random(free.size())], random(model.processors));
}

std::vector<int64_t>
AssignmentSearch::improve(const std::vector<int64_t> &start,
                          SearchBudget &budget) {
  for (int64_t group = 0; group < model.groups(); ++group)
    state.move(group, start[group]);
  if (free.empty() || model.processors == 1)
    return start;
  AssignmentScore best = state.score();
  // Every descent counts only if it ends below the best one.
  auto keepOrLeave = [&] {
    if (state.score() < best) {
      best = state.score();
      journal.clear();
    }
    rollBack(0);
  };
  journal.clear();
  descend(budget);
  keepOrLeave();
  const int64_t rounds =
      std::min<int64_t>(20 + 8 * static_cast<int64_t>(free.size()), 400);
  for (int64_t round = 0; round < rounds && !budget.spent(); ++round) {
    disturb(round);
    budget.effort -= 100; // A round is not free, even if it does nothing.
    descend(budget);
    keepOrLeave();
  }
  return state.placement();
}

} // namespace layerpipe::scheduling
