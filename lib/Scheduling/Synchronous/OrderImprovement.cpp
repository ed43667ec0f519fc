//===- OrderImprovement.cpp - Local search on an order --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrderImprovement.h"

#include <algorithm>
#include <random>
#include <utility>

namespace layerpipe::scheduling {
namespace {

using enum ActionKind;

/// Takes the action at `from` out of a row and puts it back at `to`. If the
/// action is an input gradient and `to` is the place of its weight gradient,
/// they become one there where `from` is; if it is a backward action, it
/// becomes two, of which the weight gradient gets the place `to`.
struct Move {
  int64_t processor = 0;
  int64_t from = 0;
  int64_t to = 0;
  bool couples = false;
};

void apply(const Move &move, std::vector<PipelineAction> &row) {
  PipelineAction &action = row[move.from];
  if (move.couples && action.kind == backward) {
    action.kind = input_gradient;
    PipelineAction weights = action;
    weights.kind = weight_gradient;
    row.insert(row.begin() + move.to, weights);
    return;
  }
  if (move.couples) {
    action.kind = backward;
    row.erase(row.begin() + move.to);
    return;
  }
  auto first = row.begin() + std::min(move.from, move.to);
  auto last = row.begin() + std::max(move.from, move.to) + 1;
  if (move.from < move.to)
    std::rotate(first, first + 1, last);
  else
    std::rotate(first, last - 1, last);
}

/// Each round begins again with the best order.
constexpr int64_t rounds = 16;
constexpr int64_t cycles = 16;

/// Beside moves with a reason there are so many for each row, so far at most.
constexpr int64_t randomMoves = 4;
constexpr int64_t farthest = 8;

class Improvement {
public:
  Improvement(const GreedyContext &context, OrderEvaluator &evaluator,
              int64_t bound, int64_t effort, uint64_t seed, BestOrder &best)
      : context(context), evaluator(evaluator), bound(bound),
        end(evaluator.steps() + effort), effort(effort), random(seed),
        best(best), order(best.order) {}

  void run();

private:
  void runRound(int64_t until);
  Wide scoreOf(int64_t value) const;
  bool isLegal(const Move &move) const;
  void findPlaces();
  void listMoves();
  void listGapMoves(int64_t processor);
  void listChainMoves();
  void listCouplings(int64_t processor);
  void addRandomMoves();
  void listMovesAround(int64_t processor, int64_t position);
  std::pair<int64_t, int64_t> causeOf(int64_t processor, int64_t position);
  bool tryMove(const Move &move);

