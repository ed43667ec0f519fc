//===- PartitionTest.cpp - Tests of stages of layer graphs ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Against all ways to cut small graphs, on graphs with too many cuts and on
// long chains; the judge against broken answers; layers of training graphs.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Stages/Partition.h"
#include "Support/RandomLinks.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include "Graphs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <tuple>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;

namespace {

int64_t rounds(int64_t plain) {
#ifdef LAYERPIPE_SANITIZED
  plain = plain / 10 + 1;
#endif
  const char *factor = std::getenv("LAYERPIPE_LONG_TESTS");
  return plain *
         std::max(1, factor ? int(std::strtol(factor, nullptr, 10)) : 1);
}

void addLayer(LayerGraph &graph, int64_t time, int64_t activation = 0,
              int64_t parameters = 0) {
  Layer layer;
  layer.name = "l" + std::to_string(graph.layers.size());
  layer.forwardTime = time / 3;
  layer.backwardTime = time - time / 3;
  layer.activationBytes = activation;
  layer.parameterBytes = parameters;
  graph.layers.push_back(layer);
}

LayerGraph chainOf(const std::vector<int64_t> &times) {
  LayerGraph graph;
  for (int64_t time : times) {
    addLayer(graph, time);
    int64_t count = graph.layers.size();
    if (count > 1)
      graph.edges.push_back({count - 2, count - 1});
  }
  return graph;
}

/// Names do not follow the topological order.
LayerGraph randomLayers(std::mt19937_64 &random, int64_t maxLayers) {
  LayerGraph graph;
  int64_t count = draw(random, 1, maxLayers);
  for (int64_t layer = 0; layer < count; ++layer)
    addLayer(graph, draw(random, 0, 20), draw(random, 0, 12),
             draw(random, 0, 6));
  std::vector<int64_t> place(count);
  for (int64_t layer = 0; layer < count; ++layer)
    place[layer] = layer;
  std::shuffle(place.begin(), place.end(), random);
  int64_t density = draw(random, 0, 3);
  for (int64_t to = 1; to < count; ++to)
    for (int64_t from = 0; from < to; ++from)
      if (draw(random, 0, 3) < density && (to - from < 4 || from % 2 == 0))
        graph.edges.push_back({place[from], place[to]});
  return graph;
}

StageProblem randomProblem(std::mt19937_64 &random) {
  StageProblem problem;
  problem.processors = draw(random, 1, 4);
  if (draw(random, 0, 2) > 0)
    problem.links.others.bandwidth = {draw(random, 1, 5), draw(random, 1, 3)};
  if (draw(random, 0, 2) == 0)
    problem.links = randomLinks(random, problem.processors, [&]() -> Link {
      return {{draw(random, 1, 5), draw(random, 1, 3)}, 0};
    });
  problem.replicated = draw(random, 0, 1) == 1;
  problem.transfers = draw(random, 0, 3) > 0;
  return problem;
}

/// Places some layers, mostly as some stages would.
void addPins(std::mt19937_64 &random, const LayerGraph &graph,
             StageProblem &problem) {
  problem.pins.assign(graph.layers.size(), std::nullopt);
  std::vector<int64_t> order = topologicalOrder(graph);
  int64_t share = draw(random, 1, 5), processor = 0;
  bool any = draw(random, 0, 3) == 0;
  for (int64_t layer : order) {
    if (draw(random, 0, 2) == 0)
      processor = (processor + 1) % problem.processors;
    if (draw(random, 0, 5) < share)
      problem.pins[layer] =
          any ? draw(random, 0, problem.processors - 1) : processor;
  }
}

/// All ways to give each set of layers its stages, by sets as bit masks.
class AllStages {
public:
  AllStages(const LayerGraph &graph, const StageProblem &problem)
      : graph(graph), problem(problem), full((1u << graph.layers.size()) - 1),
        before(graph.layers.size(), 0), direct(before) {
    for (size_t i = 0; i < graph.layers.size(); ++i)
      before[i] = 1u << i;
    for (size_t pass = 0; pass < graph.layers.size(); ++pass)
      for (const LayerEdge &edge : graph.edges)
        before[edge.to] |= before[edge.from];
    for (const LayerEdge &edge : graph.edges)
      direct[edge.from] |= 1u << edge.to;
    for (int64_t id = 0; id < problem.processors; ++id)
      if (std::find(problem.pins.begin(), problem.pins.end(), id) ==
          problem.pins.end())
        unpinned.push_back(id);
  }

