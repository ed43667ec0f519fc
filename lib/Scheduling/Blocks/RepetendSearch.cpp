//===- RepetendSearch.cpp - The repetend of the least period --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/RepetendSearch.h"

#include "RepetendSteps.h"

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

/// One period may take this part of the effort that is left.
constexpr int64_t sharePerPeriod = 4;

/// Runs one block after another, and one microbatch after another.
Repetend serialRepetend(const BlockProblem &problem) {
  Repetend repetend{0, std::vector<int64_t>(problem.blocks.size(), 0)};
  for (int64_t block : blocksInOrder(problem)) {
    repetend.start[block] = repetend.period;
    repetend.period += problem.blocks[block].duration;
  }
  return repetend;
}

class PeriodSearch {
public:
  PeriodSearch(const BlockProblem &problem, Repetend serial, int64_t effort)
      : problem(problem), effort(effort),
        exact(problem.memory.empty() || isChain(problem)),
        answer{std::move(serial), boundPeriod(problem)} {}

  RepetendAnswer run();

private:
  bool tryPeriod(int64_t period);
  void bisect(int64_t failed);

  const BlockProblem &problem;
  int64_t effort;
  /// Says whether a period without a repetend has none when all were tried.
  bool exact;
  bool cutShort = false;
  RepetendAnswer answer;
};

/// Looks for a repetend of this period, and takes it into the answer.
bool PeriodSearch::tryPeriod(int64_t period) {
  RepetendSteps steps(problem, period);
  effort -= static_cast<int64_t>(problem.blocks.size());
  int64_t slice = std::max<int64_t>(effort, 0) / sharePerPeriod;
  int64_t left = slice;
  bool found = false;
  Enumeration end = steps.run(left, [&](const Repetend &repetend) {
    answer.repetend = repetend;
    found = true;
    return false;
  });
  effort -= slice - std::max<int64_t>(left, 0);
  cutShort |= end == Enumeration::cut_short;
  if (end == Enumeration::exhausted && exact && period == answer.bound.value)
    answer.bound = {period + 1, BlockBound::Reason::exhausted, 0};
  return found;
}

/// Tries periods between one that failed and the answer's.
void PeriodSearch::bisect(int64_t failed) {
  while (answer.repetend.period - failed > 1) {
    int64_t middle = failed + (answer.repetend.period - failed) / 2;
    if (!tryPeriod(middle))
      failed = middle;
  }
}

RepetendAnswer PeriodSearch::run() {
  int64_t period = answer.bound.value, failed = period - 1, step = 1;
  while (period < answer.repetend.period) {
    if (tryPeriod(period))
      break;
    // Where the search is cut short, a little more room often helps.
    bool proven = answer.bound.value > period;
    failed = period;
    period += proven ? 1 : step;
    step = proven ? 1 : 2 * step;
  }
  bisect(failed);
  if (answer.repetend.period == answer.bound.value)
    answer.proof = Proof::optimal;
  else
    answer.proof = cutShort ? Proof::out_of_time : Proof::feasible;
  return std::move(answer);
}

} // namespace

Result<RepetendAnswer> searchRepetend(const BlockProblem &problem,
                                      int64_t effort) {
  if (Status legal = check(problem); !legal)
    return legal.error();
  if (effort < 0)
    return Error{"the effort must not be negative"};
  Repetend serial = serialRepetend(problem);
  if (Status fits = verify(problem, serial); !fits)
    return Error{"one microbatch at a time: " + fits.message(),
                 Failure::infeasible};
  return PeriodSearch(problem, std::move(serial), effort).run();
}

} // namespace layerpipe::scheduling
