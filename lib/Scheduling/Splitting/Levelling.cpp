//===- Levelling.cpp - Levelling loads by splitting tasks -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file decides which processors give to which, and chooses greedily what
// they give. LevellingTuning.cpp has the fine choice; together they would be
// one file of 580 lines.
//
//===----------------------------------------------------------------------===//

#include "Levelling.h"

#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include <algorithm>
#include <set>

namespace layerpipe::scheduling {

Levelling::Levelling(const SplitModel &model, SplitState &state, int64_t limit,
                     Deadline &deadline)
    : model(model), state(state), limit(limit), deadline(deadline) {}

void Levelling::apply(const Change &change) {
  journal.emplace_back(change.task, state.placement(change.task));
  state.change(change.task, change.placement);
}

void Levelling::rollBack(size_t to) {
  while (journal.size() > to) {
    state.change(journal.back().first, std::move(journal.back().second));
    journal.pop_back();
  }
}

/// Returns what a processor does in `time`, in the time of a processor of speed
/// 1.
int64_t Levelling::workOf(int64_t time, int64_t processor) const {
  Fraction speed = speedOf(model.machine, processor);
  return static_cast<int64_t>(
      floorDiv(Wide(time) * speed.numerator, speed.denominator));
}

/// Returns the time of positions begin … end − 1 of the task under the split
/// rule, or the whole task's time if there is no split rule.
int64_t Levelling::timeBetween(int64_t task, int64_t rule, int64_t begin,
                               int64_t end) const {
  int64_t time = model.graph.tasks[task].time;
  return rule < 0 ? time : partTime(time, begin, end, model.rules[rule].length);
}

/// Returns the parts on a processor that may move, those of layers near to what
/// `near` runs first, and only as many as are worth a closer look.
std::vector<std::pair<int64_t, size_t>> Levelling::partsOn(int64_t processor,
                                                           int64_t near) {
  constexpr size_t most = 128;
  std::set<int64_t> layers;
  struct Found {
    int64_t distance, task;
    size_t part;
    auto operator<=>(const Found &) const = default;
  };
  std::vector<Found> found;
  for (size_t task = 0; task < model.graph.tasks.size(); ++task) {
    const std::vector<Part> &parts = state.placement(task).parts;
    for (size_t part = 0; part < parts.size(); ++part) {
      if (parts[part].processor == near)
        layers.insert(model.graph.tasks[task].layer);
      if (parts[part].processor == processor &&
          model.graph.tasks[task].time > 0 && !model.isPinned(task))
        found.push_back({0, int64_t(task), part});
    }
  }
  for (Found &entry : found) {
    int64_t layer = model.graph.tasks[entry.task].layer;
    auto above = layers.lower_bound(layer);
    int64_t distance = layers.empty() ? 0 : INT64_MAX;
    if (above != layers.end())
      distance = *above - layer;
    if (above != layers.begin())
      distance = std::min(distance, layer - *std::prev(above));
    entry.distance = distance;
  }
  std::sort(found.begin(), found.end());
  found.resize(std::min(found.size(), most));
  std::vector<std::pair<int64_t, size_t>> parts;
  for (const Found &entry : found)
    parts.emplace_back(entry.task, entry.part);
  return parts;
}

//===----------------------------------------------------------------------===//
// The greedy choice
//===----------------------------------------------------------------------===//

/// Keeps the change if it is better than `best`: if it costs fewer bytes for
/// each unit of time moved, or as many and moves more time at once. 6 bytes for
/// 3 units are better than 3 bytes for 1.
void Levelling::offer(Change change, std::optional<Change> &best) {
  if (change.amount <= 0)
    return;
  change.cost = state.costOf(change.task, change.placement);
  if (best) {
    Wide mine = change.cost * best->amount, other = best->cost * change.amount;
    if (mine > other || (mine == other && change.amount <= best->amount))
      return;
  }
  best = std::move(change);
}

void Levelling::offerWhole(int64_t task, size_t part, int64_t to, int64_t room,
                           std::optional<Change> &best) {
  const TaskPlacement &now = state.placement(task);
  int64_t begin = part == 0 ? 0 : now.parts[part - 1].end;
  int64_t amount = timeBetween(task, now.rule, begin, now.parts[part].end);
  if (amount > room)
    return;
  Change change{task, now, amount};
  change.placement.parts[part].processor = to;
  offer(std::move(change), best);
}

/// Offers to move as many quanta of a part as there is room for, from either
/// end of the part.
void Levelling::offerSlices(int64_t task, size_t part, int64_t rule, int64_t to,
                            int64_t room, std::optional<Change> &best) {
  const SplitRule &cut = model.rules[rule];
  TaskPlacement now = state.placement(task);
  if (now.rule < 0) {
    now.rule = rule;
    now.parts.front().end = cut.length;
  }
  int64_t begin = part == 0 ? 0 : now.parts[part - 1].end;
  int64_t end = now.parts[part].end;
  auto time = [&](int64_t from, int64_t until) {
    return timeBetween(task, rule, from, until);
  };
  // This is the beginning of the part: begin … at, with `at` on a multiple of
  // the quantum.
  int64_t low = begin / cut.quantum, high = (end - 1) / cut.quantum;
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    if (time(begin, middle * cut.quantum) <= room)
      low = middle;
    else
      high = middle - 1;
  }
  if (int64_t at = low * cut.quantum; at > begin && at < end) {
    Change change{task, now, time(begin, at)};
    change.placement.parts.insert(change.placement.parts.begin() + part,
                                  {at, to});
    if (change.amount <= room)
      offer(std::move(change), best);
  }
  low = begin / cut.quantum + 1;
  high = (end - 1) / cut.quantum;
  if (low > high)
    return;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (time(middle * cut.quantum, end) <= room)
      high = middle;
    else
      low = middle + 1;
  }
  int64_t at = low * cut.quantum;
  if (time(at, end) > room)
    return;
  Change change{task, now, time(at, end)};
  change.placement.parts[part].end = at;
  change.placement.parts.insert(change.placement.parts.begin() + part + 1,
                                {end, to});
  offer(std::move(change), best);
}