  /// Returns `never` if no stages have all pins.
  Fraction least() { return leastFrom(0, 0, -1); }
  static constexpr Fraction never{1 << 30, 1};

private:
  bool has(unsigned set, size_t layer) const { return set >> layer & 1; }
  bool closed(unsigned set) const {
    for (size_t i = 0; i < before.size(); ++i)
      if (has(set, i) && (before[i] & ~set))
        return false;
    return true;
  }
  /// The optimizer's augmented antichain, from its definition.
  int64_t traffic(unsigned set) const {
    unsigned crossing = 0;
    for (size_t x = 0; x < before.size(); ++x) {
      if (!has(set, x) || (direct[x] & set))
        continue;
      crossing |= 1u << x;
      for (size_t p = 0; p < before.size(); ++p)
        if (p != x && has(before[x], p) && (direct[p] & ~before[x]))
          crossing |= 1u << p;
    }
    int64_t bytes = 0;
    for (size_t i = 0; i < before.size(); ++i)
      if (has(crossing, i))
        bytes += graph.layers[i].activationBytes;
    return bytes;
  }
  /// What crosses between two processors, for m replicas.
  Fraction transfer(unsigned set, int64_t m, int64_t a, int64_t b) const {
    Fraction rate = problem.replicated ? slowestLink(problem.links).bandwidth
                                       : linkOf(problem.links, a, b).bandwidth;
    if (rate.numerator == 0)
      return {0, 1};
    return {2 * traffic(set) * rate.denominator, rate.numerator * m};
  }
  /// Where stages have one processor each, what leaves a stage counts when the
  /// next one's is known.
  Fraction cost(unsigned from, unsigned to, int64_t m, int64_t previous,
                int64_t processor) const {
    int64_t time = 0, parameters = 0;
    for (size_t i = 0; i < before.size(); ++i)
      if (has(to & ~from, i)) {
        time += graph.layers[i].forwardTime + graph.layers[i].backwardTime;
        parameters += graph.layers[i].parameterBytes;
      }
    Fraction b = slowestLink(problem.links).bandwidth;
    if (b.numerator == 0)
      return {time, m};
    Fraction cost = {time * m * b.numerator +
                         4 * (m - 1) * parameters * b.denominator,
                     m * m * b.numerator};
    if (!problem.transfers || from == 0)
      return cost;
    cost = std::max(cost, transfer(from, m, previous, processor));
    if (to != full && problem.replicated)
      cost = std::max(cost, transfer(to, m, 0, 0));
    return cost;
  }
  /// Returns the processor that the layers between ask for, −1 if that is none,
  /// and −2 if they can't be one stage.
  int64_t pinBetween(unsigned from, unsigned to) const {
    int64_t pin = -1;
    for (size_t layer = 0; layer < problem.pins.size(); ++layer)
      if (problem.pins[layer] && has(to & ~from, layer)) {
        if (pin >= 0 && pin != *problem.pins[layer])
          return -2;
        pin = *problem.pins[layer];
      }
    for (size_t layer = 0; layer < problem.pins.size(); ++layer)
      if (pin >= 0 && problem.pins[layer] == pin && !has(to & ~from, layer))
        return -2;
    return pin;
  }
  Fraction leastFrom(unsigned from, int64_t used, int64_t previous) {
    if (from == full)
      return {0, 1};
    auto [entry, added] = memo.try_emplace({from, used, previous}, never);
    if (!added)
      return entry->second;
    Fraction best = never;
    int64_t left = static_cast<int64_t>(unpinned.size()) - used;
    for (unsigned to = from + 1; to <= full; ++to) {
      if ((to & from) != from || !closed(to))
        continue;
      int64_t pin = pinBetween(from, to);
      if (pin == -2)
        continue;
      int64_t most = pin >= 0 ? 1 : problem.replicated ? left : 1;
      for (int64_t m = 1; m <= (pin >= 0 ? 1 : std::min(most, left)); ++m) {
        int64_t id = pin >= 0 ? pin : unpinned[used];
        best = std::min(best,
                        std::max(cost(from, to, m, previous, id),
                                 leastFrom(to, used + (pin >= 0 ? 0 : m), id)));
      }
    }
    memo[{from, used, previous}] = best;
    return best;
  }

