//===- LevellingTuning.cpp - Small adjustments that add up ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last bit of a transfer is a sum of small adjustments: cuts between two
// processors are shifted by a few quanta, and small tasks are moved either way,
// such that their times add up to what is wanted. Sizes of quanta differ
// between tasks, so that a handful of cuts can be combined to almost any
// amount. This is a subset sum, found by two halves that meet (Horowitz and
// Sahni, "Computing partitions with applications to the knapsack problem",
// 1974). To move 9 units, for instance,
//
//   the first tasks can move 0, 3, 5 or 8, the others 0, 4 or 7;
//   5 from the first and 4 from the others do.
//
//===----------------------------------------------------------------------===//

#include "Levelling.h"

#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace layerpipe::scheduling {

namespace {

/// A combination has one choice for each variable of a half.
struct Combination {
  int64_t amount = 0;
  Wide cost = 0;
  /// Each variable has `bits` bits here, the first one the lowest: 0 for
  /// nothing, or 1 + the index of its option.
  uint64_t chosen = 0;
};

constexpr unsigned bits = 4;
constexpr size_t mostOptions = (1 << bits) - 1;

/// Returns all choices for the variables from `begin` to `end`.
template <typename Change>
std::vector<Combination>
combine(const std::vector<std::vector<Change>> &variables, size_t begin,
        size_t end) {
  std::vector<Combination> all = {{}};
  for (size_t variable = begin; variable < end; ++variable) {
    const std::vector<Change> &options = variables[variable];
    size_t count = all.size();
    for (size_t option = 0; option < options.size(); ++option)
      for (size_t base = 0; base < count; ++base)
        all.push_back(
            {all[base].amount + options[option].amount,
             all[base].cost + options[option].cost,
             all[base].chosen | (option + 1) << (bits * (variable - begin))});
  }
  return all;
}

/// Returns one combination of each half whose amounts are from `low` to `high`
/// together: the cheapest pair, as far as a few looks for each of the left ones
/// tell.
std::optional<std::pair<Combination, Combination>>
meet(const std::vector<Combination> &left, std::vector<Combination> right,
     int64_t low, int64_t high) {
  std::sort(right.begin(), right.end(),
            [](const Combination &a, const Combination &b) {
              return std::tie(a.amount, a.chosen) <
                     std::tie(b.amount, b.chosen);
            });
  std::optional<std::pair<Combination, Combination>> best;
  Wide least = 0;
  for (const Combination &first : left) {
    auto second = std::lower_bound(
        right.begin(), right.end(), low - first.amount,
        [](const Combination &a, int64_t amount) { return a.amount < amount; });
    constexpr int looks = 16;
    for (int look = 0; look < looks && second != right.end() &&
                       first.amount + second->amount <= high;
         ++look, ++second)
      if (Wide cost = first.cost + second->cost; !best || cost < least) {
        best = {first, *second};
        least = cost;
      }
  }
  return best;
}

} // namespace

/// Returns ways to move a little of one part to `taker`: all of a whole task, a
/// cut that is there shifted, or a new cut.
std::vector<Levelling::Change> Levelling::smallSteps(int64_t task, size_t part,
                                                     int64_t taker) {
  constexpr int64_t reach = 2;
  std::vector<Change> options;
  const TaskPlacement &now = state.placement(task);
  if (now.rule < 0) {
    TaskPlacement moved = now;
    moved.parts.front().processor = taker;
    options.push_back({task, moved, model.graph.tasks[task].time});
    for (int64_t rule : model.rulesOf[task]) {
      TaskPlacement whole{rule, now.parts};
      whole.parts.front().end = model.rules[rule].length;
      shave(task, whole, 0, taker, reach, options);
    }
    return options;
  }
  shave(task, now, part, taker, reach, options);
  return options;
}

/// Adds the options that move the last 1 … `reach` quanta of the part to
/// `taker`, or the first ones where the part in front is the taker's.
void Levelling::shave(int64_t task, const TaskPlacement &now, size_t part,
                      int64_t taker, int64_t reach,
                      std::vector<Change> &options) {
  const SplitRule &rule = model.rules[now.rule];
  int64_t begin = part == 0 ? 0 : now.parts[part - 1].end;
  int64_t end = now.parts[part].end;
  bool front = part > 0 && now.parts[part - 1].processor == taker;
  for (int64_t step = 1; step <= reach; ++step) {
    int64_t at = front ? begin + step * rule.quantum
                       : (end - 1) / rule.quantum * rule.quantum -
                             (step - 1) * rule.quantum;
    if (at <= begin || at >= end)
      return;
    Change change{task, now};
    if (front) {
      change.placement.parts[part - 1].end = at;
    } else {
      change.placement.parts[part].end = at;
      change.placement.parts.insert(change.placement.parts.begin() + part + 1,
                                    {end, taker});
    }
    change.amount = front ? timeBetween(task, now.rule, begin, at)
                          : timeBetween(task, now.rule, at, end);
    options.push_back(std::move(change));
  }
}

/// Returns for each of a few tasks ways to move a little of it from `from` to
/// `to`, or, with a negative amount, back. Small ones come first, but there are
/// others, since what is wanted may be much.
std::vector<std::vector<Levelling::Change>> Levelling::adjustments(int64_t from,
                                                                   int64_t to) {
  constexpr size_t most = 10;
  std::vector<std::vector<Change>> variables;
  std::unordered_map<int64_t, size_t> variableOf;
  for (bool back : {false, true}) {
    int64_t giver = back ? to : from, taker = back ? from : to;
    for (auto [task, part] : partsOn(giver, taker)) {
      auto [place, isNew] = variableOf.emplace(task, variables.size());
      if (isNew)
        variables.emplace_back();
      std::vector<Change> &options = variables[place->second];
      for (Change &change : smallSteps(task, part, taker)) {
        change.amount = back ? -change.amount : change.amount;
        if (change.amount != 0 && options.size() < mostOptions)
          options.push_back(std::move(change));
      }
    }
  }
  std::erase_if(variables, [](const auto &options) { return options.empty(); });
  auto size = [](const std::vector<Change> &options) {
    return std::pair(std::abs(options.back().amount), options.back().task);
  };
  std::sort(variables.begin(), variables.end(),
            [&](const auto &a, const auto &b) { return size(a) < size(b); });
  if (variables.size() > most) {
    std::vector<std::vector<Change>> spread;
    for (size_t i = 0; i < most; ++i)
      spread.push_back(std::move(variables[i * variables.size() / most]));
    variables = std::move(spread);
  }
  constexpr size_t fewOptions = 6;
  for (std::vector<Change> &options : variables) {
    options.resize(std::min(options.size(), fewOptions));
    for (Change &change : options)
      change.cost = state.costOf(change.task, change.placement);
  }
  return variables;
}

/// Moves time between two processors to meet the window. Leaves the state as it
/// is if no combination fits.
bool Levelling::tune(int64_t from, int64_t to, Window window) {
  std::vector<std::vector<Change>> variables = adjustments(from, to);
  size_t half = variables.size() / 2;
  auto best =
      meet(combine(variables, 0, half),
           combine(variables, half, variables.size()), window.low, window.high);
  if (!best)
    return false;
  for (size_t variable = 0; variable < variables.size(); ++variable) {
    bool left = variable < half;
    uint64_t chosen = (left ? best->first : best->second).chosen >>
                      (bits * (left ? variable : variable - half));
    if (uint64_t option = chosen & mostOptions; option > 0)
      apply(variables[variable][option - 1]);
  }
  return true;
}

} // namespace layerpipe::scheduling
