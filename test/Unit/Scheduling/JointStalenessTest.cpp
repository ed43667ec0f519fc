//===- JointStalenessTest.cpp - What joint schedules promise of staleness -===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"
#include "JointProblems.h"
#include "RandomSplitRules.h"

#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <tuple>

namespace layerpipe::scheduling::test {
namespace {

/// A chain whose layers can be cut at each of many samples.
JointProblem makeFineProblem(std::mt19937_64 &random, int64_t layers,
                             int64_t processors) {
  std::vector<LayerTimes> times(layers);
  for (LayerTimes &each : times)
    each = {draw(random, 500, 3000), draw(random, 500, 3000),
            draw(random, 500, 3000), 0};
  JointProblem problem;
  problem.graph = makeChain(times);
  problem.rules = makeSplitRules(problem.graph, 512, 1);
  problem.machine.processors = processors;
  return problem;
}

/// One forward, one backward on stages of fractions of layers, each of which
/// has an equal share of the work: n(l) is the number of stages behind.
Wide pipelineStaleness(const JointProblem &problem) {
  int64_t processors = problem.machine.processors;
  Wide work = totalTime(problem.graph), before = 0, sum = 0;
  for (const Parameter &parameter : problem.graph.parameters) {
    Wide stage = before * processors / work;
    sum += parameter.bytes * (processors - 1 - stage);
    for (const Task &task : problem.graph.tasks)
      before += task.layer == parameter.layer ? task.time : 0;
  }
  return sum;
}

TEST(JointStaleness, aChainNeedsNoMoreThanThePipelineOfItsFractions) {
  for (uint64_t seed = 0; seed < seeds(8); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    int64_t processors = draw(random, 2, 6);
    JointProblem problem =
        makeFineProblem(random, draw(random, processors, 14), processors);
    Result<JointSchedule> answer = solveJointSchedule(problem);
    ASSERT_TRUE(answer) << answer.message();
    EXPECT_EQ(verify(problem, *answer).message(), "");
    EXPECT_LE(100 * answer->figures.period, 101 * answer->lowerBound);
    EXPECT_LE(answer->figures.maxStaleness, processors - 1);
    EXPECT_LE(answer->figures.staleness, pipelineStaleness(problem));
  }
}

/// What is compared of the staleness: by how much the largest exceeds that of
/// a pipeline, then the weighted one, then the largest.
std::tuple<int64_t, Wide, int64_t> staleness(const JointProblem &problem,
                                             const ScheduleFigures &figures) {
  int64_t over = figures.maxStaleness - (problem.machine.processors - 1);
  return {std::max<int64_t>(over, 0), figures.staleness, figures.maxStaleness};
}

/// On these graphs no assignment that is made without schedules leads to the
/// least staleness of all: without neighbours it is 500, 400, 200 and 200. The
/// exhaustive search, which takes minutes, proves what is expected here.
TEST(JointStaleness, neighboursLeadToTheLeast) {
  for (auto [seed, least] : {std::pair<uint64_t, int64_t>(20, 400),
                             {72, 200},
                             {97, 100},
                             {118, 100}}) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    std::vector<LayerTimes> times(draw(random, 2, 3));
    for (LayerTimes &each : times)
      each = {draw(random, 1, 9), draw(random, 1, 9), draw(random, 1, 9), 0};
    JointProblem problem;
    problem.graph = makeChain(times);
    problem.machine.processors = draw(random, 2, 3);
    JointOptions options;
    options.exhaustive = 0;
    Result<JointSchedule> answer = solveJointSchedule(problem, options);
    ASSERT_TRUE(answer) << answer.message();
    EXPECT_EQ(verify(problem, *answer).message(), "");
    EXPECT_EQ(answer->figures.staleness, least);
  }
}

TEST(JointStaleness, noOrderOfObjectivesKnowsLessOfIt) {
  for (uint64_t seed = 0; seed < seeds(12); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 6);
    JointOptions options;
    options.tolerance = {draw(random, 0, 5), 100};
    options.exhaustive = 0;
    Result<JointBound> bound = boundJointSchedule(problem);
    ASSERT_TRUE(bound);
    int64_t accepted =
        bound->period * (100 + options.tolerance.numerator) / 100;
    options.objectives = {Objective::period, Objective::staleness};
    Result<JointSchedule> stale = solveJointSchedule(problem, options);
    ASSERT_TRUE(stale) << stale.message();
    auto expectNoLess = [&](const ScheduleFigures &figures) {
      if (figures.period <= accepted) {
        EXPECT_LE(stale->figures.period, accepted);
        EXPECT_LE(staleness(problem, stale->figures),
                  staleness(problem, figures));
      }
    };
    for (const std::vector<Objective> &objectives :
         {std::vector<Objective>{},
          {Objective::period, Objective::communication},
          {Objective::memory, Objective::period},
          {Objective::communication}}) {
      options.objectives = objectives;
      Result<JointSchedule> other = solveJointSchedule(problem, options);
      ASSERT_TRUE(other) << other.message();
      expectNoLess(other->figures);
    }
    options.objectives = {};
    Result<ParetoFront> front = findParetoFront(problem, options);
    ASSERT_TRUE(front) << front.message();
    for (const JointSchedule &other : front->schedules)
      expectNoLess(other.figures);
  }
}

