//===- StagePartition.cpp - Stages of least bottleneck --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bottleneck is tried by a walk over the cuts (StageTrial.h). Around that is
// a bisection, then trials of anything strictly better, so that the least
// bottleneck is found as an exact fraction. For layers of 2, 3 and 3 units on
// two processors,
//
//   a bottleneck of 4 fails: [2] [3] [3] would be three stages;
//   and 5 succeeds with [2 3] [3].
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Stages/StagePartition.h"
#include "StageCosts.h"
#include "StageCuts.h"
#include "StagePlaces.h"
#include "StageTrial.h"
#include "layerpipe/Scheduling/Stages/Partition.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {
namespace {

/// No stages have a longer bottleneck, since check() allows no larger terms.
constexpr int64_t largestBottleneck = int64_t(1) << 61;

class Search {
public:
  Search(const LayerGraph &graph, const StageProblem &problem,
         const StageCuts &cuts)
      : graph(graph), problem(problem), cuts(cuts), places(problem),
        groups(cuts, places), costs(cuts, problem, places),
        deadline(problem.limits) {}

  Result<StagePartition> run();

private:
  bool findFirst();
  bool improve(Fraction bottleneck, bool strict);
  void bisect(int64_t scale);
  Fraction bottleneckOf(const StageEnds &ends) const;
  Fraction simpleBound() const;
  std::vector<int64_t> stagesOf(const StageEnds &ends) const;

  const LayerGraph &graph;
  const StageProblem &problem;
  const StageCuts &cuts;
  StagePlaces places;
  GroupsOfCuts groups;
  StageCosts costs;
  Deadline deadline;
  StageEnds best;
  Fraction bottleneck, bound;
  /// No bottleneck among the cuts is below this.
  Fraction ruledOut;
};

/// Returns the largest of the whole work shared by all, each layer alone with
/// the number of replicas that suits it, and the layers of each pin together.
Fraction Search::simpleBound() const {
  Fraction least = {totalTime(graph), problem.processors};
  if (!problem.replicated)
    least = {ceil(least), 1};
  const Fraction &synchronisation = costs.synchronisation;
  for (const Layer &layer : graph.layers) {
    int64_t time = layer.forwardTime + layer.backwardTime;
    Fraction alone = {time, 1};
    for (int64_t m = 2; m <= costs.replicas && alone > least; ++m)
      alone = std::min(alone, {time * m * synchronisation.denominator +
                                   4 * (m - 1) * layer.parameterBytes *
                                       synchronisation.numerator,
                               costs.denominator(m)});
    least = std::max(least, alone);
  }
  std::vector<int64_t> timeOf(places.countGroups(), 0);
  for (size_t layer = 0; layer < graph.layers.size(); ++layer)
    if (int64_t group = places.groupOf(static_cast<int64_t>(layer)); group >= 0)
      timeOf[group] +=
          graph.layers[layer].forwardTime + graph.layers[layer].backwardTime;
  for (int64_t time : timeOf)
    least = std::max(least, {time, 1});
  return reduce(least);
}

Fraction Search::bottleneckOf(const StageEnds &ends) const {
  Fraction largest;
  StageEnd before;
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    const StageEnd *after = end + 1 == ends.rend() ? nullptr : &*(end + 1);
    largest = std::max(largest, costs.stage(before, *end, after));
    before = *end;
  }
  return largest;
}

/// Finds any stages: one with everything, unless there are pins.
bool Search::findFirst() {
  if (places.hasPins())
    return improve({largestBottleneck, 1}, /*strict=*/false);
  best = {{cuts.size() - 1, 1, 0}};
  bottleneck = bottleneckOf(best);
  return true;
}

bool Search::improve(Fraction wanted, bool strict) {
  StageTrial trial(costs, places, groups, wanted, strict);
  if (!trial.run(deadline))
    return false;
  best = trial.stages();
  bottleneck = bottleneckOf(best);
  return true;
}

/// Bisects to the least multiple of 1 / scale that is attained.
void Search::bisect(int64_t scale) {
  auto low = static_cast<int64_t>(
      ceilDiv(Wide(ruledOut.numerator) * scale, ruledOut.denominator));
  auto ceiling = [&] {
    return static_cast<int64_t>(
        ceilDiv(Wide(bottleneck.numerator) * scale, bottleneck.denominator));
  };
  int64_t high = ceiling();
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (improve({middle, scale}, /*strict=*/false)) {
      high = ceiling();
    } else if (deadline.passed()) {
      return;
    } else {
      low = middle + 1;
      ruledOut = {middle, scale};
    }
  }
}

/// Returns the stage of each layer, cut by cut from the first.
std::vector<int64_t> Search::stagesOf(const StageEnds &ends) const {
  std::vector<int64_t> stage(graph.layers.size(), -1);
  int64_t count = ends.size(), next = 0;
  for (int64_t index = 0; index < count; ++index) {
    int64_t cut = ends[count - 1 - index].cut;
    int64_t level =
        std::upper_bound(cuts.first.begin(), cuts.first.end() - 1, cut) -
        cuts.first.begin() - 1;
    int64_t certain = cuts.certain[level];
    for (; next < certain; ++next)
      if (stage[cuts.order[next]] < 0)
        stage[cuts.order[next]] = index;
    for (; level > certain; --level) {
      const Extension &extension = cuts.extensionsOf(cut)[0];
      if (stage[extension.layer] < 0)
        stage[extension.layer] = index;
      cut = extension.from;
    }
  }
  return stage;
}

Result<StagePartition> Search::run() {
  if (!findFirst())
    return Error{"no contiguous stages were found that have all pins",
                 Failure::out_of_time};
  bound = ruledOut = simpleBound();
  bisect(1);
  if (!costs.whole()) {
    bisect(256);
    while (bottleneck > bound && !deadline.passed() &&
           improve(bottleneck, /*strict=*/true)) {
    }
  }
  StagePartition answer;
  answer.method = cuts.complete ? "all cuts" : "beam over cuts";
  answer.bottleneck = bottleneck;
  bool over = deadline.passed();
  if (cuts.complete && costs.apart == costs.byPlace)
    bound = over ? std::max(bound, reduce(ruledOut)) : bottleneck;
  answer.lowerBound = bound;
  answer.proof = bound == bottleneck ? Proof::optimal
                 : over              ? Proof::out_of_time
                                     : Proof::feasible;
  answer.stage = stagesOf(best);
  for (auto end = best.rbegin(); end != best.rend(); ++end) {
    answer.replicas.push_back(end->replicas);
    if (!problem.replicated)
      answer.processor.push_back(end->processor);
  }
  return answer;
}

} // namespace

Result<StagePartition> partitionStages(const LayerGraph &graph,
                                       const StageProblem &problem) {
  if (Status status = check(graph, problem); !status)
    return status;
  if (Status status = checkOrderOfPins(graph, problem); !status)
    return status;
  Result<StageCuts> cuts =
      collectCuts(graph, problem.maxCuts,
                  problem.transfers && haveBandwidth(problem.links));
  if (!cuts)
    return cuts.error();
  return Search(graph, problem, *cuts).run();
}

} // namespace layerpipe::scheduling
