//===- IterationBoundTest.cpp - Tests of the iteration bound --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goldens, enumeration of cycles on small graphs, and on larger ones two other
// methods: a search by halving, and Boost.Graph.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include "layerpipe/Scheduling/Bounds/IterationBound.h"

#include <gmock/gmock.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/howard_cycle_ratio.hpp>

#include <algorithm>
#include <functional>
#include <limits>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

/// The greatest ratio over all simple cycles, by depth-first enumeration.
Fraction bruteForceBound(const TaskGraph &graph) {
  Fraction best{0, 1};
  int64_t count = graph.tasks.size();
  for (int64_t root = 0; root < count; ++root) {
    std::vector<bool> onPath(count, false);
    std::function<void(int64_t, int64_t, int64_t)> visit =
        [&](int64_t task, int64_t time, int64_t distance) {
          onPath[task] = true;
          for (const Edge &edge : graph.edges) {
            if (edge.from != task || edge.to < root)
              continue;
            int64_t length = time + graph.tasks[task].time;
            int64_t delays = distance + edge.distance;
            if (edge.to == root)
              best = std::max(best, Fraction{length, delays});
            else if (!onPath[edge.to])
              visit(edge.to, length, delays);
          }
          onPath[task] = false;
        };
    visit(root, 0, 0);
  }
  return best;
}

/// Whether a cycle has a ratio above num / den: longest paths, by plain rounds.
bool hasGreaterCycle(const TaskGraph &graph, Wide num, Wide den) {
  std::vector<Wide> length(graph.tasks.size(), 0);
  for (size_t round = 0; round <= graph.tasks.size(); ++round) {
    bool changed = false;
    for (const Edge &edge : graph.edges) {
      Wide next = length[edge.from] + den * graph.tasks[edge.from].time -
                  num * edge.distance;
      if (next > length[edge.to]) {
        length[edge.to] = next;
        changed = true;
      }
    }
    if (!changed)
      return false;
  }
  return true;
}

/// Whether `ratio` is the greatest: none is above it, and by halving between 0
/// and the sum of times some cycle comes within less than two different
/// fractions of such denominators can be apart.
void expectGreatest(const TaskGraph &graph, Fraction ratio) {
  EXPECT_FALSE(hasGreaterCycle(graph, ratio.numerator, ratio.denominator));
  if (ratio.numerator == 0)
    return;
  Wide delays = 1;
  for (const Edge &edge : graph.edges)
    delays += edge.distance;
  Wide scale = delays * delays;
  Wide low = 0, high = scale * (totalTime(graph) + 1);
  while (high - low > 1) {
    Wide middle = low + (high - low) / 2;
    (hasGreaterCycle(graph, middle, scale) ? low : high) = middle;
  }
  // low / scale < greatest ≤ high / scale, and only one fraction is there.
  EXPECT_TRUE(low * ratio.denominator < ratio.numerator * scale);
  EXPECT_TRUE(ratio.numerator * scale <= high * ratio.denominator);
}

struct EdgeData {
  double time = 0;
  double distance = 0;
};
using BoostGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS,
                          boost::no_property, EdgeData>;

/// Boost's own traits stop at improvements of 0.005.
struct TightTolerance {
  using value_type = double;
  static double infinity() { return std::numeric_limits<double>::max(); }
  static double epsilon() { return -1e-9; }
};

double boostBound(const TaskGraph &graph) {
  BoostGraph boostGraph(graph.tasks.size());
  for (const Edge &edge : graph.edges)
    boost::add_edge(edge.from, edge.to,
                    EdgeData{static_cast<double>(graph.tasks[edge.from].time),
                             static_cast<double>(edge.distance)},
                    boostGraph);
  return boost::maximum_cycle_ratio(
      boostGraph, boost::get(boost::vertex_index, boostGraph),
      boost::get(&EdgeData::time, boostGraph),
      boost::get(&EdgeData::distance, boostGraph),
      static_cast<std::vector<BoostGraph::edge_descriptor> *>(nullptr),
      TightTolerance());
}

} // namespace