  const LayerGraph &graph;
  const StageProblem &problem;
  unsigned full;
  std::vector<unsigned> before, direct;
  std::vector<int64_t> unpinned;
  std::map<std::tuple<unsigned, int64_t, int64_t>, Fraction> memo;
};

/// `branches` chains of `length` layers between a first and a last layer.
LayerGraph branchedGraph(int64_t branches, int64_t length, uint64_t seed) {
  std::mt19937_64 random(seed);
  LayerGraph graph;
  addLayer(graph, 50, 8);
  std::vector<int64_t> ends;
  for (int64_t branch = 0; branch < branches; ++branch) {
    int64_t last = 0;
    for (int64_t i = 0; i < length; ++i) {
      int64_t next = graph.layers.size();
      addLayer(graph, draw(random, 10, 90), draw(random, 1, 64), 16);
      graph.edges.push_back({last, next});
      last = next;
    }
    ends.push_back(last);
  }
  int64_t join = graph.layers.size();
  addLayer(graph, 50, 8);
  for (int64_t end : ends)
    graph.edges.push_back({end, join});
  return graph;
}

void expectSound(const LayerGraph &graph, const StageProblem &problem,
                 const Result<StagePartition> &answer) {
  ASSERT_TRUE(answer) << answer.message();
  Status verified = verify(graph, problem, *answer);
  EXPECT_TRUE(verified) << verified.message();
}

} // namespace

TEST(Stages, areOptimalOnEverySmallGraph) {
  for (int64_t seed = 0; seed < rounds(6000); ++seed) {
    std::mt19937_64 random(seed);
    LayerGraph graph = randomLayers(random, 7);
    StageProblem problem = randomProblem(random);
    Result<StagePartition> answer = partitionStages(graph, problem);
    ASSERT_TRUE(answer) << "seed " << seed << ": " << answer.message();
    Status verified = verify(graph, problem, *answer);
    ASSERT_TRUE(verified) << "seed " << seed << ": " << verified.message();
    ASSERT_EQ(answer->proof, Proof::optimal) << "seed " << seed;
    ASSERT_EQ(answer->bottleneck, AllStages(graph, problem).least())
        << "seed " << seed;
  }
}

TEST(Stages, withPinsAreOptimalOnEverySmallGraph) {
  int64_t impossible = 0, reordered = 0;
  for (int64_t seed = 0; seed < rounds(6000); ++seed) {
    std::mt19937_64 random(seed);
    LayerGraph graph = randomLayers(random, 7);
    StageProblem problem = randomProblem(random);
    addPins(random, graph, problem);
    SCOPED_TRACE("seed " + std::to_string(seed));
    Result<StagePartition> answer = partitionStages(graph, problem);
    Fraction least = AllStages(graph, problem).least();
    if (least == AllStages::never) {
      ++impossible;
      ASSERT_FALSE(answer);
      ASSERT_EQ(answer.error().failure, Failure::infeasible);
      continue;
    }
    ASSERT_TRUE(answer) << answer.message();
    Status verified = verify(graph, problem, *answer);
    ASSERT_TRUE(verified) << verified.message();
    ASSERT_EQ(answer->proof, Proof::optimal);
    ASSERT_EQ(answer->bottleneck, least);
    reordered +=
        !std::is_sorted(answer->processor.begin(), answer->processor.end());
    if (problem.links.areUniform()) {
      problem.pins.clear();
      ASSERT_LE(AllStages(graph, problem).least(), answer->bottleneck);
    }
  }
  EXPECT_GT(impossible, 0);
  EXPECT_GT(reordered, 0);
}

