//===- StagePartition.cpp - Stages of least bottleneck --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bottleneck is tried by a walk over the cuts by size. Around that there is a
// bisection, then trials of anything strictly better, so that the least
// bottleneck is found as an exact fraction. For layers of 2, 3 and 3 units on
// two processors,
//
//   a bottleneck of 4 fails: [2] [3] [3] would be three stages;
//   and 5 succeeds with [2 3] [3].
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Stages/StagePartition.h"
#include "StageCuts.h"
#include "layerpipe/Scheduling/Stages/Partition.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace layerpipe::scheduling {
namespace {

constexpr int64_t none = std::numeric_limits<int64_t>::max();

/// A trial by places holds so many endings, one for each cut and number of
/// processors. They take 100 MB.
constexpr int64_t maxEndings = int64_t(1) << 22;

/// Returns ⌊value · factor⌋, or the largest integer below value · factor;
/// within int64.
int64_t limitOf(Fraction value, Wide factor, bool strict) {
  Wide product = Wide(value.numerator) * factor;
  Wide limit = strict ? ceilDiv(product, value.denominator) - 1
                      : floorDiv(product, value.denominator);
  return static_cast<int64_t>(std::min<Wide>(limit, none - 1));
}

/// These are times over a common denominator for each number of replicas.
class Costs {
public:
  Costs(const StageCuts &cuts, const StageProblem &problem)
      : cuts(cuts), links(problem.links),
        slowest(reduce(slowestLink(problem.links).bandwidth)),
        replicas(problem.replicated ? problem.processors : 1),
        apart(!problem.replicated && !problem.links.areUniform()),
        byPlace(apart &&
                Wide(cuts.size()) * (problem.processors + 1) <= maxEndings) {
    infinite = slowest.numerator == 0;
    transfers = problem.transfers && !infinite;
    if (infinite || !problem.replicated)
      synchronisation = {0, 1};
    else
      synchronisation = {slowest.denominator, slowest.numerator};
  }

  /// Returns the load up to a cut, times m²·synchronisation.denominator.
  int64_t load(int64_t cut, int64_t m) const {
    return cuts.time[cut] * m * synchronisation.denominator +
           4 * (m - 1) * cuts.parameterBytes[cut] * synchronisation.numerator;
  }
  int64_t denominator(int64_t m) const {
    return m * m * synchronisation.denominator;
  }
  int64_t loadLimit(Fraction bottleneck, int64_t m, bool strict) const {
    return limitOf(bottleneck, denominator(m), strict);
  }
  /// Returns how many bytes a cut with such a link may have.
  int64_t trafficLimit(Fraction bottleneck, Fraction bandwidth, int64_t m,
                       bool strict) const {
    if (!transfers || bandwidth.numerator == 0)
      return none;
    Wide room =
        Wide(limitOf(bottleneck, Wide(bandwidth.numerator) * m, strict));
    return static_cast<int64_t>(
        floorDiv(room, Wide(2) * bandwidth.denominator));
  }
  /// Returns the cost of a stage whose first processor is `place`.
  Fraction stage(int64_t from, int64_t to, int64_t m, int64_t place) const {
    Fraction cost = {load(to, m) - load(from, m), denominator(m)};
    if (transfers && from != 0) {
      cost = std::max(cost, transfer(from, m, place));
      if (to != cuts.size() - 1)
        cost = std::max(cost, transfer(to, m, place + m));
    }
    return reduce(cost);
  }
  Fraction transfer(int64_t cut, int64_t m, int64_t place) const {
    Fraction bandwidth = bandwidthBefore(place);
    if (bandwidth.numerator == 0)
      return {0, 1};
    return {2 * cuts.traffic[cut] * bandwidth.denominator,
            bandwidth.numerator * m};
  }
  /// Returns whether every bottleneck is a whole number.
  bool whole() const { return replicas == 1 && (!transfers || allWhole()); }

  const StageCuts &cuts;
  const Links &links;
  Fraction slowest, synchronisation;
  int64_t replicas;
  /// Says whether the cost of a cut depends on the processors beside it, and
  /// whether trials know that. Those of large problems take all cuts for as
  /// slow as the slowest link.
  const bool apart, byPlace;
  bool infinite, transfers;

