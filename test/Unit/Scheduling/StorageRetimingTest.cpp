//===- StorageRetimingTest.cpp - Tests of minimum storage -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The correlator, exhaustive search on small graphs, moves of single tasks and
// pairs on larger ones, and answers broken in every way that verify claims to
// see.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include "layerpipe/Scheduling/Retiming/MinimumPeriod.h"
#include "layerpipe/Scheduling/Retiming/StorageRetiming.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

/// Up to six tasks, some of them inputs, with a second value for some, values
/// that nobody reads and values of no size.
TaskGraph makeSmall(std::mt19937_64 &random) {
  TaskGraph graph = makeRandomGraph(random, 6, 5);
  int64_t tasks = graph.tasks.size();
  for (int64_t task = 0; task < tasks; ++task) {
    bool reads = std::any_of(graph.edges.begin(), graph.edges.end(),
                             [&](const Edge &edge) { return edge.to == task; });
    if (!reads && draw(random, 0, 1) == 0) {
      graph.tasks[task].kind = TaskKind::input;
      graph.tasks[task].time = 0;
    }
    graph.values.push_back(
        {"second" + std::to_string(task), task, draw(random, 0, 9)});
  }
  for (Edge &edge : graph.edges)
    if (draw(random, 0, 2) == 0)
      edge.value += tasks;
  return graph;
}

/// All lags 0 … 7 that are legal.
void forAllLags(const TaskGraph &graph,
                const std::function<void(const Retiming &)> &visit) {
  Retiming lags(graph.tasks.size(), 0);
  std::function<void(size_t)> assign = [&](size_t task) {
    if (task == lags.size())
      return visit(lags);
    for (lags[task] = 0; lags[task] <= 7; ++lags[task]) {
      bool legal = std::all_of(
          graph.edges.begin(), graph.edges.end(), [&](const Edge &edge) {
            size_t last = std::max(edge.from, edge.to);
            return last != task ||
                   edge.distance + lags[edge.to] - lags[edge.from] >= 0;
          });
      if (legal)
        assign(task + 1);
    }
  };
  assign(0);
}

bool keepsTogether(const TaskGraph &graph, const Retiming &lags) {
  std::optional<int64_t> lag;
  for (size_t task = 0; task < lags.size(); ++task) {
    if (graph.tasks[task].kind != TaskKind::input)
      continue;
    if (lag && *lag != lags[task])
      return false;
    lag = lags[task];
  }
  return true;
}

bool isWithin(const TaskGraph &graph, const StorageOptions &options,
              const Retiming &lags) {
  if (!verify(graph, lags) ||
      (options.inputsTogether && !keepsTogether(graph, lags)))
    return false;
  return !options.period ||
         clockPeriod(graph, retimedDistances(graph, lags)) <= *options.period;
}

/// Counted without the library: per value, or per edge.
Wide countBytes(const TaskGraph &graph, const Retiming &lags, bool byEdge) {
  Wide sum = 0;
  for (size_t value = 0; value < graph.values.size(); ++value) {
    Wide longest = 0;
    for (const Edge &edge : graph.edges) {
      if (edge.value != static_cast<int64_t>(value))
        continue;
      Wide delays = edge.distance + lags[edge.to] - lags[edge.from];
      longest = byEdge ? longest + delays : std::max(longest, delays);
    }
    sum += longest * graph.values[value].bytes;
  }
  return sum;
}

StorageRetiming solve(const TaskGraph &graph, const StorageOptions &options) {
  Result<StorageRetiming> answer = minimumStorageRetiming(graph, options);
  EXPECT_TRUE(answer) << answer.message();
  if (!answer)
    return {};
  Status verified = verify(graph, options, *answer);
  EXPECT_TRUE(verified) << verified.message();
  EXPECT_EQ(answer->proof, Proof::optimal);
  return *answer;
}

/// A training chain with random times, sizes and skips.
TaskGraph makeTraining(std::mt19937_64 &random, int64_t layers) {
  TaskGraph graph = makeRandomTraining(random, layers);
  for (Edge &edge : graph.edges)
    if (edge.parameter >= 0)
      edge.distance = draw(random, 0, 6);
  for (Value &value : graph.values)
    value.bytes = draw(random, 0, 50);
  return graph;
}

/// That `broken` is refused with these words.
void expectRefused(const TaskGraph &graph, const StorageOptions &options,
                   const StorageRetiming &broken, const std::string &words) {
  EXPECT_THAT(verify(graph, options, broken).message(), HasSubstr(words));
}

} // namespace