TEST(Stages, pinnedWhereTheyAreAnywayStayAsTheyAre) {
  for (int64_t seed = 0; seed < rounds(300); ++seed) {
    std::mt19937_64 random(seed);
    LayerGraph graph = randomLayers(random, 12);
    StageProblem problem = randomProblem(random);
    problem.replicated = false;
    Result<StagePartition> free = partitionStages(graph, problem);
    expectSound(graph, problem, free);
    for (int64_t stage : free->stage)
      problem.pins.emplace_back(free->processor[stage]);
    Result<StagePartition> pinned = partitionStages(graph, problem);
    expectSound(graph, problem, pinned);
    // Branches may come in another order, between whose stages links differ.
    if (problem.links.areUniform())
      EXPECT_EQ(pinned->bottleneck, free->bottleneck);
    EXPECT_LE(pinned->bottleneck, free->bottleneck);
    for (size_t layer = 0; layer < free->stage.size(); ++layer)
      EXPECT_EQ(pinned->processor[pinned->stage[layer]],
                free->processor[free->stage[layer]]);
  }
}

/// With b on processor 0, a and c run on the others in their order.
TEST(Stages, takeProcessorsWithoutPinsInOrder) {
  LayerGraph graph = chainOf({5, 5, 5});
  StageProblem problem;
  problem.processors = 3;
  problem.pins = {{}, 0, {}};
  Result<StagePartition> answer = partitionStages(graph, problem);
  expectSound(graph, problem, answer);
  EXPECT_EQ(answer->processor, (std::vector<int64_t>{1, 0, 2}));
  problem.pins = {2, {}, 2};
  answer = partitionStages(graph, problem);
  expectSound(graph, problem, answer);
  EXPECT_EQ(answer->bottleneck, (Fraction{15, 1}));
  EXPECT_EQ(answer->processor, (std::vector<int64_t>{2}));
}

TEST(Stages, thatPinsTurnBackAreRefused) {
  LayerGraph graph = chainOf({5, 5, 5});
  StageProblem problem;
  problem.processors = 3;
  problem.pins = {2, 0, 2};
  Result<StagePartition> answer = partitionStages(graph, problem);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.message(),
            "contiguous stages can't have 'l1' on processor 0 and 'l0' on "
            "processor 2: values flow from the layers that are placed on one "
            "of them to those on the other, and back");
}

TEST(Stages, thatBreakPinsAreSeen) {
  LayerGraph graph = chainOf({5, 5, 5, 5});
  StageProblem problem;
  problem.processors = 4;
  problem.pins = {{}, 0, 0, {}};
  Result<StagePartition> good = partitionStages(graph, problem);
  expectSound(graph, problem, good);
  EXPECT_EQ(good->processor, (std::vector<int64_t>{1, 0, 2}));
  auto refused = [&](auto change) {
    StagePartition bad = *good;
    change(bad);
    return !verify(graph, problem, bad);
  };
  using P = StagePartition;
  EXPECT_TRUE(refused([](P &p) { p.processor = {0, 1, 2}; }));
  EXPECT_TRUE(refused([](P &p) { p.processor = {1, 0, 3}; }));
  EXPECT_TRUE(refused([](P &p) { p.processor = {2, 0, 1}; }));
  EXPECT_TRUE(refused([](P &p) { p.processor.pop_back(); }));
  EXPECT_TRUE(refused([](P &p) { p.processor.clear(); }));
  problem.pins[3] = 1;
  EXPECT_TRUE(refused([](P &) {}));
  problem.pins = {{}, 0, 3, {}};
  EXPECT_TRUE(refused([](P &) {}));
  problem.pins = {{}, 3, 0, {}};
  EXPECT_TRUE(refused([](P &) {}));
  problem.pins = {0, {}, {}, 0};
  EXPECT_TRUE(refused([](P &) {}));
  problem.pins = {{}, 0, 0};
  EXPECT_FALSE(check(graph, problem));
  problem.pins = {{}, 4, {}, {}};
  EXPECT_FALSE(check(graph, problem));
}

