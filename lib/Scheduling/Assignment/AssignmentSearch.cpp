//===- AssignmentSearch.cpp - Improvement by moves and swaps --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the steps first: each is judged by what it changes alone, and
// none makes a memory overflow more, or anything busier than the busiest
// resource. Then come the descent and its restarts.
//
//===----------------------------------------------------------------------===//

#include "AssignmentSearch.h"

#include <algorithm>
#include <tuple>

namespace layerpipe::scheduling {

namespace {

/// As soon as a step is found, so many groups more are looked at.
constexpr int64_t scanned = 64;
/// This many processors are tried besides those of a group's neighbours.
constexpr size_t mostTargets = 16;
/// This many partners of an exchange are tried on a processor.
constexpr size_t mostPartners = 48;

} // namespace

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

/// Finds the processors with the least load; all of them on small machines.
void AssignmentSearch::findTargets(SearchBudget &budget) {
  budget.effort -= model.processors / 8;
  targets.resize(model.processors);
  for (int64_t id = 0; id < model.processors; ++id)
    targets[id] = id;
  if (targets.size() <= mostTargets)
    return;
  std::partial_sort(targets.begin(), targets.begin() + mostTargets,
                    targets.end(), [&](int64_t a, int64_t b) {
                      return std::pair(state.load(a), a) <
                             std::pair(state.load(b), b);
                    });
  targets.resize(mostTargets);
}

/// Returns the other processors that run a neighbour of the group.
std::vector<int64_t> AssignmentSearch::neighbours(int64_t group) {
  std::vector<int64_t> found;
  auto add = [&](int64_t id) {
    if (id < 0 || near[id] || id == state.placeOf(group))
      return;
    near[id] = true;
    found.push_back(id);
  };
  for (const AssignmentModel::Use &use : model.usesOf(group)) {
    if (int64_t maker = model.maker[use.value]; maker >= 0)
      add(state.placeOf(maker));
    for (const AssignmentState::Reader &reader : state.readersOf(use.value)) {
      add(reader.processor);
      if (found.size() >= mostTargets)
        break;
    }
  }
  for (int64_t id : found)
    near[id] = false;
  return found;
}

/// Returns the groups that can lighten a resource, beginning at a random one.
std::vector<int64_t> AssignmentSearch::groupsAt(int64_t resource,
                                                SearchBudget &budget) {
  std::vector<int64_t> groups;
  auto add = [&](int64_t id) {
    const std::vector<int64_t> &there = state.groupsOn(id);
    groups.insert(groups.end(), there.begin(), there.end());
  };
  if (state.isLink(resource)) {
    auto [a, b] = state.endsOf(resource);
    add(a);
    add(b);
  } else {
    add(resource);
  }
  std::erase_if(groups, [&](int64_t group) { return model.pin[group] >= 0; });
  budget.effort -= static_cast<int64_t>(groups.size() / 8);
  if (!groups.empty())
    std::rotate(groups.begin(), groups.begin() + random(groups.size()),
                groups.end());
  return groups;
}

/// Returns all groups of a processor, or some if there are too many. Of some,
/// half have the time of `likeGroup`, where they are found among the ones that
/// are looked at.
std::vector<int64_t> AssignmentSearch::someGroupsOn(int64_t processor,
                                                    int64_t likeGroup) {
  const std::vector<int64_t> &there = state.groupsOn(processor);
  if (there.size() <= mostPartners)
    return there;
  std::vector<int64_t> some;
  size_t first = random(there.size());
  for (size_t i = 0; i < 4 * mostPartners && some.size() < mostPartners; ++i) {
    int64_t group = there[(first + i) % there.size()];
    bool alike = model.leastTime[group] == model.leastTime[likeGroup];
    if (alike || i % 8 == 0)
      some.push_back(group);
    if (i + 1 == there.size())
      break;
  }
  return some;
}

void AssignmentSearch::lookAtMoves(int64_t group, int64_t resource, Step &best,
                                   SearchBudget &budget) {
  int64_t peak = state.peak();
  auto consider = [&](int64_t to) {
    if (to == state.placeOf(group))
      return;
    MoveEffect effect = state.effectOf(group, to, resource);
    budget.effort -= cost(group);
    if (effect.watched >= 0 || effect.raised >= peak || effect.overflow > 0)
      return;
    AssignmentScore cost{
        effect.overflow,
        std::max(effect.raised, state.load(resource) + effect.watched),
        effect.communication};
    if (best.group < 0 || cost < best.cost)
      best = {group, to, -1, cost};
  };
  for (int64_t to : targets)
    consider(to);
  if (targets.size() < static_cast<size_t>(model.processors))
    for (int64_t to : neighbours(group))
      consider(to);
}

/// Tries the exchange of two groups and takes it back; `best` keeps it if it is
/// better. With loads of 4 + 3 and 2 + 3, for instance, exchanging the 4 and
/// the 3 of the other processor lowers the peak from 7 to 6.
void AssignmentSearch::lookAtSwap(int64_t group, int64_t other,
                                  int64_t resource, Step &best,
                                  SearchBudget &budget) {
  int64_t here = state.placeOf(group), there = state.placeOf(other);
  int64_t peak = state.peak();
  int64_t loadHere =
      state.load(here) - model.timeOn(group, here) + model.timeOn(other, here);
  int64_t loadThere = state.load(there) - model.timeOn(other, there) +
                      model.timeOn(group, there);
  budget.effort -= 1;
  if (model.pin[other] >= 0 || loadThere >= peak || loadHere > peak ||
      (resource == here && loadHere >= peak) ||
      (best.group >= 0 && std::max(loadHere, loadThere) > best.cost.period))
    return;
  AssignmentScore before = state.score();
  int64_t load = state.load(resource);
  state.move(group, there);
  MoveEffect effect = state.effectOf(other, here, resource);
  AssignmentScore middle = state.score();
  int64_t after = state.load(resource) + effect.watched;
  // The second half may take away the peak of the first half.
  int64_t highest = std::max({effect.raised, after, loadHere, loadThere});
  int64_t overflow = middle.overflow + effect.overflow - before.overflow;
  int64_t bytes =
      middle.communication + effect.communication - before.communication;
  bool lower = after < load && highest < peak && overflow <= 0;
  if (lower && model.hasLinks()) {
    state.move(other, here);
    lower = state.peak() < peak ||
            (state.peak() == peak && state.busiest() != resource);
    state.move(other, there);
  }
  state.move(group, here);
  budget.effort -= 4 * (cost(group) + cost(other));
  AssignmentScore cost{overflow, highest, bytes};
  if (lower && (best.group < 0 || cost < best.cost))
    best = {group, there, other, cost};
}

void AssignmentSearch::lookAtSwaps(int64_t group, int64_t resource, Step &best,
                                   SearchBudget &budget) {
  for (int64_t to : targets)
    if (to != state.placeOf(group))
      for (int64_t other : someGroupsOn(to, group)) {
        if (budget.spent())
          return;
        lookAtSwap(group, other, resource, best, budget);
      }
}

bool AssignmentSearch::take(const Step &step) {
  if (step.group < 0)
    return false;
  int64_t from = state.placeOf(step.group);
  move(step.group, step.to);
  if (step.other >= 0)
    move(step.other, from);
  return true;
}

bool AssignmentSearch::moveFrom(int64_t resource, SearchBudget &budget) {
  Step best;
  int64_t left = -1;
  for (int64_t group : groupsAt(resource, budget)) {
    if (budget.spent() || left == 0)
      break;
    lookAtMoves(group, resource, best, budget);
    if (best.group >= 0)
      left = left < 0 ? scanned : left - 1;
  }
  return take(best);
}

bool AssignmentSearch::swapFrom(int64_t resource, SearchBudget &budget) {
  Step best;
  int64_t left = -1;
  for (int64_t group : groupsAt(resource, budget)) {
    if (budget.spent() || left == 0)
      break;
    lookAtSwaps(group, resource, best, budget);
    if (best.group >= 0)
      left = left < 0 ? scanned : left - 1;
  }
  return take(best);
}

/// Moves all of a layer that is at the resource to another processor, if that
/// lowers the peak.
bool AssignmentSearch::moveLayerFrom(int64_t resource, SearchBudget &budget) {
  std::vector<int64_t> groups = groupsAt(resource, budget);
  std::sort(groups.begin(), groups.end(), [&](int64_t a, int64_t b) {
    return std::pair(model.layer[a], a) < std::pair(model.layer[b], b);
  });
  AssignmentScore before = state.score();
  for (size_t begin = 0, end = 0; begin < groups.size(); begin = end) {
    int64_t effort = 0;
    for (; end < groups.size() &&
           model.layer[groups[end]] == model.layer[groups[begin]];
         ++end)
      effort += 2 * cost(groups[end]);
    if (end - begin < 2 || effort > budget.effort)
      continue;
    for (int64_t to : targets) {
      if (budget.spent())
        return false;
      size_t mark = journal.size();
      for (size_t i = begin; i < end; ++i)
        move(groups[i], to);
      budget.effort -= effort;
      AssignmentScore after = state.score();
      if (after.overflow <= before.overflow && after.period < before.period)
        return true;
      rollBack(mark);
    }
  }
  return false;
}

/// Takes one step that takes load from the busiest resource: a move, an
/// exchange, or a layer's move. Returns false if none is found.
bool AssignmentSearch::lowerPeak(SearchBudget &budget) {
  if (state.peak() <= lowerBound)
    return false;
  findTargets(budget);
  int64_t resource = state.busiest();
  return moveFrom(resource, budget) || swapFrom(resource, budget) ||
         moveLayerFrom(resource, budget);
}

/// Moves or exchanges once to empty the memories that overflow. This may raise
/// the peak.
bool AssignmentSearch::lowerOverflow(SearchBudget &budget) {
  if (state.score().overflow == 0)
    return false;
  findTargets(budget);
  AssignmentScore before = state.score();
  for (int64_t id = 0; id < model.processors; ++id) {
    if (state.overflowOf(id) == 0)
      continue;
    Step best;
    for (int64_t group : groupsAt(id, budget))
      for (int64_t to : targets) {
        if (budget.spent())
          return take(best);
        MoveEffect effect = state.effectOf(group, to);
        budget.effort -= cost(group);
        AssignmentScore cost{effect.overflow, effect.raised,
                             effect.communication};
        if (effect.overflow < 0 && (best.group < 0 || cost < best.cost))
          best = {group, to, -1, cost};
      }
    if (take(best))
      return true;
    for (int64_t group : groupsAt(id, budget))
      for (int64_t to : targets)
        for (int64_t other : someGroupsOn(to, group)) {
          if (budget.spent())
            return false;
          if (to == id || model.pin[other] >= 0)
            continue;
          size_t mark = journal.size();
          move(group, to);
          move(other, id);
          budget.effort -= 2 * (cost(group) + cost(other));
          if (state.score().overflow < before.overflow)
            return true;
          rollBack(mark);
        }
  }
  return false;
}

/// Exchanges two groups to save bytes under the present peak.
bool AssignmentSearch::swapToSave(int64_t group, int64_t to,
                                  SearchBudget &budget) {
  int64_t here = state.placeOf(group);
  AssignmentScore before = state.score();
  int64_t cap = std::max(before.period, lowerBound);
  for (int64_t other : someGroupsOn(to, group)) {
    if (budget.spent())
      return false;
    budget.effort -= 1;
    if (model.pin[other] >= 0 ||
        state.load(here) - model.timeOn(group, here) +
                model.timeOn(other, here) >
            cap ||
        state.load(to) - model.timeOn(other, to) + model.timeOn(group, to) >
            cap)
      continue;
    size_t mark = journal.size();
    move(group, to);
    move(other, here);
    budget.effort -= 4 * (cost(group) + cost(other));
    if (state.score() < before)
      return true;
    rollBack(mark);
  }
  return false;
}

bool AssignmentSearch::saveBytes(int64_t group, SearchBudget &budget) {
  int64_t cap = std::max(state.peak(), lowerBound);
  int64_t target = -1;
  std::pair<int64_t, int64_t> best{0, 0}; // This has bytes and a load.
  std::vector<int64_t> wanted;
  budget.effort -= cost(group);
  for (int64_t to : neighbours(group)) {
    MoveEffect effect = state.effectOf(group, to);
    budget.effort -= cost(group);
    if (effect.communication >= 0 || effect.overflow > 0)
      continue;
    if (effect.raised > cap) {
      wanted.push_back(to);
      continue;
    }
    std::pair offer{effect.communication, effect.raised};
    if (offer < best) {
      best = offer;
      target = to;
    }
  }
  if (target >= 0) {
    move(group, target);
    return true;
  }
  for (int64_t to : wanted)
    if (swapToSave(group, to, budget))
      return true;
  return false;
}

/// Sweeps over all groups, saving bytes, until a sweep finds nothing more to
/// save.
void AssignmentSearch::lowerCommunication(SearchBudget &budget) {
  constexpr int mostSweeps = 16;
  bool found = true;
  for (int sweep = 0; sweep < mostSweeps && found; ++sweep) {
    found = false;
    for (int64_t group : free) {
      if (budget.spent())
        return;
      found |= saveBytes(group, budget);
    }
  }
}

/// Lowers memory first, then the peak, then bytes, and begins again as long as
/// that helps, since saving bytes may have made room for another step.
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

/// Disturbs the placement. Moves a few groups anywhere; every other time it
/// moves a layer's groups to one place.
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