std::optional<Levelling::Change> Levelling::cheapest(int64_t from, int64_t to,
                                                     int64_t room) {
  std::optional<Change> best;
  for (auto [task, part] : partsOn(from, to)) {
    offerWhole(task, part, to, room, best);
    if (int64_t rule = state.placement(task).rule; rule >= 0)
      offerSlices(task, part, rule, to, room, best);
    else
      for (int64_t rule : model.rulesOf[task])
        offerSlices(task, part, rule, to, room, best);
  }
  return best;
}

/// Moves time from one processor to the other until it is within the window.
/// Leaves the state as it is if the window can't be met.
bool Levelling::transfer(int64_t from, int64_t to, Window window) {
  size_t before = journal.size();
  int64_t moved = 0;
  constexpr int most = 64;
  for (int step = 0; step < most && moved < window.low; ++step) {
    std::optional<Change> change = cheapest(from, to, window.high - moved);
    if (!change)
      break;
    moved += change->amount;
    apply(*change);
  }
  if (moved >= window.low ||
      tune(from, to, {window.low - moved, window.high - moved}))
    return true;
  rollBack(before);
  return false;
}

//===----------------------------------------------------------------------===//
// Levelling
//===----------------------------------------------------------------------===//

/// Returns the processor that is the most above the limit, or has the least
/// room.
int64_t Levelling::busiest() const {
  int64_t from = 0;
  for (int64_t id = 1; id < model.processors; ++id)
    if (roomOf(id) < roomOf(from))
      from = id;
  return from;
}

/// Returns some of the processors with the most room.
std::vector<int64_t> Levelling::takers() const {
  constexpr size_t tried = 4;
  std::vector<int64_t> others;
  for (int64_t id = 0; id < model.processors; ++id)
    if (roomOf(id) > 0)
      others.push_back(id);
  std::sort(others.begin(), others.end(), [&](int64_t a, int64_t b) {
    return std::pair(-roomOf(a), a) < std::pair(-roomOf(b), b);
  });
  others.resize(std::min(others.size(), tried));
  return others;
}

/// Returns how much time should go from one processor to another. The first
/// window takes all of the excess, or what there is room for, within `share`;
/// the second is wider. With an excess of 10, room for 30 and a share of 5,
/// these are 11 to 16 and 11 to 30.
std::array<Levelling::Window, 2> Levelling::windowsFor(int64_t from, int64_t to,
                                                       int64_t share) const {
  int64_t high = workOf(roomOf(to), to);
  int64_t low = workOf(-roomOf(from), from) + 1;
  Window wanted{low, std::min(high, low + share)};
  if (low > high)
    wanted = {std::max<int64_t>(high - share, 1), high};
  return {wanted, {std::min(low, std::max<int64_t>(high / 2, 1)), high}};
}

/// Moves time to whichever taker it costs the fewest bytes; returns false if
/// none can take it.
bool Levelling::relieve(int64_t from, int64_t share) {
  size_t start = journal.size();
  int64_t chosen = -1;
  Wide least = 0;
  Window window;
  for (int64_t to : takers())
    for (const Window &wanted : windowsFor(from, to, share)) {
      if (!transfer(from, to, wanted))
        continue;
      Wide cost = state.communication();
      if (chosen < 0 || cost < least) {
        chosen = to;
        least = cost;
        window = wanted;
      }
      rollBack(start);
      break;
    }
  return chosen >= 0 && transfer(from, chosen, window);
}