TEST(JointStaleness, withinALimitMoreProcessorsAreNotSlower) {
  uint64_t faster = 0;
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 5);
    problem.maxStaleness = draw(random, 0, 2);
    JointOptions options;
    options.exhaustive = 0;
    int64_t before = std::numeric_limits<int64_t>::max();
    int64_t most = problem.machine.processors;
    for (int64_t processors = 1; processors <= most; ++processors) {
      JointProblem part = problem;
      part.machine = firstProcessors(problem.machine, processors);
      Result<JointSchedule> answer = solveJointSchedule(part, options);
      ASSERT_TRUE(answer) << answer.message();
      EXPECT_EQ(verify(part, *answer).message(), "");
      EXPECT_LE(answer->figures.maxStaleness, *problem.maxStaleness);
      EXPECT_LE(answer->figures.period, before);
      faster += processors > 1 && answer->figures.period < before;
      before = answer->figures.period;
    }
  }
  EXPECT_GT(faster, 0u);
}

//===----------------------------------------------------------------------===//
// The bound
//===----------------------------------------------------------------------===//

TEST(JointStaleness, theLoopOfALayerBoundsIt) {
  JointProblem problem;
  problem.graph = makeChain({{2, 0, 3, 0}, {2, 2, 1, 0}});
  problem.machine.processors = 2;
  // F1 F2 loss D2 G1 U1 take 9 units, F2 loss G2 U2 take 3.
  StalenessBound bound = boundStaleness(problem, 4);
  EXPECT_EQ(bound.largest, 2);
  EXPECT_EQ(static_cast<int64_t>(bound.weighted), 2 * 100);
  EXPECT_EQ(verify(problem, 4, bound).message(), "");
  EXPECT_EQ(boundStaleness(problem, 2).largest, 4);
  EXPECT_EQ(static_cast<int64_t>(boundStaleness(problem, 2).weighted),
            4 * 100 + 1 * 200);
  EXPECT_EQ(boundStaleness(problem, 9).largest, 0);
  EXPECT_TRUE(boundStaleness(problem, 9).loop.empty());
}

TEST(JointStaleness, aTaskThatCanBeCutCountsAsASlice) {
  JointProblem problem;
  problem.graph = makeChain({{200, 0, 300, 0}, {200, 200, 100, 0}});
  problem.rules = makeSplitRules(problem.graph, 10, 1);
  problem.machine.processors = 2;
  problem.machine.speeds = {{1, 1}, {2, 1}};
  // All but the loss can be cut into tenths, and are twice as fast on 1.
  EXPECT_EQ(boundStaleness(problem, 44).largest, 1);
  EXPECT_EQ(boundStaleness(problem, 45).largest, 0);
}

TEST(JointStaleness, noScheduleIsBelowTheBound) {
  uint64_t attained = 0;
  for (uint64_t seed = 0; seed < seeds(40); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeTinyProblem(random);
    problem.maxStaleness.reset();
    Result<ParetoFront> front = findParetoFront(problem);
    ASSERT_TRUE(front) << front.message();
    for (const JointSchedule &answer : front->schedules) {
      StalenessBound bound = boundStaleness(problem, answer.figures.period);
      EXPECT_EQ(verify(problem, answer.figures.period, bound).message(), "");
      EXPECT_LE(bound.weighted, answer.figures.staleness);
      EXPECT_LE(bound.largest, answer.figures.maxStaleness);
      attained +=
          bound.largest > 0 && bound.largest == answer.figures.maxStaleness;
      if (front->proof != Proof::optimal)
        continue;
      // Everything was tried, so that some schedule attains the bounds.
      auto least = std::numeric_limits<int64_t>::max();
      for (const JointSchedule &other : front->schedules)
        if (other.figures.period <= answer.figures.period)
          least = std::min(least, other.figures.maxStaleness);
      EXPECT_EQ(answer.maxStalenessBound, least);
    }
  }
  EXPECT_GT(attained, 0u);
}

/// On tiny problems the bound that an answer carries is that of brute force.
TEST(JointStaleness, onTinyProblemsTheBoundIsExact) {
  uint64_t stale = 0;
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeTinyProblem(random);
    Result<JointSchedule> answer = solveJointSchedule(problem);
    ASSERT_TRUE(answer) << answer.message();
    if (answer->proof != Proof::optimal)
      continue;
    Wide least = answer->figures.staleness;
    for (const FourFigures &figures : frontByForce(problem))
      if (std::get<0>(figures) <= answer->figures.period)
        least = std::min(least, std::get<2>(figures));
    EXPECT_EQ(static_cast<int64_t>(answer->stalenessBound),
              static_cast<int64_t>(least));
    stale += least > 0;
  }
  EXPECT_GT(stale, 0u);
}

TEST(JointStaleness, verifySeesBrokenBounds) {
  JointProblem problem;
  problem.graph = makeChain({{2, 0, 3, 0}, {2, 2, 1, 0}});
  problem.machine.processors = 2;
  const StalenessBound good = boundStaleness(problem, 4);
  ASSERT_TRUE(verify(problem, 4, good));
  StalenessBound larger = good;
  ++larger.largest;
  EXPECT_THAT(verify(problem, 4, larger).message(),
              testing::HasSubstr("the loop shows a staleness of 2, not 3"));
  StalenessBound heavier = good;
  ++heavier.weighted;
  EXPECT_THAT(verify(problem, 4, heavier).message(),
              testing::HasSubstr("less than the bound"));
  StalenessBound open = good;
  open.loop.erase(open.loop.begin());
  EXPECT_FALSE(verify(problem, 4, open));
  StalenessBound turned = good;
  std::rotate(turned.loop.begin(), turned.loop.begin() + 1, turned.loop.end());
  EXPECT_THAT(verify(problem, 4, turned).message(),
              testing::HasSubstr("one gradient's edge"));
}

} // namespace
} // namespace layerpipe::scheduling::test
