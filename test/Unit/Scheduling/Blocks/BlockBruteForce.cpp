//===- BlockBruteForce.cpp - Optima of tiny problems of blocks ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockBruteForce.h"

#include <algorithm>

namespace layerpipe::scheduling::test {
namespace {

/// Tries all starts below the horizon of this block and those behind it.
/// Blocks read earlier ones.
bool hasRepetend(const BlockProblem &problem, Repetend &repetend, size_t block,
                 int64_t horizon) {
  if (block == problem.blocks.size())
    return verify(problem, repetend).ok();
  int64_t first = 0;
  for (const Arc &arc : problem.dependences)
    if (arc.to == static_cast<int64_t>(block))
      first = std::max(first, repetend.start[arc.from] +
                                  problem.blocks[arc.from].duration);
  for (int64_t start = first; start < horizon; ++start) {
    repetend.start[block] = start;
    if (hasRepetend(problem, repetend, block + 1, horizon))
      return true;
  }
  return false;
}

/// Puts every block that can be next behind those placed so far.
class Sequences {
public:
  explicit Sequences(const BlockProblem &problem)
      : problem(problem),
        start(problem.blocks.size() * problem.microbatches, -1),
        free(problem.devices, 0), memory(problem.devices, 0) {}

  std::optional<int64_t> run() {
    place(0);
    return best;
  }

private:
  void place(size_t placed) {
    if (placed == start.size()) {
      int64_t end = *std::max_element(free.begin(), free.end());
      best = std::min(best.value_or(end), end);
      return;
    }
    for (size_t cell = 0; cell < start.size(); ++cell)
      if (start[cell] < 0)
        tryCell(placed, cell);
  }

  void tryCell(size_t placed, size_t cell) {
    size_t count = problem.blocks.size();
    const Block &block = problem.blocks[cell % count];
    int64_t at = 0;
    for (const Arc &arc : problem.dependences)
      if (arc.to == static_cast<int64_t>(cell % count)) {
        int64_t from = start[cell - cell % count + arc.from];
        if (from < 0)
          return;
        at = std::max(at, from + problem.blocks[arc.from].duration);
      }
    auto freeBefore = free, memoryBefore = memory;
    bool fits = true;
    for (int64_t device : block.devices)
      at = std::max(at, free[device]);
    for (int64_t device : block.devices) {
      free[device] = at + block.duration;
      memory[device] += block.memory;
      fits &=
          problem.memory.empty() || memory[device] <= problem.memory[device];
    }
    start[cell] = at;
    if (fits && (!best || at + block.duration < *best))
      place(placed + 1);
    start[cell] = -1;
    free = freeBefore;
    memory = memoryBefore;
  }

  const BlockProblem &problem;
  std::vector<int64_t> start, free, memory;
  std::optional<int64_t> best;
};

} // namespace

std::optional<int64_t> leastPeriod(const BlockProblem &problem, int64_t most,
                                   int64_t horizon) {
  for (int64_t period = 1; period <= most; ++period) {
    Repetend repetend{period, std::vector<int64_t>(problem.blocks.size(), 0)};
    if (hasRepetend(problem, repetend, 0, horizon))
      return period;
  }
  return std::nullopt;
}

std::optional<int64_t> leastEnd(const BlockProblem &problem) {
  return Sequences(problem).run();
}

} // namespace layerpipe::scheduling::test