TEST(StorageRetiming, correlatorAtItsShortestPeriod) {
  TaskGraph graph = makeCorrelator();
  StorageOptions options;
  options.period = 13;
  EXPECT_TRUE(solve(graph, options).storage == 4);
  options.byEdge = true;
  EXPECT_TRUE(solve(graph, options).storage == 5);
}

TEST(StorageRetiming, agreesWithExhaustiveSearch) {
  for (uint64_t seed = 0; seed < seeds(1000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeSmall(random);
    Result<PeriodRetiming> shortest = minimumPeriodRetiming(graph);
    ASSERT_TRUE(shortest) << shortest.message();
    std::vector<StorageOptions> cases;
    for (bool byEdge : {false, true})
      for (bool together : {false, true})
        for (int64_t slack : {-1, 0, 2}) {
          cases.push_back({{}, byEdge, together});
          if (slack >= 0)
            cases.back().period = shortest->period + slack;
        }
    std::vector<Wide> least(cases.size(), -1);
    forAllLags(graph, [&](const Retiming &lags) {
      for (size_t i = 0; i < cases.size(); ++i) {
        Wide bytes = countBytes(graph, lags, cases[i].byEdge);
        if ((least[i] < 0 || bytes < least[i]) &&
            isWithin(graph, cases[i], lags))
          least[i] = bytes;
      }
    });
    for (size_t i = 0; i < cases.size(); ++i) {
      SCOPED_TRACE(i);
      StorageRetiming answer = solve(graph, cases[i]);
      EXPECT_EQ(static_cast<int64_t>(answer.storage),
                static_cast<int64_t>(least[i]));
      EXPECT_TRUE(storageOf(graph, answer.retiming, cases[i].byEdge) ==
                  countBytes(graph, answer.retiming, cases[i].byEdge));
    }
  }
}

TEST(StorageRetiming, noMoveOfAFewTasksSavesBytes) {
  for (uint64_t seed = 0; seed < seeds(40); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeTraining(random, 15);
    StorageOptions options;
    options.byEdge = draw(random, 0, 1);
    options.period = minimumPeriodRetiming(graph)->period + draw(random, 0, 10);
    StorageRetiming answer = solve(graph, options);
    Retiming lags = answer.retiming;
    int64_t tasks = lags.size();
    for (int64_t move = 0; move < 300; ++move) {
      Retiming moved = lags;
      for (int64_t i = draw(random, 1, 4); i > 0; --i)
        moved[draw(random, 0, tasks - 1)] += draw(random, 0, 1) ? 1 : -1;
      if (!isWithin(graph, options, moved))
        continue;
      Wide bytes = countBytes(graph, moved, options.byEdge);
      EXPECT_TRUE(bytes >= answer.storage);
      if (bytes == answer.storage)
        lags = moved; // As good: go on from there.
    }
  }
}

TEST(StorageRetiming, periodsThatNoRetimingHasAreRefused) {
  TaskGraph graph = makeCorrelator();
  StorageOptions options;
  options.period = 12;
  Result<StorageRetiming> answer = minimumStorageRetiming(graph, options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::infeasible);
  EXPECT_TRUE(verifyObstacle(graph, 12, answer.error().obstacle));
  EXPECT_THAT(answer.message(), HasSubstr("no retiming has a clock period of "
                                          "12 or less"));
}

TEST(StorageRetiming, lagsStayNearEachOtherWhereNothingBindsThem) {
  // Without bytes nothing holds the lags; without edges, not even a path.
  TaskGraph graph = makeChain(20, 3);
  for (Value &value : graph.values)
    value.bytes = 0;
  addTask(graph, "alone", TaskKind::other, 0, 7);
  StorageRetiming answer = solve(graph, {});
  EXPECT_TRUE(answer.storage == 0);
  EXPECT_EQ(answer.retiming.back(), 0);
  for (int64_t lag : answer.retiming) {
    EXPECT_GE(lag, 0);
    EXPECT_LE(lag, 3 * static_cast<int64_t>(graph.tasks.size()));
  }
}

TEST(StorageRetiming, sizesNearTheLimit) {
  // Their sum is beyond the limit, but all have a large common divisor.
  TaskGraph graph = makeChain(600, 1);
  for (Value &value : graph.values)
    value.bytes = maxBytes;
  StorageRetiming answer = solve(graph, {});
  EXPECT_TRUE(answer.storage > Wide(1) << 60);
  graph.values.front().bytes = maxBytes - 1;
  Result<StorageRetiming> refused = minimumStorageRetiming(graph);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().failure, Failure::input);
  EXPECT_THAT(refused.message(), HasSubstr("coarser unit"));
}

TEST(StorageRetiming, anEmptyGraphStoresNothing) {
  TaskGraph graph;
  EXPECT_TRUE(solve(graph, {}).storage == 0);
}

