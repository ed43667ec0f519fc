//===- RepetendSteps.cpp - All repetends of a period ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RepetendSteps.h"

#include "layerpipe/Scheduling/Model/Fraction.h"

#include <algorithm>

namespace layerpipe::scheduling {

RepetendSteps::RepetendSteps(const BlockProblem &problem, int64_t period)
    : problem(problem), period(period), order(blocksInOrder(problem)),
      incoming(static_cast<int64_t>(order.size()),
               static_cast<int64_t>(problem.dependences.size()),
               [&](int64_t arc) { return problem.dependences[arc].to; }),
      rows(problem.devices, PeriodRow(period)), members(problem.devices),
      chain(isChain(problem)), repetend{period, {}}, next(order.size()),
      last(order.size()) {
  repetend.start.assign(order.size(), 0);
  for (size_t level = order.size(); level-- > 0;) {
    const Block &block = problem.blocks[order[level]];
    for (int64_t device : block.devices) {
      std::vector<Member> &row = members[device];
      Member member{level, order[level], block.duration, block.duration};
      if (!row.empty()) {
        member.leastDuration =
            std::min(member.leastDuration, row.back().leastDuration);
        member.work += row.back().work;
      }
      row.push_back(member);
    }
  }
  for (std::vector<Member> &row : members)
    std::reverse(row.begin(), row.end());
}

/// Returns when what the block reads is there, if all of that is placed.
int64_t RepetendSteps::earliest(int64_t block) const {
  int64_t start = 0;
  for (int64_t arc : incoming.of(block)) {
    int64_t from = problem.dependences[arc].from;
    start =
        std::max(start, repetend.start[from] + problem.blocks[from].duration);
  }
  return start;
}

/// Returns the first moment at which all devices of the block are free.
int64_t RepetendSteps::nextFree(const Block &block, int64_t start,
                                int64_t end) {
  for (bool moved = true; moved && start < end;) {
    moved = false;
    for (int64_t device : block.devices) {
      int64_t free = rows[device].nextFree(start, block.duration, end);
      moved |= free > start;
      start = free;
    }
    spent += static_cast<int64_t>(block.devices.size());
  }
  return start;
}

void RepetendSteps::take(size_t level) {
  const Block &block = problem.blocks[order[level]];
  for (int64_t device : block.devices)
    rows[device].take(repetend.start[order[level]] % period, block.duration);
}

void RepetendSteps::give(size_t level) {
  const Block &block = problem.blocks[order[level]];
  for (int64_t device : block.devices)
    rows[device].give(repetend.start[order[level]] % period, block.duration);
}

/// Returns whether the gaps of a device that are long enough hold the blocks
/// behind this level.
bool RepetendSteps::hasRoom(int64_t device, size_t level) const {
  const std::vector<Member> &row = members[device];
  auto rest = std::upper_bound(
      row.begin(), row.end(), level,
      [](size_t at, const Member &member) { return at < member.level; });
  if (rest == row.end())
    return problem.memory.empty() || memoryFits(device);
  int64_t used = row.front().work - rest->work;
  return used + rest->work + rows[device].wasted(rest->leastDuration) <= period;
}

/// Returns whether a device has enough memory; all of its blocks are placed.
bool RepetendSteps::memoryFits(int64_t device) const {
  std::vector<int64_t> row;
  Wide held = 0;
  for (const Member &member : members[device]) {
    row.push_back(member.block);
    held -= Wide(problem.blocks[member.block].memory) *
            (repetend.start[member.block] / period + 1);
  }
  std::sort(row.begin(), row.end(), [&](int64_t a, int64_t b) {
    return repetend.start[a] % period < repetend.start[b] % period;
  });
  return std::all_of(row.begin(), row.end(), [&](int64_t block) {
    held += problem.blocks[block].memory;
    return held <= problem.memory[device];
  });
}

/// Returns whether the memory that a microbatch holds over time is small enough
/// if the blocks behind this level run without waiting. In a chain, waiting
/// frees nothing earlier.
bool RepetendSteps::pathsFit(size_t level) {
  for (size_t i = level + 1; i < order.size(); ++i)
    repetend.start[order[i]] = earliest(order[i]);
  spent += static_cast<int64_t>(order.size());
  for (int64_t device = 0; device < problem.devices; ++device) {
    Wide held = 0;
    for (const Member &member : members[device])
      held -= Wide(problem.blocks[member.block].memory) *
              repetend.start[member.block];
    if (held > Wide(problem.memory[device]) * period)
      return false;
  }
  return true;
}

/// Returns false if nothing can follow the block that was placed on this level.
bool RepetendSteps::mayFit(size_t level) {
  for (int64_t device : problem.blocks[order[level]].devices) {
    spent += static_cast<int64_t>(rows[device].size());
    if (!hasRoom(device, level))
      return false;
  }
  return problem.memory.empty() || !chain || pathsFit(level);
}

/// Places the block of this level at the next step that it has, if any.
bool RepetendSteps::findStep(size_t level) {
  const Block &block = problem.blocks[order[level]];
  int64_t start = nextFree(block, next[level], last[level]);
  if (start >= last[level])
    return false;
  repetend.start[order[level]] = start;
  next[level] = start + 1;
  take(level);
  return true;
}

Enumeration
RepetendSteps::run(int64_t &effort,
                   const std::function<bool(const Repetend &)> &visitor) {
  // The first block starts at step 0: moving all blocks changes nothing.
  size_t level = 0;
  next[0] = 0;
  last[0] = 1;
  while (true) {
    spent = 1;
    bool placed = findStep(level);
    bool fits = placed && mayFit(level);
    effort -= spent;
    if (effort < 0)
      return Enumeration::cut_short;
    if (fits && level + 1 < order.size()) {
      ++level;
      next[level] = earliest(order[level]);
      last[level] = next[level] + period;
      continue;
    }
    if (fits && !visitor(repetend))
      return Enumeration::stopped;
    if (placed) {
      give(level);
      continue;
    }
    if (level == 0)
      return Enumeration::exhausted;
    give(--level);
  }
}

bool isChain(const BlockProblem &problem) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  std::vector<int64_t> order = blocksInOrder(problem);
  std::vector<int64_t> place(count);
  for (int64_t i = 0; i < count; ++i)
    place[order[i]] = i;
  std::vector<bool> joined(count, false);
  for (const Arc &arc : problem.dependences)
    if (place[arc.to] == place[arc.from] + 1)
      joined[place[arc.from]] = true;
  std::vector<int64_t> held(problem.devices, 0);
  for (int64_t i = 0; i < count; ++i) {
    if (i + 1 < count && !joined[i])
      return false;
    for (int64_t device : problem.blocks[order[i]].devices) {
      held[device] += problem.blocks[order[i]].memory;
      if (held[device] < 0)
        return false;
    }
  }
  return true;
}

} // namespace layerpipe::scheduling