TEST(Stages, withPinsHaveOneProcessorWhereOthersHaveReplicas) {
  LayerGraph graph = chainOf({4, 12});
  StageProblem problem;
  problem.processors = 4;
  problem.replicated = true;
  problem.pins = {3, {}};
  Result<StagePartition> good = partitionStages(graph, problem);
  expectSound(graph, problem, good);
  EXPECT_EQ(good->replicas, (std::vector<int64_t>{1, 3}));
  StagePartition bad = *good;
  bad.replicas = {2, 2};
  EXPECT_FALSE(verify(graph, problem, bad));
}

TEST(Stages, ofABeamAreSoundAndTheirBoundHolds) {
  for (int64_t seed = 0; seed < rounds(40); ++seed) {
    std::mt19937_64 random(seed);
    LayerGraph graph = branchedGraph(draw(random, 4, 5), 5, seed);
    StageProblem problem = randomProblem(random);
    Result<StagePartition> exact = partitionStages(graph, problem);
    problem.maxCuts = 1;
    Result<StagePartition> beam = partitionStages(graph, problem);
    SCOPED_TRACE("seed " + std::to_string(seed));
    expectSound(graph, problem, exact);
    expectSound(graph, problem, beam);
    EXPECT_EQ(exact->method, "all cuts");
    EXPECT_EQ(beam->method, "beam over cuts");
    EXPECT_LE(exact->bottleneck, beam->bottleneck);
    EXPECT_LE(beam->lowerBound, exact->bottleneck);
  }
}

TEST(Stages, ofManyBranchesAreFoundWithFewStepsAndCloseToTheirBound) {
  LayerGraph graph = branchedGraph(8, 50, 1); // 51^8 cuts
  for (bool transfers : {false, true}) {
    StageProblem problem;
    problem.processors = 8;
    if (transfers)
      problem.links.others.bandwidth = {1, 1};
    SearchScope scope;
    Result<StagePartition> answer = partitionStages(graph, problem);
    EXPECT_LT(scope.steps(), 10'000'000);
    expectSound(graph, problem, answer);
    EXPECT_EQ(answer->method, "beam over cuts");
    // Within 2 % of the work shared equally.
    EXPECT_LT(answer->bottleneck.numerator * 100,
              answer->lowerBound.numerator * 102);
  }
}

TEST(Stages, areOptimalWhereBranchesJoinAgainAndAgain) {
  // Blocks of four branches, as of an inception network.
  std::mt19937_64 random(3);
  LayerGraph graph;
  addLayer(graph, 10, 4);
  for (int64_t block = 0; block < 12; ++block) {
    int64_t fork = static_cast<int64_t>(graph.layers.size()) - 1;
    std::vector<int64_t> ends;
    for (int64_t branch = 0; branch < 4; ++branch) {
      int64_t last = fork;
      for (int64_t i = 0; i < 2 + 2 * branch; ++i) {
        int64_t next = graph.layers.size();
        addLayer(graph, draw(random, 5, 50), draw(random, 1, 9), 3);
        graph.edges.push_back({last, next});
        last = next;
      }
      ends.push_back(last);
    }
    int64_t join = graph.layers.size();
    addLayer(graph, 10, 4);
    for (int64_t end : ends)
      graph.edges.push_back({end, join});
  }
  StageProblem problem;
  problem.processors = 8;
  problem.links.others.bandwidth = {1, 1};
  Result<StagePartition> answer = partitionStages(graph, problem);
  expectSound(graph, problem, answer);
  EXPECT_EQ(answer->method, "all cuts");
  EXPECT_EQ(answer->proof, Proof::optimal);
}