  /// Returns the bandwidth from the processor before `place` to that one.
  Fraction bandwidthBefore(int64_t place) const {
    return apart ? reduce(linkOf(links, place - 1, place).bandwidth) : slowest;
  }

private:
  bool allWhole() const {
    bool all = true;
    forEachLink(links, [&](const Link &link) {
      all &= reduce(link.bandwidth).numerator <= 1;
    });
    return all;
  }
};

/// An ending says of a stage that ends at a cut where it began, and with how
/// many processors.
struct Ending {
  int64_t processors = none; // They count up to this cut.
  int64_t from = -1;
  int64_t replicas = 0;
};

/// A start says where an unfinished stage began.
struct Start {
  int64_t processors;
  int64_t load;
  int64_t cut;
};

/// A trial finds out whether all stages can keep to a bottleneck.
class Trial {
public:
  Trial(const Costs &costs, int64_t processors, Fraction bottleneck,
        bool strict)
      : costs(costs), cuts(costs.cuts), processors(processors),
        places(costs.byPlace ? processors + 1 : 1),
        endings(costs.cuts.size() * places) {
    auto addTraffic = [&](Fraction bandwidth, int64_t m) {
      trafficLimits.push_back(
          costs.trafficLimit(bottleneck, bandwidth, m, strict));
    };
    for (int64_t m = 1; m <= costs.replicas; ++m) {
      loadLimit.push_back(costs.loadLimit(bottleneck, m, strict));
      if (!costs.byPlace)
        addTraffic(costs.slowest, m);
    }
    if (costs.byPlace)
      for (int64_t place = 0; place <= processors; ++place)
        addTraffic(costs.bandwidthBefore(std::max<int64_t>(place, 1)), 1);
  }

  bool run(Deadline &deadline);

  /// Returns the cut and the replicas of each stage's end, the last first.
  std::vector<std::pair<int64_t, int64_t>> stages();

private:
  void visit(int64_t cut, int64_t m, int64_t level);
  void startStages(int64_t cut, int64_t level);
  void addStart(std::vector<Start> &starts, Start start) const;
  void addOfPlace(std::vector<Start> &starts, Start start) const;
  void offer(int64_t cut, const Ending &ending);

  /// Returns the ending at a cut with so many processors, or, where places
  /// don't count, that with the fewest.
  Ending &endingAt(int64_t cut, int64_t used) {
    return endings[cut * places + (costs.byPlace ? used : 0)];
  }
  /// Returns how many bytes may cross a cut between the stage of m processors
  /// and the processor `place`.
  int64_t trafficLimit(int64_t place, int64_t m) const {
    return trafficLimits[costs.byPlace ? place : m - 1];
  }

  std::vector<Start> &startsAt(std::vector<std::vector<Start>> &starts,
                               int64_t level, int64_t cut, int64_t m) {
    return starts[(cut - cuts.first[level]) * costs.replicas + m - 1];
  }