bool Levelling::level() {
  Wide slack = 0;
  for (int64_t processor = 0; processor < model.processors; ++processor)
    slack += roomOf(processor);
  if (slack < 0)
    return false;
  // A processor may stay so far below the limit, so that the others can reach
  // it.
  int64_t share =
      std::max<int64_t>(static_cast<int64_t>(slack / model.processors), 1);
  const int64_t rounds = 6 * model.processors + 8;
  for (int64_t round = 0; round < rounds && !deadline.passed(); ++round) {
    int64_t from = busiest();
    if (roomOf(from) >= 0)
      return true;
    if (!relieve(from, share))
      return false;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Saving bytes
//===----------------------------------------------------------------------===//

/// Returns the processors of the tasks that the task exchanges values with.
std::set<int64_t> Levelling::processorsNear(int64_t task) const {
  constexpr size_t most = 16;
  std::set<int64_t> near;
  for (int64_t value : model.valuesOf[task])
    for (int64_t edge : model.edgesOf[value])
      for (int64_t end :
           {model.graph.edges[edge].from, model.graph.edges[edge].to})
        for (const Part &part : state.placement(end).parts)
          if (near.size() < most && part.processor >= 0)
            near.insert(part.processor);
  return near;
}

/// Returns the change that moves the part to another processor.
Levelling::Change Levelling::moveOf(int64_t task, size_t part, int64_t to) {
  Change change{task, state.placement(task)};
  change.placement.parts[part].processor = to;
  change.cost = state.costOf(task, change.placement);
  return change;
}

/// Takes one step for one task, which moves a part to where its neighbours are.
/// Returns false if none saves bytes.
bool Levelling::saveBytesOf(int64_t task) {
  std::optional<Change> best;
  const TaskPlacement now = state.placement(task);
  std::set<int64_t> near = processorsNear(task);
  for (size_t part = 0; part < now.parts.size(); ++part)
    for (int64_t to : near) {
      if (to == now.parts[part].processor)
        continue;
      Change change = moveOf(task, part, to);
      if (state.timeOf(task, change.placement, part) <= roomOf(to) &&
          change.cost < (best ? best->cost : 0))
        best = std::move(change);
    }
  if (!best)
    return false;
  apply(*best);
  return true;
}

/// Moves a part to where its neighbours are, and others back for it, if that
/// saves bytes in all. With both processors full, for instance, a part of 2
/// units goes to its reader, and one of 2 units that nothing there reads comes
/// back.
bool Levelling::tradeOf(int64_t task, size_t part, int64_t to) {
  int64_t from = state.placement(task).parts[part].processor;
  if (to == from)
    return false;
  Change change = moveOf(task, part, to);
  if (change.cost >= 0)
    return false;
  size_t start = journal.size();
  Wide before = state.communication();
  apply(change);
  Window window{workOf(-roomOf(to), to) + 1, workOf(roomOf(from), from)};
  bool fits = roomOf(to) >= 0 ||
              (window.low <= window.high && transfer(to, from, window));
  if (fits && roomOf(to) >= 0 && roomOf(from) >= 0 &&
      state.communication() < before)
    return true;
  rollBack(start);
  return false;
}

void Levelling::trade() {
  // Each try looks at many parts.
  int64_t tries = std::clamp<int64_t>(
      1'000'000 / static_cast<int64_t>(model.graph.tasks.size() + 1), 20, 1000);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t task = 0; task < model.graph.tasks.size(); ++task)
      for (int64_t to :
           model.isPinned(task) ? std::set<int64_t>() : processorsNear(task))
        for (size_t part = 0; part < state.placement(task).parts.size();
             ++part) {
          if (state.placement(task).parts[part].processor < 0)
            continue;
          if (tries-- <= 0 || deadline.passed())
            return;
          changed |= tradeOf(task, part, to);
        }
  }
}

void Levelling::saveBytes() {
  constexpr int rounds = 8;
  for (int round = 0; round < rounds && !deadline.passed(); ++round) {
    bool changed = false;
    for (size_t task = 0; task < model.graph.tasks.size(); ++task)
      if (state.placement(task).parts.front().processor >= 0 &&
          !model.isPinned(task))
        changed |= saveBytesOf(task);
    if (!changed)
      break;
  }
  trade();
}

} // namespace layerpipe::scheduling