TEST(Stages, ofChainsAgreeWithTheCutOfTheirLoads) {
  for (int64_t seed = 0; seed < rounds(300); ++seed) {
    std::mt19937_64 random(seed);
    std::vector<int64_t> times(draw(random, 1, 60));
    for (int64_t &time : times)
      time = draw(random, 0, 99);
    StageProblem problem;
    problem.processors = draw(random, 1, times.size());
    Result<StagePartition> answer = partitionStages(chainOf(times), problem);
    Result<Partition> chain = partitionChain(times, problem.processors);
    ASSERT_TRUE(answer && chain) << "seed " << seed;
    EXPECT_EQ(answer->bottleneck.numerator, chain->bottleneck)
        << "seed " << seed;
  }
}

TEST(Stages, ofChainsTakeNearLinearWork) {
#ifdef LAYERPIPE_SANITIZED
  GTEST_SKIP() << "sanitizers are many times slower";
#endif
  int64_t small = 0;
  for (int64_t count : {10000, 100000}) {
    std::mt19937_64 random(count);
    LayerGraph graph;
    for (int64_t layer = 0; layer < count; ++layer) {
      addLayer(graph, draw(random, 0, 999), draw(random, 0, 999), 7);
      if (layer > 0)
        graph.edges.push_back({layer - 1, layer});
      if (layer > 2 && layer % 3 == 0)
        graph.edges.push_back({layer - 3, layer});
    }
    SearchScope scope;
    for (bool replicated : {false, true}) {
      StageProblem problem;
      problem.processors = 8;
      problem.links.others.bandwidth = {3, 1};
      problem.replicated = replicated;
      expectSound(graph, problem, partitionStages(graph, problem));
    }
    if (count == 100000) {
      EXPECT_PRED2(growsNearLinearly, small, scope.steps());
    }
    small = scope.steps();
  }
}

TEST(Stages, countWhatSkipsACutOnceAndAnOpenForkToo) {
  // 0 → 1 → 3, 0 → 2 → 3: after {0, 1, 2} the optimizer counts 0 as well.
  LayerGraph graph;
  for (int64_t bytes : {100, 10, 1, 0})
    addLayer(graph, 12, bytes);
  graph.edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
  StageProblem problem;
  problem.processors = 2;
  problem.links.others.bandwidth = {1, 1};
  StagePartition answer;
  answer.replicas = {1, 1};
  answer.processor = {0, 1};
  answer.lowerBound = {0, 1};
  answer.stage = {0, 0, 0, 1};
  answer.bottleneck = {222, 1};
  EXPECT_TRUE(verify(graph, problem, answer));
  answer.stage = {0, 1, 0, 1};
  answer.bottleneck = {202, 1};
  EXPECT_TRUE(verify(graph, problem, answer));
  answer.stage = {0, 1, 1, 1};
  answer.bottleneck = {200, 1};
  EXPECT_TRUE(verify(graph, problem, answer));
}

TEST(Stages, brokenInAnyWayAreSeen) {
  std::mt19937_64 random(5);
  LayerGraph graph = branchedGraph(2, 4, 5);
  StageProblem problem;
  problem.processors = 4;
  problem.links.others.bandwidth = {2, 1};
  problem.replicated = true;
  Result<StagePartition> good = partitionStages(graph, problem);
  expectSound(graph, problem, good);
  auto refused = [&](auto change) {
    StagePartition bad = *good;
    change(bad);
    return !verify(graph, problem, bad);
  };
  using P = StagePartition;
  EXPECT_TRUE(refused([](P &p) { p.stage.pop_back(); }));
  EXPECT_TRUE(refused([](P &p) { p.stage[0] = 99; }));
  EXPECT_TRUE(refused([](P &p) { p.stage[0] = -1; }));
  EXPECT_TRUE(refused([](P &p) { p.replicas.push_back(1); }));
  EXPECT_TRUE(refused([](P &p) { p.replicas[0] += 4; }));
  EXPECT_TRUE(refused([](P &p) { p.replicas[0] = 0; }));
  EXPECT_TRUE(refused([](P &p) { ++p.bottleneck.numerator; }));
  EXPECT_TRUE(refused([](P &p) { --p.bottleneck.numerator; }));
  EXPECT_TRUE(refused([](P &p) { p.bottleneck.denominator = 0; }));
  EXPECT_TRUE(refused([](P &p) { ++p.lowerBound.numerator; }));
  EXPECT_TRUE(refused([](P &p) { p.lowerBound = {0, 1}; }));
  EXPECT_TRUE(refused([](P &p) { p.lowerBound.denominator = -1; }));
  problem.processors = 2;
  problem.replicated = false;
  good = partitionStages(graph, problem);
  expectSound(graph, problem, good);
  EXPECT_TRUE(
      refused([](P &p) { std::reverse(p.stage.begin(), p.stage.end()); }));
  EXPECT_TRUE(refused([](P &p) {
    p.stage.assign(p.stage.size(), 0);
    p.replicas = {2};
    p.processor = {0};
  }));
}