TEST(IterationBound, agreesWithBoost) {
  for (uint64_t seed = 0; seed < seeds(300); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomGraph(random, 100, 99);
    Result<IterationBound> bound = computeIterationBound(graph);
    ASSERT_TRUE(bound) << bound.message();
    if (bound->criticalCycle.empty())
      continue; // Boost calls that minus infinity.
    EXPECT_NEAR(static_cast<double>(bound->ratio.numerator) /
                    static_cast<double>(bound->ratio.denominator),
                boostBound(graph), 1e-6);
  }
}

TEST(IterationBound, correlatorIs10) {
  Result<IterationBound> bound = computeIterationBound(makeCorrelator());
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{10, 1}));
}

TEST(IterationBound, findsTheGreaterOfTwoNearlyEqualCycles) {
  TaskGraph graph;
  int64_t a = addTask(graph, "a", TaskKind::other, 0, 100'000'000'000);
  int64_t b = addTask(graph, "b", TaskKind::other, 0, 100'000'000'001);
  addEdge(graph, a, a, EdgeKind::state, 1);
  addEdge(graph, b, b, EdgeKind::state, 1);
  Result<IterationBound> bound = computeIterationBound(graph);
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{100'000'000'001, 1}));
  EXPECT_THAT(bound->criticalCycle, testing::ElementsAre(1));
}

TEST(IterationBound, acyclicIsZeroAndADelayFreeCycleIsAnError) {
  TaskGraph graph;
  addTask(graph, "a", TaskKind::other, 0, 0);
  addTask(graph, "b", TaskKind::other, 0, 0);
  addEdge(graph, 0, 1);
  Result<IterationBound> bound = computeIterationBound(graph);
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{0, 1}));
  EXPECT_TRUE(bound->criticalCycle.empty());
  addEdge(graph, 1, 0);
  EXPECT_THAT(computeIterationBound(graph).message(),
              HasSubstr("a cycle has no delay: 'a' → 'b' → 'a'"));
}

TEST(IterationBound, agreesWithEnumeration) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomGraph(random, 6, 9);
    Result<IterationBound> bound = computeIterationBound(graph);
    ASSERT_TRUE(bound) << bound.message();
    EXPECT_EQ(bound->ratio, bruteForceBound(graph));
    Status verified = verify(graph, *bound);
    EXPECT_TRUE(verified) << verified.message();
    IterationBound wrong = *bound;
    wrong.ratio.numerator += 1;
    EXPECT_FALSE(verify(graph, wrong));
  }
}

TEST(IterationBound, chainsOfTheInteropTable) {
  struct Row {
    int64_t layers, staleness;
    Fraction ratio;
  };
  for (const Row &row :
       {Row{4, 0, {81, 1}}, Row{4, 1, {81, 2}}, Row{4, 3, {81, 4}},
        Row{4, 7, {81, 8}}, Row{8, 0, {161, 1}}, Row{16, 7, {321, 8}}}) {
    Result<IterationBound> bound =
        computeIterationBound(makeChain(row.layers, row.staleness));
    ASSERT_TRUE(bound) << bound.message();
    EXPECT_EQ(bound->ratio, row.ratio) << row.layers << " " << row.staleness;
  }
}

TEST(IterationBound, agreesWithASearchByHalving) {
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph =
        makeRandomGraph(random, 200, draw(random, 0, 1) ? 9 : 1e9);
    Result<IterationBound> bound = computeIterationBound(graph);
    ASSERT_TRUE(bound) << bound.message();
    EXPECT_TRUE(verify(graph, *bound));
    expectGreatest(graph, bound->ratio);
  }
}

/// Boost's own tolerance takes the first of these two for the greater.
TEST(IterationBound, tellsRatiosApartThatDifferByFourThousandths) {
  TaskGraph graph;
  int64_t a = addTask(graph, "a", TaskKind::other, 0, 25000);
  int64_t b = addTask(graph, "b", TaskKind::other, 0, 25001);
  addEdge(graph, a, a, EdgeKind::state, 250);
  addEdge(graph, b, b, EdgeKind::state, 250);
  Result<IterationBound> bound = computeIterationBound(graph);
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{25001, 250})); // 100.004
  EXPECT_THAT(bound->criticalCycle, testing::ElementsAre(1));
}