  const GreedyContext &context;
  OrderEvaluator &evaluator;
  int64_t bound;
  int64_t end;
  int64_t effort;
  std::mt19937_64 random;
  BestOrder &best;
  PipelineOrder order;
  Wide score = 0;
  int64_t threshold = 0;
  std::vector<Move> moves;
  /// Has the place of each forward action and input gradient in its row.
  std::vector<int64_t> places;
  std::vector<std::vector<int64_t>> starts;
};

/// All processors count, so that one that is not the slowest may become faster,
/// but the slowest counts as much as all together.
Wide Improvement::scoreOf(int64_t value) const {
  int64_t processors = order.processors.size();
  Wide sum = Wide(value) * processors;
  for (int64_t id = 0; id < processors; ++id)
    sum += std::max<int64_t>(0, evaluator.lengthOf(id) - bound);
  return sum;
}

/// A row keeps the order of the actions of one stage and microbatch.
bool Improvement::isLegal(const Move &move) const {
  const auto &row = order.processors[move.processor];
  const PipelineAction &moved = row[move.from];
  int64_t step = move.from < move.to ? 1 : -1;
  for (int64_t at = move.from; at != move.to;) {
    at += step;
    if (row[at].stage == moved.stage && row[at].microbatch == moved.microbatch)
      return false;
  }
  return true;
}

/// Lists, for each gap of the row, the next forward action and the next weight
/// gradient after it.
void Improvement::listGapMoves(int64_t processor) {
  const auto &row = order.processors[processor];
  int64_t count = row.size(), nextForward = -1, nextWeights = -1;
  for (int64_t at = count - 1; at > 0; --at) {
    int64_t before =
        starts[processor][at - 1] + context.costs.timeOf(row[at - 1]);
    if (row[at].kind == forward)
      nextForward = at;
    if (row[at].kind == weight_gradient)
      nextWeights = at;
    if (starts[processor][at] == before)
      continue;
    for (int64_t from : {nextForward, nextWeights})
      if (from > at)
        moves.push_back({processor, from, at});
    if (row[at - 1].kind == weight_gradient && at > 1)
      moves.push_back({processor, at - 1, at});
  }
}

/// Returns the processor and the position of what an action waited for last;
/// (−1, −1) for the first of a row that waits for nothing.
std::pair<int64_t, int64_t> Improvement::causeOf(int64_t processor,
                                                 int64_t position) {
  const auto &row = order.processors[processor];
  const PipelineAction &action = row[position];
  int64_t start = starts[processor][position];
  if (position > 0 && starts[processor][position - 1] +
                              context.costs.timeOf(row[position - 1]) ==
                          start)
    return {processor, position - 1};
  if (action.kind == weight_gradient)
    return {-1, -1};
  bool isForward = action.kind == forward;
  const auto &edges = isForward ? context.edgesInto : context.edgesFrom;
  for (int64_t edge : edges.of(action.stage)) {
    const StageEdge &both = context.problem.edges[edge];
    int64_t other = isForward ? both.from : both.to;
    int64_t writer = context.problem.stages[other].processor;
    int64_t place =
        places[evaluator.indexOf(other, action.microbatch, isForward)];
    const EdgeCosts &sent = context.costs.edge(edge, action.microbatch);
    if (starts[writer][place] +
            context.costs.timeOf(order.processors[writer][place]) +
            sent.transferTime + sent.latency ==
        start)
      return {writer, place};
  }
  return {-1, -1};
}

/// Lists moves that let an action of the longest chain start earlier.
void Improvement::listMovesAround(int64_t processor, int64_t position) {
  const auto &row = order.processors[processor];
  if (position == 0)
    return;
  moves.push_back({processor, position, position - 1});
  if (row[position - 1].kind != weight_gradient)
    return;
  // A weight gradient in the chain may wait for the next gap, or for the end.
  int64_t count = row.size();
  for (int64_t at = position + 1; at < count; ++at)
    if (starts[processor][at] !=
        starts[processor][at - 1] + context.costs.timeOf(row[at - 1])) {
      moves.push_back({processor, position - 1, at - 1});
      break;
    }
  moves.push_back({processor, position - 1, count - 1});
}

void Improvement::findPlaces() {
  places.resize(2 * context.problem.stages.size() *
                context.problem.microbatches);
  for (const std::vector<PipelineAction> &row : order.processors)
    for (size_t at = 0; at < row.size(); ++at)
      if (row[at].kind != weight_gradient)
        places[evaluator.indexOf(row[at].stage, row[at].microbatch,
                                 row[at].kind == forward)] = at;
}

void Improvement::listChainMoves() {
  int64_t processors = order.processors.size(), longest = 0;
  for (int64_t id = 1; id < processors; ++id)
    if (evaluator.lengthOf(id) > evaluator.lengthOf(longest))
      longest = id;
  int64_t processor = longest, position = order.processors[longest].size() - 1;
  while (processor >= 0 && position >= 0) {
    auto [before, place] = causeOf(processor, position);
    if (before == processor)
      listMovesAround(processor, position);
    processor = before;
    position = place;
  }
}

/// Lists the places where gradients can be joined or taken apart, in rows where
/// that changes their time.
void Improvement::listCouplings(int64_t processor) {
  const auto &row = order.processors[processor];
  int64_t count = row.size();
  for (int64_t at = 0; at < count; ++at) {
    const PipelineStage &stage = context.problem.stages[row[at].stage];
    if (!stage.backwardTime ||
        *stage.backwardTime ==
            stage.inputGradientTime + stage.weightGradientTime)
      continue;
    if (row[at].kind == backward)
      for (int64_t to = at + 1; to <= std::min(count, at + farthest); ++to)
        moves.push_back({processor, at, to, true});
    if (row[at].kind == weight_gradient)
      moves.push_back(
          {processor,
           places[evaluator.indexOf(row[at].stage, row[at].microbatch, false)],
           at, true});
  }
}

/// Adds some moves that need no reason, which lead out of dead ends.
void Improvement::addRandomMoves() {
  for (size_t id = 0; id < order.processors.size(); ++id) {
    int64_t count = order.processors[id].size();
    for (int64_t number = 0; number < randomMoves && count > 1; ++number) {
      int64_t from = random() % count, to = random() % count;
      if (count > 2 * farthest)
        to = std::clamp<int64_t>(from - farthest + to % (2 * farthest + 1), 0,
                                 count - 1);
      if (from != to)
        moves.push_back({static_cast<int64_t>(id), from, to});
    }
  }
}

void Improvement::listMoves() {
  moves.clear();
  starts = evaluator.starts();
  findPlaces();
  int64_t processors = order.processors.size();
  for (int64_t id = 0; id < processors; ++id) {
    if (evaluator.lengthOf(id) > bound)
      listGapMoves(id);
    listCouplings(id);
  }
  listChainMoves();
  addRandomMoves();
  std::shuffle(moves.begin(), moves.end(), random);
}

/// Returns whether the move was made.
bool Improvement::tryMove(const Move &move) {
  if (!move.couples && !isLegal(move))
    return false;
  auto &row = order.processors[move.processor];
  apply(move, row);
  std::optional<int64_t> value;
  if (evaluator.fits(row, move.processor))
    value = evaluator.evaluate(order);
  if (value && *value < best.value)
    best = {order, *value};
  if (value && scoreOf(*value) < score + threshold) {
    score = scoreOf(*value);
    return true;
  }
  if (move.couples)
    apply(move, row);
  else
    apply({move.processor, move.to, move.from}, row);
  return false;
}

/// Starts from the best order, and accepts moves until none is left or the
/// round's effort is spent.
void Improvement::runRound(int64_t until) {
  order = best.order;
  auto value = evaluator.evaluate(order);
  if (!value)
    return;
  score = scoreOf(*value);
  for (bool moved = true; moved;) {
    moved = false;
    listMoves();
    for (const Move &move : moves) {
      if (best.value <= bound || evaluator.steps() >= until)
        return;
      moved = tryMove(move);
      if (moved)
        break;
    }
  }
}

void Improvement::run() {
  int64_t actions = 0, time = 0;
  for (const std::vector<PipelineAction> &row : order.processors)
    for (const PipelineAction &action : row) {
      ++actions;
      time += context.costs.timeOf(action);
    }
  int64_t mean = time / actions;
  runRound(end);
  // Thresholds from that of one processor that is longer by two actions, again
  // and again, where rounds are short.
  for (int64_t round = 0;
       round < cycles * rounds && best.value > bound && evaluator.steps() < end;
       ++round) {
    threshold = mean * 2 * (rounds - round % rounds) / rounds;
    runRound(std::min(end, evaluator.steps() + effort / rounds));
  }
}

} // namespace

void improveOrder(const GreedyContext &context, OrderEvaluator &evaluator,
                  int64_t bound, int64_t effort, uint64_t seed,
                  BestOrder &best) {
  if (best.isFound() && best.value > bound && effort > 0)
    Improvement(context, evaluator, bound, effort, seed, best).run();
}

} // namespace layerpipe::scheduling