TEST(Stages, refuseWhatIsNoProblem) {
  LayerGraph graph = chainOf({3, 4});
  StageProblem problem;
  EXPECT_TRUE(partitionStages(graph, problem));
  EXPECT_FALSE(partitionStages({}, problem));
  auto refused = [&](auto change) {
    LayerGraph otherGraph = graph;
    StageProblem otherProblem = problem;
    change(otherGraph, otherProblem);
    return !partitionStages(otherGraph, otherProblem);
  };
  using G = LayerGraph;
  using P = StageProblem;
  EXPECT_TRUE(refused([](G &, P &p) { p.processors = 0; }));
  EXPECT_TRUE(refused([](G &, P &p) {
    p.processors = maxReplicas + 1;
    p.replicated = true;
  }));
  EXPECT_TRUE(refused([](G &, P &p) { p.maxCuts = 0; }));
  EXPECT_TRUE(refused([](G &, P &p) { p.links.others.bandwidth = {-1, 1}; }));
  EXPECT_TRUE(refused([](G &g, P &p) {
    g.layers[0].activationBytes = 1000;
    p.links.others.bandwidth = {3, int64_t(1) << 60};
  }));
  EXPECT_TRUE(refused([](G &g, P &) { g.layers[0].name = "l1"; }));
  EXPECT_TRUE(refused([](G &g, P &) { g.layers[0].forwardTime = -1; }));
  EXPECT_TRUE(
      refused([](G &g, P &) { g.layers[0].forwardTime = maxTotalTime; }));
  EXPECT_TRUE(refused([](G &g, P &) { g.layers[0].parameterBytes = -1; }));
  EXPECT_TRUE(
      refused([](G &g, P &) { g.layers[0].gradients = GradientTimes{1, 2}; }));
  EXPECT_TRUE(refused([](G &g, P &) { g.edges.push_back({0, 1}); }));
  EXPECT_TRUE(refused([](G &g, P &) { g.edges.push_back({1, 0}); }));
  EXPECT_TRUE(refused([](G &g, P &) { g.edges.push_back({1, 2}); }));
}

TEST(Stages, atTheLimitsOfTimesAndBytesDoNotOverflow) {
  LayerGraph graph = chainOf({0, 0, 0});
  for (Layer &layer : graph.layers) {
    layer.forwardTime = maxTotalTime / 3;
    layer.activationBytes = layer.parameterBytes = maxBytes / 6;
  }
  for (bool replicated : {false, true}) {
    StageProblem problem;
    problem.processors = replicated ? 64 : 3;
    problem.links.others.bandwidth = {8, 5};
    problem.replicated = replicated;
    expectSound(graph, problem, partitionStages(graph, problem));
  }
}

