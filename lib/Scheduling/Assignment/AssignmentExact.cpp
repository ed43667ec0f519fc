//===- AssignmentExact.cpp - Assignments by branch and bound --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A depth-first search places one group after the other, with a stack of its
// own. Loads, memories and bytes of a partial assignment only grow, so that
// each is a bound of all that can follow. With groups of 4, 3 and 3 on two
// equal processors and a best answer of 7, it places
//
//   4 |       (the other processor would be the same, and is left out);
//   4 3 |     reaches 7, which is no better than the best: back;
//   4 | 3 3   has the period 6, the bound by counting, which ends the search.
//
//===----------------------------------------------------------------------===//

#include "AssignmentExact.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

class Exact {
public:
  Exact(const AssignmentModel &model, const std::vector<int64_t> &start,
        SearchBudget &budget);

  /// These look for assignments below `best` in the period, or, with `cap` as
  /// the period, in the bytes, until there is none or `goal` is reached. They
  /// return false when the budget ended them.
  bool lowerPeriod(int64_t goal);
  bool lowerBytes(int64_t goal);

  std::vector<int64_t> place;
  AssignmentScore best;

private:
  bool search(bool bytes, int64_t goal);
  int64_t nextTarget(int64_t group, int64_t from) const;
  bool fits(bool bytes) const;
  bool roomForRest(int64_t cap) const;
  bool repeatsLast(bool bytes) const;
  void sortGroups();

  const AssignmentModel &model;
  SearchBudget &budget;
  AssignmentState state;
  std::vector<int64_t> order; // The groups without a pin stand here.
  std::vector<Wide> rest;     // Each depth has the plain work of what follows.
  size_t depth = 0;
  int64_t cap = 0;
  bool found = false; // An assignment that fits the memories is known.
};

Exact::Exact(const AssignmentModel &model, const std::vector<int64_t> &start,
             SearchBudget &budget)
    : place(start), model(model), budget(budget), state(model) {
  for (int64_t group = 0; group < model.groups(); ++group)
    state.move(group, start[group]);
  best = state.score();
  found = best.overflow == 0;
  for (int64_t group = 0; group < model.groups(); ++group)
    if (model.pin[group] < 0)
      state.move(group, -1);
  sortGroups();
}

void Exact::sortGroups() {
  for (int64_t group = 0; group < model.groups(); ++group)
    if (model.pin[group] < 0)
      order.push_back(group);
  auto rank = [&](int64_t group) {
    return std::tuple(-model.leastTime[group],
                      -static_cast<int64_t>(model.usesOf(group).size()), group);
  };
  std::sort(order.begin(), order.end(),
            [&](int64_t a, int64_t b) { return rank(a) < rank(b); });
  rest.assign(order.size() + 1, 0);
  for (size_t i = order.size(); i-- > 0;) {
    rest[i] = rest[i + 1];
    for (int64_t task : model.tasksOf(order[i]))
      rest[i] += model.problem.graph.tasks[task].time;
  }
}

/// Returns whether the work that still fits below `cap` on all processors is
/// enough for the rest. A processor of speed s does at most s·room of it.
bool Exact::roomForRest(int64_t cap) const {
  if (model.equalSpeeds()) {
    // This is exact in the times as they are on these processors, rounded per
    // task.
    Wide room = 0;
    for (int64_t id = 0; id < model.processors; ++id)
      room += cap - state.load(id);
    Fraction speed = model.classSpeeds.front();
    return room * speed.numerator >= rest[depth] * speed.denominator;
  }
  // The speeds have a common denominator, as the check of the machine ensures.
  int64_t common = 1;
  for (const Fraction &speed : model.classSpeeds)
    common = std::lcm(common, speed.denominator);
  Wide room = 0;
  for (int64_t id = 0; id < model.processors; ++id) {
    const Fraction &speed = model.classSpeeds[model.speedClass[id]];
    room += Wide(cap - state.load(id)) * speed.numerator *
            (common / speed.denominator);
  }
  return room >= rest[depth] * common;
}