TEST(IterationBound, multigraphsPartsAndTasksWithoutTime) {
  TaskGraph graph;
  for (int64_t part = 0; part < 3; ++part) {
    std::string name(1, static_cast<char>('a' + part));
    int64_t busy = addTask(graph, name, TaskKind::other, 0, 4 + part);
    int64_t idle = addTask(graph, name + "0", TaskKind::other, 0, 0);
    addEdge(graph, busy, idle);
    addEdge(graph, busy, idle);
    addEdge(graph, idle, busy, EdgeKind::other, 5);
    addEdge(graph, idle, busy, EdgeKind::other, 3);
    addEdge(graph, idle, idle, EdgeKind::state, 1);
  }
  addEdge(graph, 0, 3);
  Result<IterationBound> bound = computeIterationBound(graph);
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{2, 1}));
  EXPECT_TRUE(verify(graph, *bound));
}

TEST(IterationBound, cyclesWithoutTimeHaveRatioZeroAndAreNamed) {
  TaskGraph graph;
  addTask(graph, "a", TaskKind::other, 0, 0);
  addEdge(graph, 0, 0, EdgeKind::state, 2);
  Result<IterationBound> bound = computeIterationBound(graph);
  ASSERT_TRUE(bound) << bound.message();
  EXPECT_EQ(bound->ratio, (Fraction{0, 1}));
  EXPECT_THAT(bound->criticalCycle, testing::ElementsAre(0));
}

/// Times of 2^49 that differ by 1, over delays of up to 2^28.
TEST(IterationBound, timesNearTheLimit) {
  for (int64_t delays : {int64_t(1), int64_t(3), int64_t(1) << 28}) {
    TaskGraph graph;
    int64_t half = maxTotalTime / 2;
    addTask(graph, "a", TaskKind::other, 0, half - 2);
    addTask(graph, "b", TaskKind::other, 0, half - 1);
    addTask(graph, "c", TaskKind::other, 0, 1);
    addEdge(graph, 0, 0, EdgeKind::state, delays);
    addEdge(graph, 1, 1, EdgeKind::state, delays);
    addEdge(graph, 2, 2, EdgeKind::state, delays);
    Result<IterationBound> bound = computeIterationBound(graph);
    ASSERT_TRUE(bound) << bound.message();
    EXPECT_EQ(bound->ratio, (Fraction{half - 1, delays}));
    EXPECT_TRUE(verify(graph, *bound));
  }
}

/// Among many self loops the greatest ratio leads by one part in 2^40.
TEST(IterationBound, nearlyEqualRatiosOnARing) {
  for (uint64_t seed = 0; seed < seeds(50); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph;
    for (int64_t task = 0; task < 60; ++task) {
      addTask(graph, "t" + std::to_string(task), TaskKind::other, 0,
              (int64_t(1) << 40) + draw(random, -1, 1));
      addEdge(graph, task, task, EdgeKind::state, 1);
      addEdge(graph, task, (task + 1) % 60, EdgeKind::other, 1);
      addEdge(graph, task, (task + 7) % 60, EdgeKind::other, 1);
    }
    Result<IterationBound> bound = computeIterationBound(graph);
    ASSERT_TRUE(bound) << bound.message();
    expectGreatest(graph, bound->ratio);
  }
}

TEST(IterationBound, verifySeesBrokenAnswers) {
  TaskGraph graph = makeCorrelator();
  IterationBound good = *computeIterationBound(graph);
  IterationBound broken = good;
  broken.ratio.denominator = 0;
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("no fraction"));
  broken = good;
  broken.criticalCycle.clear();
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("needs a critical"));
  broken = good;
  broken.criticalCycle.front() = 99;
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("do not form"));
  broken = good;
  std::swap(broken.criticalCycle.front(), broken.criticalCycle.back());
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("do not form"));
  broken = good;
  broken.ratio = {9, 1};
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("another ratio"));
  broken = {{0, 1}, {}};
  EXPECT_THAT(verify(graph, broken).message(), HasSubstr("greater ratio"));
}
