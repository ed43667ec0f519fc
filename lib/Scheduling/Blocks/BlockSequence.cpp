//===- BlockSequence.cpp - Sequences of blocks become schedules -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockSequence.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace layerpipe::scheduling {

SequencePlacer::SequencePlacer(const BlockProblem &problem)
    : problem(problem),
      incoming(static_cast<int64_t>(problem.blocks.size()),
               static_cast<int64_t>(problem.dependences.size()),
               [&](int64_t arc) { return problem.dependences[arc].to; }) {
  starts.start.assign(problem.blocks.size() * problem.microbatches, 0);
}

std::optional<SequencePlacer::Value>
SequencePlacer::place(const BlockSequence &sequence) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  free.assign(problem.devices, 0);
  memory.assign(problem.memory.empty() ? 0 : problem.devices, 0);
  for (int64_t cell : sequence) {
    const Block &block = problem.blocks[cell % count];
    int64_t first = cell - cell % count, start = 0;
    for (int64_t arc : incoming.of(cell % count)) {
      int64_t from = problem.dependences[arc].from;
      start = std::max(start, starts.start[first + from] +
                                  problem.blocks[from].duration);
    }
    for (int64_t device : block.devices)
      start = std::max(start, free[device]);
    for (int64_t device : block.devices) {
      free[device] = start + block.duration;
      if (memory.empty())
        continue;
      memory[device] += block.memory;
      if (memory[device] > problem.memory[device])
        return std::nullopt;
    }
    starts.start[cell] = start;
  }
  Value value;
  for (int64_t done : free) {
    value.end = std::max(value.end, done);
    value.done += done;
  }
  return value;
}

std::pair<int64_t, int64_t>
SequencePlacer::rangeOf(const BlockSequence &sequence, int64_t place) const {
  auto count = static_cast<int64_t>(problem.blocks.size());
  int64_t cell = sequence[place];
  auto joins = [&](int64_t from, int64_t to) {
    return from / count == to / count &&
           std::any_of(incoming.of(to % count).begin(),
                       incoming.of(to % count).end(), [&](int64_t arc) {
                         return problem.dependences[arc].from == from % count;
                       });
  };
  int64_t first = place, last = place;
  auto end = static_cast<int64_t>(sequence.size());
  while (first > 0 && !joins(sequence[first - 1], cell))
    --first;
  while (last + 1 < end && !joins(cell, sequence[last + 1]))
    ++last;
  return {first, last};
}

BlockSequence serialSequence(const BlockProblem &problem) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  std::vector<int64_t> order = blocksInOrder(problem);
  BlockSequence sequence;
  for (int64_t m = 0; m < problem.microbatches; ++m)
    for (int64_t block : order)
      sequence.push_back(m * count + block);
  return sequence;
}

/// Sorts the blocks of all microbatches by a function of their places.
template <typename StartOf>
static BlockSequence sortByStart(const BlockProblem &problem, StartOf startOf) {
  BlockSequence sequence(problem.blocks.size() * problem.microbatches);
  std::iota(sequence.begin(), sequence.end(), 0);
  std::sort(sequence.begin(), sequence.end(), [&](int64_t a, int64_t b) {
    return std::pair(startOf(a), a) < std::pair(startOf(b), b);
  });
  return sequence;
}

BlockSequence sequenceOf(const BlockProblem &problem,
                         const BlockSchedule &schedule) {
  return sortByStart(problem,
                     [&](int64_t cell) { return schedule.start[cell]; });
}

BlockSequence sequenceOf(const BlockProblem &problem,
                         const Repetend &repetend) {
  auto count = static_cast<int64_t>(problem.blocks.size());
  return sortByStart(problem, [&](int64_t cell) {
    return Wide(repetend.start[cell % count]) +
           Wide(cell / count) * repetend.period;
  });
}

} // namespace layerpipe::scheduling