bool Exact::fits(bool bytes) const {
  AssignmentScore score = state.score();
  if (score.overflow > 0 || score.period > cap)
    return false;
  if (bytes && score.communication >= best.communication)
    return false;
  return roomForRest(cap);
}

/// Returns the first processor from `from` on that is worth trying, or the
/// number of processors if there is none.
int64_t Exact::nextTarget(int64_t group, int64_t from) const {
  for (int64_t id = from; id < model.processors; ++id) {
    if (state.load(id) + model.timeOn(group, id) > cap)
      continue;
    bool repeats = false;
    if (state.groupsOn(id).empty())
      for (int64_t other = 0; other < id && !repeats; ++other)
        repeats = model.twins[other] == model.twins[id] &&
                  state.groupsOn(other).empty();
    if (!repeats)
      return id;
  }
  return model.processors;
}

/// Returns whether the group at this depth could change places with the one
/// before it. If so, only placements in which it comes on the same processor or
/// a later one are new.
bool Exact::repeatsLast(bool bytes) const {
  return !bytes && depth < order.size() && model.equalSpeeds() &&
         !model.hasLinks() && !model.hasMemory() &&
         model.leastTime[order[depth]] == model.leastTime[order[depth - 1]];
}

/// Descends once through all placements. `state` is empty before and after,
/// except for the pinned groups.
bool Exact::search(bool bytes, int64_t goal) {
  std::vector<int64_t> tried(order.size() + 1, -1);
  bool complete = true;
  depth = 0;
  if (!fits(bytes))
    return true;
  while (true) {
    bool leaf = depth == order.size();
    if (leaf) {
      best = state.score();
      place = state.placement();
      found = true;
      cap = bytes ? cap : best.period - 1;
      bool done = bytes ? best.communication <= goal : best.period <= goal;
      if (done)
        break;
    }
    bool descended = false;
    if (!leaf) {
      int64_t group = order[depth];
      int64_t &last = tried[depth];
      state.move(group, -1);
      last = nextTarget(group, last + 1);
      if (last < model.processors) {
        state.move(group, last);
        budget.effort -=
            2 + model.processors / 4 + 2 * int64_t(model.usesOf(group).size());
        if (budget.spent()) {
          complete = false;
          break;
        }
        ++depth;
        if (!fits(bytes))
          --depth;
        else
          tried[depth] = repeatsLast(bytes) ? last - 1 : -1;
        // If the group did not fit, the next processor is tried.
        descended = true;
      }
    }
    if (descended)
      continue;
    if (depth == 0)
      break;
    --depth;
  }
  for (int64_t group : order)
    state.move(group, -1);
  return complete;
}

bool Exact::lowerPeriod(int64_t goal) {
  cap = found ? best.period - 1 : std::numeric_limits<int64_t>::max() / 4;
  if (found && best.period <= goal)
    return true;
  return search(/*bytes=*/false, goal);
}

bool Exact::lowerBytes(int64_t goal) {
  cap = best.period;
  if (best.communication <= goal)
    return true;
  return search(/*bytes=*/true, goal);
}

} // namespace

ExactAnswer searchAssignments(const AssignmentModel &model,
                              const std::vector<int64_t> &start,
                              int64_t lowerBound, int64_t communicationBound,
                              SearchBudget &budget) {
  Exact exact(model, start, budget);
  ExactAnswer answer;
  answer.lowerBound = lowerBound;
  answer.communicationBound = communicationBound;
  answer.periodProven = exact.lowerPeriod(lowerBound);
  if (exact.best.overflow == 0) {
    if (answer.periodProven)
      answer.lowerBound = exact.best.period;
    bool ended = exact.lowerBytes(communicationBound);
    answer.bytesProven = ended && answer.periodProven;
    if (answer.bytesProven)
      answer.communicationBound = exact.best.communication;
  }
  answer.place = exact.place;
  answer.score = exact.best;
  return answer;
}

} // namespace layerpipe::scheduling