/// The second of four layers of 10 sends 60 bytes, which take 120 on a slow
/// link; the others send 3.
TEST(Stages, cutWhereTheLinksOfTheirProcessorsAreFast) {
  LayerGraph graph = chainOf({10, 10, 10, 10});
  for (Layer &layer : graph.layers)
    layer.activationBytes = 3;
  graph.layers[1].activationBytes = 60;
  const Link slow{{1, 1}, 0}, memory;
  StageProblem problem;
  problem.processors = 4;
  problem.links = {slow, {{2, memory}}};
  Result<StagePartition> answer = partitionStages(graph, problem);
  expectSound(graph, problem, answer);
  EXPECT_EQ(answer->bottleneck, (Fraction{20, 1}));
  problem.links = {slow, {}, {{1, 2, memory}}};
  answer = partitionStages(graph, problem);
  expectSound(graph, problem, answer);
  EXPECT_EQ(answer->bottleneck, (Fraction{10, 1}));
  EXPECT_EQ(answer->stage, (std::vector<int64_t>{0, 1, 2, 3}));
}

TEST(Stages, ofManyCutsAndPlacesTakeTheSlowestLink) {
  std::mt19937_64 random(1);
  LayerGraph graph;
  for (int64_t layer = 0; layer < 5000; ++layer) {
    addLayer(graph, draw(random, 0, 99), draw(random, 0, 999), 7);
    if (layer > 0)
      graph.edges.push_back({layer - 1, layer});
  }
  StageProblem problem;
  problem.links = {{{3, 1}, 0}, {{4, {}}, {16, {{7, 1}, 0}}}};
  for (int64_t processors : {16, 1000}) {
    problem.processors = processors;
    Result<StagePartition> answer = partitionStages(graph, problem);
    expectSound(graph, problem, answer);
    EXPECT_EQ(answer->proof == Proof::optimal, processors == 16);
  }
}

TEST(Stages, outOfTimeAreStillSound) {
  LayerGraph graph = branchedGraph(3, 40, 2);
  StageProblem problem;
  problem.processors = 4;
  problem.limits.seconds = 1e-9;
  Result<StagePartition> answer = partitionStages(graph, problem);
  expectSound(graph, problem, answer);
  EXPECT_EQ(answer->proof, Proof::out_of_time);
}

TEST(LayerGraph, ofATrainingGraphHasAllItsWork) {
  for (int64_t seed = 0; seed < rounds(300); ++seed) {
    std::mt19937_64 random(seed);
    TaskGraph tasks = makeRandomTraining(random, 8);
    Result<LayerGraph> graph = layerGraphOf(tasks);
    ASSERT_TRUE(graph) << "seed " << seed << ": " << graph.message();
    EXPECT_EQ(totalTime(*graph), totalTime(tasks)) << "seed " << seed;
    std::vector<int64_t> loads = layerLoads(tasks);
    ASSERT_EQ(graph->layers.size(), loads.size());
    for (size_t layer = 0; layer < loads.size(); ++layer)
      EXPECT_EQ(graph->layers[layer].forwardTime +
                    graph->layers[layer].backwardTime,
                loads[layer]);
  }
}

TEST(LayerGraph, ofAChainIsThatChain) {
  TaskGraph tasks = makeChain({{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 1, 2, 3}});
  Result<LayerGraph> graph = layerGraphOf(tasks);
  ASSERT_TRUE(graph) << graph.message();
  ASSERT_EQ(graph->layers.size(), 3u);
  EXPECT_EQ(graph->layers[1].name, "F2");
  EXPECT_EQ(graph->layers[1].forwardTime, 5);
  EXPECT_EQ(graph->layers[1].backwardTime, 21);
  EXPECT_EQ(graph->layers[1].gradients->input, 6);
  EXPECT_EQ(graph->layers[1].gradients->weight, 15);
  EXPECT_EQ(graph->layers[1].activationBytes, 1);
  EXPECT_EQ(graph->layers[1].parameterBytes, 200);
  ASSERT_EQ(graph->edges.size(), 2u);
  EXPECT_EQ(graph->edges[1].from, 1);
  EXPECT_EQ(graph->edges[1].to, 2);
  EXPECT_FALSE(
      layerGraphOf(makeChain({{1, 2, 3, 4}}, 0, true))->layers[0].gradients);
}
