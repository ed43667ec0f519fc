//===- BlockSearch.cpp - Schedules of blocks that end early ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/BlockSearch.h"

#include "BlockSequence.h"
#include "RepetendSteps.h"
#include "layerpipe/Base/RandomBits.h"

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

using Value = SequencePlacer::Value;

/// Moves begin with schedules that may end later by this share of the best
/// one's end, and allow less from round to round, down to nothing.
constexpr int64_t largestSlackShare = 16;
constexpr int64_t rounds = 16;

/// The sequences of repetends may take this share of the effort.
constexpr int64_t repetendShare = 4;

class Search {
public:
  Search(const BlockProblem &problem, const BlockLimits &limits)
      : problem(problem), limits(limits), effort(limits.effort),
        placer(problem), bound(boundEnd(problem)) {}

  Result<BlockAnswer> run();

private:
  void tryRepetends(const Repetend &first);
  void improve();
  void improve(int64_t slack, int64_t untilEffort);
  std::optional<Value> place(const BlockSequence &sequence);
  void placeRepetend(const Repetend &repetend);
  bool bestRepeats(int64_t period);
  bool meetsBound() const { return best && best->end == bound.value; }
  uint64_t draw(uint64_t below) {
    return base::mixBits(base::drawStream(limits.seed) + draws++) % below;
  }

  const BlockProblem &problem;
  const BlockLimits &limits;
  int64_t effort;
  uint64_t draws = 0;
  SequencePlacer placer;
  BlockBound bound;
  std::optional<Value> best;
  BlockSequence bestSequence;
};

/// Places a sequence and keeps it if it is the best.
std::optional<Value> Search::place(const BlockSequence &sequence) {
  effort -= static_cast<int64_t>(sequence.size());
  std::optional<Value> value = placer.place(sequence);
  if (value && (!best || *value < *best)) {
    best = value;
    bestSequence = sequence;
  }
  return value;
}

/// Returns whether the best schedule runs a repetend of this period.
bool Search::bestRepeats(int64_t period) {
  placer.place(bestSequence);
  return findRepetend(problem, placer.schedule(), period).has_value();
}

/// Places the sequence of a repetend. It is also kept if the best schedule,
/// which ends no earlier, never repeats itself and this one does.
void Search::placeRepetend(const Repetend &repetend) {
  BlockSequence sequence = sequenceOf(problem, repetend);
  std::optional<Value> before = best, value = place(sequence);
  if (!value || !before || *best < *before || value->end > best->end ||
      !findRepetend(problem, placer.schedule(), repetend.period) ||
      bestRepeats(repetend.period))
    return;
  best = value;
  bestSequence = std::move(sequence);
}

/// Tries the sequences of the repetends that have the period of the first.
void Search::tryRepetends(const Repetend &first) {
  placeRepetend(first);
  RepetendSteps steps(problem, first.period);
  int64_t left = limits.effort / repetendShare;
  int64_t least = effort - limits.effort / repetendShare;
  steps.run(left, [&](const Repetend &repetend) {
    placeRepetend(repetend);
    return effort > least && !(meetsBound() && bestRepeats(repetend.period));
  });
}

/// Moves blocks of the best sequence, and accepts what ends at most `slack`
/// later than the best.
void Search::improve(int64_t slack, int64_t untilEffort) {
  BlockSequence sequence = bestSequence;
  Value current = *best;
  while (effort > untilEffort && !meetsBound()) {
    auto from = static_cast<int64_t>(draw(sequence.size()));
    auto [first, last] = placer.rangeOf(sequence, from);
    effort -= last - first + 1;
    int64_t to = first + static_cast<int64_t>(draw(last - first + 1));
    if (to == from)
      continue;
    auto move = [&](int64_t source, int64_t target) {
      auto at = sequence.begin();
      if (source < target)
        std::rotate(at + source, at + source + 1, at + target + 1);
      else
        std::rotate(at + target, at + source, at + source + 1);
    };
    move(from, to);
    std::optional<Value> value = place(sequence);
    if (value && (*value <= current || value->end <= best->end + slack))
      current = *value;
    else
      move(to, from);
  }
}

void Search::improve() {
  if (bestSequence.size() < 2)
    return;
  int64_t perRound = effort / rounds;
  for (int64_t round = rounds; round-- > 0 && effort > 0 && !meetsBound();)
    improve(best->end / largestSlackShare * round / rounds, perRound * round);
}

Result<BlockAnswer> Search::run() {
  BlockAnswer answer;
  if (limits.given)
    place(sequenceOf(problem, *limits.given));
  place(serialSequence(problem));
  Result<RepetendAnswer> repetend = searchRepetend(problem, limits.effort);
  if (repetend)
    tryRepetends(repetend->repetend);
  if (!best)
    return Error{"no order was found in which the memory of each device is "
                 "enough",
                 Failure::out_of_time};
  improve();
  placer.place(bestSequence);
  answer.schedule = placer.schedule();
  answer.end = best->end;
  answer.bound = bound;
  if (meetsBound())
    answer.proof = Proof::optimal;
  if (!repetend)
    return answer;
  answer.part =
      findRepetend(problem, answer.schedule, repetend->repetend.period);
  answer.repetend = std::move(*repetend);
  return answer;
}

} // namespace

Result<BlockAnswer> searchBlocks(const BlockProblem &problem,
                                 const BlockLimits &limits) {
  if (Status legal = check(problem); !legal)
    return legal.error();
  if (limits.effort < 0)
    return Error{"the effort must not be negative"};
  if (limits.given)
    if (Status legal = verify(problem, *limits.given); !legal)
      return Error{"the given schedule: " + legal.message()};
  return Search(problem, limits).run();
}

} // namespace layerpipe::scheduling
