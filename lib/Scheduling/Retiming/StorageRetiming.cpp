//===- StorageRetiming.cpp - Retiming for the least storage ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the flow, and the rounds in which a period's paths are added to
// it: those that the last answer leaves without a delay though they are too
// long.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Retiming/StorageRetiming.h"
#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"

#include "DelayFreePaths.h"
#include "PeriodFeasibility.h"
#include "StorageFlow.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// Returns whether the time is over. A deadline looks at the clock once in so
/// many calls, and rounds are long.
bool isOver(Deadline &deadline) {
  bool over = false;
  for (int call = 0; call < 256; ++call)
    over |= deadline.passed();
  return over;
}

/// Gives all inputs the least of their lags, which their readers allow.
void joinInputs(const TaskGraph &graph, Retiming &retiming) {
  int64_t least = std::numeric_limits<int64_t>::max();
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].kind == TaskKind::input)
      least = std::min(least, retiming[task]);
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].kind == TaskKind::input)
      retiming[task] = least;
}

/// These are the rounds in which the period's paths are added.
class PeriodRounds {
public:
  PeriodRounds(const TaskGraph &graph, const StorageOptions &options,
               StorageFlow &network, Retiming fallback, Deadline &deadline)
      : graph(graph), options(options), period(*options.period),
        network(network), test(graph), deadline(deadline) {
    consider(std::move(fallback));
  }

  StorageRetiming run();

private:
  void consider(Retiming retiming);
  void addPaths(const Retiming &retiming);
  StorageRetiming finish();

  const TaskGraph &graph;
  const StorageOptions &options;
  int64_t period;
  StorageFlow &network;
  PeriodFeasibility test;
  Deadline &deadline;
  /// This is the best retiming within the period so far.
  StorageRetiming best;
  std::vector<std::vector<int64_t>> trees;
};

void PeriodRounds::consider(Retiming retiming) {
  if (options.inputsTogether)
    joinInputs(graph, retiming);
  Wide storage = storageOf(graph, retiming, options.byEdge);
  if (!best.retiming.empty() && storage >= best.storage)
    return;
  best.storage = storage;
  best.retiming = std::move(retiming);
}

/// Adds the stretches that are too long and that the retiming leaves without a
/// delay.
void PeriodRounds::addPaths(const Retiming &retiming) {
  std::vector<int64_t> tree = longestPathTree(graph, retiming);
  for (const Stretch &stretch : stretchesLongerThan(graph, tree, period)) {
    StorageProof::Path path;
    path.tree = trees.size();
    path.first = stretch.first;
    path.last = stretch.last;
    network.addPath(path, stretch.delays);
  }
  trees.push_back(std::move(tree));
}

StorageRetiming PeriodRounds::finish() {
  best.lowerBound = network.optimum();
  best.flow = network.flow();
  // Only the trees that the flow's paths are in are kept.
  std::vector<int64_t> place(trees.size(), -1);
  for (StorageProof::Path &path : best.flow.paths) {
    if (place[path.tree] < 0) {
      place[path.tree] = best.flow.trees.size();
      best.flow.trees.push_back(std::move(trees[path.tree]));
    }
    path.tree = place[path.tree];
  }
  best.proof =
      best.storage == best.lowerBound ? Proof::optimal : Proof::out_of_time;
  return std::move(best);
}

/// Solves and adds paths, round after round. Every round's answer is cut off by
/// the paths that it leaves without a delay. There are finitely many paths that
/// matter, one for each pair of tasks and number of delays; so the rounds end,
/// with an answer within the period that costs no more than any other. Now and
/// then the least greater lags within the period are tried, in case the clock
/// ends the rounds.
StorageRetiming PeriodRounds::run() {
  for (uint64_t round = 1;; ++round) {
    Retiming retiming = network.solve();
    if (clockPeriod(graph, retimedDistances(graph, retiming)) <= period) {
      consider(std::move(retiming));
      return finish();
    }
    if (best.storage == network.optimum() || isOver(deadline))
      return finish();
    addPaths(retiming);
    if (std::has_single_bit(round) && test.run(period, retiming, deadline) ==
                                          PeriodFeasibility::Verdict::feasible)
      consider(test.retiming());
  }
}

} // namespace

Result<StorageRetiming> minimumStorageRetiming(const TaskGraph &graph,
                                               const StorageOptions &options,
                                               const Limits &limits) {
  if (Status status = check(graph); !status)
    return status;
  Deadline deadline(limits);
  StorageFlow network(graph, options);
  if (Status status = network.checkSize(); !status)
    return status;
  if (options.period) {
    Result<Retiming> feasible = retimeToPeriod(graph, *options.period, limits);
    if (!feasible)
      return feasible.error();
    return PeriodRounds(graph, options, network, std::move(*feasible), deadline)
        .run();
  }
  StorageRetiming answer;
  answer.retiming = network.solve();
  answer.storage = storageOf(graph, answer.retiming, options.byEdge);
  answer.lowerBound = network.optimum();
  answer.flow = network.flow();
  answer.proof = Proof::optimal;
  return answer;
}

} // namespace layerpipe::scheduling
