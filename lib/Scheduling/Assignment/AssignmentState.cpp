//===- AssignmentState.cpp - Loads that follow single moves ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The changes of a move are collected first; then they are either summed up or
// applied.
//
//===----------------------------------------------------------------------===//

#include "AssignmentState.h"

#include <algorithm>

namespace layerpipe::scheduling {

/// Up to this many processors, links are found in an array by pair.
static constexpr int64_t maxDenseProcessors = 512;

AssignmentState::AssignmentState(const AssignmentModel &model)
    : model(model), place(model.groups(), -1), members(model.processors),
      positionOf(model.groups(), -1), memory(model.processors, 0),
      firstReader(model.values() + 1, 0), readerCount(model.values(), 0),
      loads(model.processors, 0), delta(model.processors, 0) {
  for (int64_t value = 0; value < model.values(); ++value)
    firstReader[value + 1] =
        firstReader[value] + std::min(model.readers[value], model.processors);
  readers.resize(firstReader.back());
  if (model.hasLinks() && model.processors <= maxDenseProcessors)
    denseLinks.assign(model.processors * model.processors, -1);
  growTree();
}

int64_t AssignmentState::overflowOf(int64_t processor) const {
  return model.hasMemory()
             ? std::max<int64_t>(
                   memory[processor] - model.machine.memory[processor], 0)
             : 0;
}

/// Makes room for all resources and plays the tournament again.
void AssignmentState::growTree() {
  while (leaves < loads.size())
    leaves *= 2;
  tree.assign(2 * leaves, {-1, -1});
  for (size_t resource = 0; resource < loads.size(); ++resource)
    tree[leaves + resource] = {loads[resource], resource};
  for (size_t node = leaves; node-- > 1;)
    tree[node] = tree[2 * node].first >= tree[2 * node + 1].first
                     ? tree[2 * node]
                     : tree[2 * node + 1];
}

void AssignmentState::setLoad(int64_t resource, int64_t load) {
  loads[resource] = load;
  size_t node = leaves + resource;
  tree[node].first = load;
  while (node /= 2)
    tree[node] = tree[2 * node].first >= tree[2 * node + 1].first
                     ? tree[2 * node]
                     : tree[2 * node + 1];
}

int64_t AssignmentState::linkIndex(int64_t a, int64_t b) {
  if (a > b)
    std::swap(a, b);
  int64_t next = loads.size();
  int64_t key = a * model.processors + b;
  if (!denseLinks.empty()) {
    if (denseLinks[key] >= 0)
      return denseLinks[key];
    denseLinks[key] = static_cast<int32_t>(next);
  } else if (auto [known, added] = sparseLinks.try_emplace(key, next); !added) {
    return known->second;
  }
  links.push_back({a, b});
  loads.push_back(0);
  delta.push_back(0);
  if (loads.size() > leaves)
    growTree();
  else
    tree[leaves + next] = {0, next}; // It is not above anything that plays.
  return next;
}

int64_t AssignmentState::readsOf(int64_t value, int64_t processor) const {
  for (const Reader &reader : readersOf(value))
    if (reader.processor == processor)
      return reader.reads;
  return 0;
}

void AssignmentState::addReads(int64_t value, int64_t processor,
                               int64_t reads) {
  Reader *first = readers.data() + firstReader[value];
  int64_t &count = readerCount[value];
  Reader *found = std::find_if(first, first + count, [&](const Reader &reader) {
    return reader.processor == processor;
  });
  if (found == first + count) {
    ++count;
    *found = {processor, 0};
  }
  found->reads += reads;
  if (found->reads == 0)
    *found = first[--count];
}

void AssignmentState::changeLoad(int64_t resource, int64_t time) {
  if (time == 0)
    return;
  // A resource may be listed twice, when its sum came back to 0 meanwhile.
  if (delta[resource] == 0)
    touched.push_back(resource);
  delta[resource] += time;
}

void AssignmentState::changeTransfer(int64_t value, int64_t from, int64_t to,
                                     int64_t sign) {
  if (from < 0 || to < 0 || from == to)
    return;
  change.communication += sign * model.bytes[value];
  if (!model.hasLinks())
    return;
  if (int64_t time = model.transferTime(value, from, to); time > 0)
    changeLoad(linkIndex(from, to), sign * time);
}

/// Collects the changes when the maker moves, so that every transfer of the
/// value starts elsewhere.
void AssignmentState::collectMade(const AssignmentModel::Use &use, int64_t from,
                                  int64_t to) {
  bool atTarget = false;
  for (const Reader &reader : readersOf(use.value)) {
    changeTransfer(use.value, from, reader.processor, -1);
    int64_t left = reader.reads;
    if (reader.processor == from)
      left -= use.reads;
    if (left > 0)
      changeTransfer(use.value, to, reader.processor, 1);
    atTarget |= reader.processor == to;
  }
  if (use.reads == 0)
    return;
  if (from >= 0 && readsOf(use.value, from) == use.reads)
    change.memoryFrom -= model.bytes[use.value];
  if (to >= 0 && !atTarget)
    change.memoryTo += model.bytes[use.value];
}

/// Collects the changes when a reader moves and the maker stays.
void AssignmentState::collectRead(const AssignmentModel::Use &use, int64_t from,
                                  int64_t to) {
  int64_t maker = model.maker[use.value];
  int64_t source = maker < 0 ? -1 : place[maker];
  if (from >= 0 && readsOf(use.value, from) == use.reads) {
    change.memoryFrom -= model.bytes[use.value];
    changeTransfer(use.value, source, from, -1);
  }
  if (to >= 0 && readsOf(use.value, to) == 0) {
    change.memoryTo += model.bytes[use.value];
    changeTransfer(use.value, source, to, 1);
  }
}

void AssignmentState::collect(int64_t group, int64_t to) {
  int64_t from = place[group];
  change = {};
  touched.clear();
  if (from >= 0)
    changeLoad(from, -model.timeOn(group, from));
  if (to >= 0)
    changeLoad(to, model.timeOn(group, to));
  for (const AssignmentModel::Use &use : model.usesOf(group)) {
    if (use.makes)
      collectMade(use, from, to);
    else
      collectRead(use, from, to);
  }
}

/// Returns by how much a processor's overflow grows with `bytes` more.
static int64_t overflowChange(const AssignmentModel &model,
                              const AssignmentState &state, int64_t processor,
                              int64_t bytes) {
  if (!model.hasMemory() || processor < 0)
    return 0;
  int64_t after = state.memoryOf(processor) + bytes;
  return std::max<int64_t>(after - model.machine.memory[processor], 0) -
         state.overflowOf(processor);
}

MoveEffect AssignmentState::effectOf(int64_t group, int64_t to,
                                     int64_t watched) {
  int64_t from = place[group];
  MoveEffect effect;
  if (from == to)
    return effect;
  collect(group, to);
  for (int64_t resource : touched) {
    if (resource == watched)
      effect.watched = delta[resource];
    if (delta[resource] > 0)
      effect.raised =
          std::max(effect.raised, loads[resource] + delta[resource]);
  }
  for (int64_t resource : touched)
    delta[resource] = 0;
  effect.communication = change.communication;
  effect.overflow = overflowChange(model, *this, from, change.memoryFrom) +
                    overflowChange(model, *this, to, change.memoryTo);
  return effect;
}

void AssignmentState::move(int64_t group, int64_t to) {
  int64_t from = place[group];
  if (from == to)
    return;
  collect(group, to);
  for (int64_t resource : touched) {
    if (delta[resource] != 0)
      setLoad(resource, loads[resource] + delta[resource]);
    delta[resource] = 0;
  }
  communication += change.communication;
  overflow += overflowChange(model, *this, from, change.memoryFrom) +
              overflowChange(model, *this, to, change.memoryTo);
  if (from >= 0)
    memory[from] += change.memoryFrom;
  if (to >= 0)
    memory[to] += change.memoryTo;
  for (const AssignmentModel::Use &use : model.usesOf(group)) {
    if (use.reads == 0)
      continue;
    if (from >= 0)
      addReads(use.value, from, -use.reads);
    if (to >= 0)
      addReads(use.value, to, use.reads);
  }
  if (from >= 0) {
    int64_t last = members[from].back();
    members[from][positionOf[group]] = last;
    positionOf[last] = positionOf[group];
    members[from].pop_back();
  }
  if (to >= 0) {
    positionOf[group] = members[to].size();
    members[to].push_back(group);
  }
  place[group] = to;
}

} // namespace layerpipe::scheduling