TEST(StorageRetiming, whenTheClockEndsTheSearchTheBoundHolds) {
  std::mt19937_64 random(5);
  TaskGraph graph = makeRandomGraph(random, 60, 9);
  StorageOptions options;
  options.period = minimumPeriodRetiming(graph)->period;
  Limits limits;
  limits.seconds = 1e-9;
  Result<StorageRetiming> answer =
      minimumStorageRetiming(graph, options, limits);
  if (!answer) {
    EXPECT_EQ(answer.error().failure, Failure::out_of_time);
    return;
  }
  Status verified = verify(graph, options, *answer);
  EXPECT_TRUE(verified) << verified.message();
}

TEST(StorageRetiming, verifySeesBrokenAnswers) {
  TaskGraph graph = makeCorrelator();
  StorageOptions options;
  options.period = 13;
  StorageRetiming good = solve(graph, options);

  StorageRetiming broken = good;
  broken.retiming.pop_back();
  expectRefused(graph, options, broken, "7 lags for 8 tasks");
  broken = good;
  broken.retiming[2] += 3;
  expectRefused(graph, options, broken, "would get fewer than no delays");
  broken = good;
  broken.retiming.assign(8, 0);
  expectRefused(graph, options, broken, "has the period 24; 13 is allowed");
  broken = good;
  broken.storage -= 1;
  expectRefused(graph, options, broken, "another number of bytes");
  broken = good;
  broken.lowerBound += 1;
  expectRefused(graph, options, broken, "another bound");
  broken = good;
  broken.proof = Proof::feasible;
  expectRefused(graph, options, broken, "said to be feasible");
}

TEST(StorageRetiming, verifySeesBrokenFlows) {
  TaskGraph graph = makeCorrelator();
  StorageOptions options;
  options.period = 13;
  StorageRetiming good = solve(graph, options);
  for (size_t edge = 0; edge < graph.edges.size(); ++edge) {
    StorageRetiming broken = good;
    broken.flow.edges[edge] += 1;
    expectRefused(graph, options, broken, "not balanced at task");
    broken = good;
    broken.flow.readers[edge] += 1;
    expectRefused(graph, options, broken, "not balanced at");
    broken = good;
    broken.flow.readers[edge] = -1;
    expectRefused(graph, options, broken, "is negative");
    broken.flow.readers[edge] = Wide(1) << 100;
    expectRefused(graph, options, broken, "too large");
  }
  StorageRetiming broken = good;
  broken.flow.edges.pop_back();
  expectRefused(graph, options, broken, "10 edges for 11");
  broken = good;
  broken.flow.readers.clear();
  expectRefused(graph, options, broken, "0 readers for 11");
  StorageOptions byEdge = options;
  byEdge.byEdge = true;
  broken = good;
  broken.storage = storageOf(graph, good.retiming, true);
  expectRefused(graph, byEdge, broken, "11 readers for 11 edges counted by");
}

TEST(StorageRetiming, verifySeesBrokenPaths) {
  TaskGraph graph = makeCorrelator();
  StorageOptions options;
  options.period = 13;
  options.byEdge = true;
  StorageRetiming good = solve(graph, options);
  ASSERT_FALSE(good.flow.paths.empty());
  StorageRetiming broken = good;
  broken.flow.paths.front().tree = 99;
  expectRefused(graph, options, broken, "names no tree");
  broken = good;
  broken.flow.paths.front().flow = -1;
  expectRefused(graph, options, broken, "negative");
  broken = good;
  std::swap(broken.flow.paths.front().first, broken.flow.paths.front().last);
  expectRefused(graph, options, broken, "has no path");
  broken = good;
  broken.flow.paths.front().first = broken.flow.paths.front().last;
  expectRefused(graph, options, broken, "fits into the period");
  broken = good;
  broken.flow.trees.front().pop_back();
  expectRefused(graph, options, broken, "7 entries for 8");
  broken = good;
  broken.flow.trees.front()[0] = 0; // An edge into c1, not into h.
  expectRefused(graph, options, broken, "no edge into");
  broken = good;
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    broken.flow.trees.front()[graph.edges[edge].to] = edge;
  expectRefused(graph, options, broken, "has a cycle");
  options.period.reset();
  expectRefused(graph, options, good, "paths without a period");
}

TEST(StorageRetiming, verifySeesInputsApart) {
  TaskGraph graph = makeChain(3, 2);
  StorageOptions options;
  options.inputsTogether = true;
  StorageRetiming broken = solve(graph, options);
  broken.retiming[findTask(graph, "x")] -= 1;
  expectRefused(graph, options, broken, "'x' and 'y' have lags");
}