  const Costs &costs;
  const StageCuts &cuts;
  int64_t processors;
  const int64_t places;
  std::vector<int64_t> loadLimit, trafficLimits;
  std::vector<Ending> endings;
  /// The last stage found has so many processors up to its end, or `none`.
  int64_t used = none;
  /// Each cut and number of replicas has its starts here, of this level and the
  /// one below, by ascending processors and load.
  std::vector<std::vector<Start>> current, previous;
};

/// Adds `start` unless another has no more processors and no less load. Of
/// starts with 2 processors and load 5, and 3 processors and load 4, only the
/// first one stays, since it used fewer processors, and its stage has less to
/// do.
void Trial::addStart(std::vector<Start> &starts, Start start) const {
  if (costs.byPlace)
    return addOfPlace(starts, start);
  auto at = starts.begin();
  for (; at != starts.end() && at->processors <= start.processors; ++at)
    if (at->load >= start.load)
      return;
  // `at` is the first one with more processors.
  auto last = at;
  while (last != starts.end() && last->load <= start.load)
    ++last;
  at = starts.erase(at, last);
  while (at != starts.begin() && (at - 1)->processors == start.processors)
    at = starts.erase(at - 1);
  starts.insert(at, start);
}

/// Adds `start` unless another with as many processors has no less load. One
/// with fewer does not stand for it: the links behind it are others.
void Trial::addOfPlace(std::vector<Start> &starts, Start start) const {
  auto at = std::lower_bound(starts.begin(), starts.end(), start.processors,
                             [](const Start &other, int64_t processors) {
                               return other.processors < processors;
                             });
  if (at == starts.end() || at->processors != start.processors)
    starts.insert(at, start);
  else if (at->load < start.load)
    *at = start;
}

/// Keeps the ending if it has fewer processors than that of its place.
void Trial::offer(int64_t cut, const Ending &ending) {
  Ending &kept = endingAt(cut, ending.processors);
  if (ending.processors < kept.processors)
    kept = ending;
}

void Trial::visit(int64_t cut, int64_t m, int64_t level) {
  std::vector<Start> &starts = startsAt(current, level, cut, m);
  starts.clear();
  int64_t load = costs.load(cut, m), limit = loadLimit[m - 1];
  for (const Extension &extension : cuts.extensionsOf(cut))
    for (const Start &start : startsAt(previous, level - 1, extension.from, m))
      if (load - start.load <= limit)
        addStart(starts, start);
  if (load <= limit)
    offer(cut, {m, 0, m});
  bool last = cut == cuts.size() - 1;
  for (const Start &start : starts) {
    int64_t until = start.processors + m;
    if (last || cuts.traffic[cut] <= trafficLimit(until, m))
      offer(cut, {until, start.cut, m});
    if (!costs.byPlace)
      break; // The first start has the fewest processors.
  }
}

void Trial::startStages(int64_t cut, int64_t level) {
  for (int64_t place = 0; place < places; ++place) {
    int64_t before = endings[cut * places + place].processors;
    if (before >= processors)
      continue;
    for (int64_t m = 1; m <= costs.replicas && before + m <= processors; ++m)
      if (cuts.traffic[cut] <= trafficLimit(before, m))
        addStart(startsAt(current, level, cut, m),
                 {before, costs.load(cut, m), cut});
  }
}

bool Trial::run(Deadline &deadline) {
  int64_t levels = cuts.first.size() - 1;
  previous.assign(costs.replicas, {});
  for (int64_t level = 1; level < levels; ++level) {
    current.resize((cuts.first[level + 1] - cuts.first[level]) *
                   costs.replicas);
    for (int64_t cut = cuts.first[level]; cut < cuts.first[level + 1]; ++cut) {
      if (deadline.passed())
        return false;
      for (int64_t m = 1; m <= costs.replicas; ++m)
        visit(cut, m, level);
      startStages(cut, level);
    }
    std::swap(previous, current);
  }
  for (int64_t place = 0; place < places; ++place)
    used = std::min(used, endings[endings.size() - places + place].processors);
  return used <= processors;
}

std::vector<std::pair<int64_t, int64_t>> Trial::stages() {
  std::vector<std::pair<int64_t, int64_t>> result;
  int64_t until = used;
  for (int64_t cut = cuts.size() - 1; cut > 0;) {
    const Ending &ending = endingAt(cut, until);
    result.emplace_back(cut, ending.replicas);
    until -= ending.replicas;
    cut = ending.from;
  }
  return result;
}

using Ends = std::vector<std::pair<int64_t, int64_t>>;

class Search {
public:
  Search(const LayerGraph &graph, const StageProblem &problem,
         const StageCuts &cuts)
      : graph(graph), problem(problem), cuts(cuts), costs(cuts, problem),
        deadline(problem.limits) {}

  StagePartition run();

private:
  bool improve(Fraction bottleneck, bool strict);
  void bisect(int64_t scale);
  Fraction bottleneckOf(const Ends &ends) const;
  Fraction simpleBound() const;
  std::vector<int64_t> stagesOf(const Ends &ends) const;

  const LayerGraph &graph;
  const StageProblem &problem;
  const StageCuts &cuts;
  Costs costs;
  Deadline deadline;
  Ends best;
  Fraction bottleneck, bound;
  /// No bottleneck among the cuts is below this.
  Fraction ruledOut;
};

/// Returns the larger of the whole work shared by all, and each layer alone
/// with the number of replicas that suits it.
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
  return reduce(least);
}

Fraction Search::bottleneckOf(const Ends &ends) const {
  Fraction largest;
  int64_t from = 0, place = 0;
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    auto [cut, replicas] = *end;
    largest = std::max(largest, costs.stage(from, cut, replicas, place));
    from = cut;
    place += replicas;
  }
  return largest;
}

bool Search::improve(Fraction wanted, bool strict) {
  Trial trial(costs, problem.processors, wanted, strict);
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
std::vector<int64_t> Search::stagesOf(const Ends &ends) const {
  std::vector<int64_t> stage(graph.layers.size(), -1);
  int64_t count = ends.size(), next = 0;
  for (int64_t index = 0; index < count; ++index) {
    int64_t cut = ends[count - 1 - index].first;
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

StagePartition Search::run() {
  best = {{cuts.size() - 1, 1}};
  bottleneck = bottleneckOf(best);
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
  for (auto end = best.rbegin(); end != best.rend(); ++end)
    answer.replicas.push_back(end->second);
  return answer;
}

} // namespace

Result<StagePartition> partitionStages(const LayerGraph &graph,
                                       const StageProblem &problem) {
  if (Status status = check(graph, problem); !status)
    return status;
  Result<StageCuts> cuts =
      collectCuts(graph, problem.maxCuts,
                  problem.transfers && haveBandwidth(problem.links));
  if (!cuts)
    return cuts.error();
  return Search(graph, problem, *cuts).run();
}

} // namespace layerpipe::scheduling
