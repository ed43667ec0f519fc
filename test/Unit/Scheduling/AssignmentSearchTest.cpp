//===- AssignmentSearchTest.cpp - Tests of the assignment solvers ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enumeration judges small problems, bounds judge large ones.
//
//===----------------------------------------------------------------------===//

#include "AssignmentProblems.h"
#include "Graphs.h"

#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"

#include <gmock/gmock.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

AssignmentOptions withExact(ExactSearch exact) {
  AssignmentOptions options;
  options.exact = exact;
  return options;
}

std::pair<int64_t, int64_t> scoreOf(const Assignment &assignment) {
  return {assignment.period, assignment.communicationBytes};
}

} // namespace

TEST(AssignmentSearch, exactAgreesWithEnumeration) {
  uint64_t infeasible = 0;
  for (uint64_t seed = 0; seed < roundsOf(3000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    AssignmentProblem problem = makeRandomAssignment(random, 7, 3);
    auto best = enumerateAssignments(problem);
    Result<Assignment> assignment =
        solveAssignment(problem, withExact(ExactSearch::always));
    ASSERT_EQ(assignment.ok(), best.has_value()) << assignment.message();
    if (!best) {
      ++infeasible;
      EXPECT_EQ(assignment.error().failure, Failure::infeasible);
      EXPECT_EQ(assignment.error().obstacle.kind, Obstacle::Kind::memory);
      EXPECT_LT(assignment.error().obstacle.processor,
                problem.machine.processors);
      EXPECT_GE(assignment.error().obstacle.processor, 0);
      EXPECT_THAT(assignment.message(), HasSubstr("bytes"));
      continue;
    }
    Status verified = verify(problem, *assignment);
    EXPECT_TRUE(verified) << verified.message();
    EXPECT_EQ(assignment->proof, Proof::optimal);
    EXPECT_EQ(scoreOf(*assignment), *best);
  }
  EXPECT_GT(infeasible, roundsOf(3000) / 100);
}

TEST(AssignmentSearch, heuristicIsLegalAndItsBoundsHold) {
  uint64_t optimal = 0, all = 0;
  for (uint64_t seed = 0; seed < roundsOf(2000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    AssignmentProblem problem = makeRandomAssignment(random, 7, 3);
    auto best = enumerateAssignments(problem);
    Result<Assignment> assignment =
        solveAssignment(problem, withExact(ExactSearch::never));
    if (!assignment) {
      EXPECT_NE(assignment.error().failure, Failure::input);
      EXPECT_TRUE(!best || assignment.error().failure == Failure::out_of_time);
      all += best.has_value();
      continue;
    }
    ASSERT_TRUE(best);
    Status verified = verify(problem, *assignment);
    EXPECT_TRUE(verified) << verified.message();
    EXPECT_GE(scoreOf(*assignment), *best);
    EXPECT_LE(assignment->lowerBound, best->first);
    EXPECT_LE(assignment->communicationBound, best->second);
    if (assignment->proof == Proof::optimal)
      EXPECT_EQ(scoreOf(*assignment), *best);
    ++all;
    optimal += scoreOf(*assignment) == *best;
  }
  RecordProperty("optimal", std::to_string(optimal));
  RecordProperty("all", std::to_string(all));
  EXPECT_GE(optimal * 100, all * 97) << optimal << " of " << all;
}

TEST(AssignmentSearch, isNeverWorseThanWhereItStarts) {
  for (uint64_t seed = 0; seed < roundsOf(300); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    AssignmentProblem problem = makeRandomAssignment(random, 30, 6);
    if (seed % 3 == 0)
      problem.graph = makeRandomTraining(random, 8), problem.pins.clear(),
      problem.together.clear();
    AssignmentOptions options = withExact(ExactSearch::never);
    std::vector<std::pair<int64_t, int64_t>> judged;
    for (int i = 0; i < 2; ++i) {
      std::vector<int64_t> start;
      for (const Task &task : problem.graph.tasks)
        start.push_back(task.kind == TaskKind::input
                            ? -1
                            : draw(random, 0, problem.machine.processors - 1));
      if (auto cost = costOf(problem, start))
        judged.push_back(*cost);
      options.starts.push_back(start);
    }
    for (AssignmentStrategy strategy :
         {AssignmentStrategy::sequential, AssignmentStrategy::contiguous,
          AssignmentStrategy::contiguous_tasks}) {
      AssignmentOptions rule;
      rule.strategy = strategy;
      if (Result<Assignment> ruled = solveAssignment(problem, rule)) {
        Status verified = verify(problem, *ruled);
        EXPECT_TRUE(verified) << verified.message();
        judged.push_back(scoreOf(*ruled));
      }
    }
    Result<Assignment> assignment = solveAssignment(problem, options);
    ASSERT_TRUE(assignment || judged.empty()) << assignment.message();
    if (!assignment)
      continue;
    Status verified = verify(problem, *assignment);
    EXPECT_TRUE(verified) << verified.message();
    for (const auto &cost : judged)
      EXPECT_LE(scoreOf(*assignment), cost);
  }
}

TEST(AssignmentSearch, equalSeedsGiveEqualAnswers) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    AssignmentProblem problem = makeRandomAssignment(random, 60, 5);
    AssignmentOptions options;
    options.limits.seed = seed;
    Result<Assignment> once = solveAssignment(problem, options);
    Result<Assignment> again = solveAssignment(problem, options);
    ASSERT_EQ(once.ok(), again.ok());
    if (once)
      EXPECT_EQ(once->processor, again->processor);
    else
      EXPECT_EQ(once.message(), again.message());
  }
}

// Instrumented code is many times slower, so sanitizers see short chains only.
#ifdef LAYERPIPE_SANITIZED
static constexpr int64_t longestChain = 250;
#else
static constexpr int64_t longestChain = 25000;
#endif

TEST(AssignmentSearch, largeChainsReachTheBoundInNearLinearWork) {
  int64_t before = 0;
  for (int64_t layers = 250; layers <= longestChain; layers *= 10) {
    SCOPED_TRACE(layers);
    std::mt19937_64 random(layers);
    std::vector<LayerTimes> times(layers);
    for (LayerTimes &layer : times) {
      int64_t time = draw(random, 5, 400);
      layer = {time, time, time, draw(random, 0, 5)};
    }
    AssignmentProblem problem;
    problem.graph = makeChain(times);
    for (Value &value : problem.graph.values)
      value.bytes = draw(random, 1, 2000);
    problem.machine.processors = 8;
    problem.machine.links.others.bandwidth = {5, 1};
    SearchScope scope;
    Result<Assignment> assignment = solveAssignment(problem);
    ASSERT_TRUE(assignment) << assignment.message();
    Status verified = verify(problem, *assignment);
    EXPECT_TRUE(verified) << verified.message();
    EXPECT_EQ(assignment->period, assignment->lowerBound);
    // Neighbours stay together: few of the values travel.
    int64_t bytes = 0;
    for (const Value &value : problem.graph.values)
      bytes += value.bytes;
    EXPECT_LT(assignment->communicationBytes, bytes / 4);
    if (before > 0) {
      EXPECT_PRED2(growsNearLinearly, before, scope.steps());
    }
    before = scope.steps();
  }
}

TEST(AssignmentSearch, weighsLinksOnMiddleSizes) {
  for (uint64_t seed = 0; seed < roundsOf(10); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::vector<LayerTimes> times(12);
    for (LayerTimes &layer : times) {
      int64_t time = draw(random, 5, 400);
      layer = {time, time, time, 1};
    }
    AssignmentProblem problem;
    problem.graph = makeChain(times);
    problem.machine.processors = 4;
    problem.machine.links.others.bandwidth = {1, 1};
    Result<Assignment> assignment = solveAssignment(problem);
    ASSERT_TRUE(assignment) << assignment.message();
    AssignmentOptions options;
    for (AssignmentStrategy strategy : {AssignmentStrategy::contiguous,
                                        AssignmentStrategy::contiguous_tasks}) {
      options.strategy = strategy;
      Result<Assignment> rule = solveAssignment(problem, options);
      ASSERT_TRUE(rule) << rule.message();
      EXPECT_LT(assignment->period, rule->period);
    }
  }
}

TEST(AssignmentSearch, manyProcessorsHaveManyLinks) {
  AssignmentProblem problem;
  problem.graph = makeChain(300);
  problem.machine.links.others.bandwidth = {10, 1};
  for (int64_t processors : {40, 600, 5000}) {
    SCOPED_TRACE(processors);
    problem.machine.processors = processors;
    AssignmentOptions options;
    options.strategy = AssignmentStrategy::sequential;
    Result<Assignment> sequential = solveAssignment(problem, options);
    Result<Assignment> assignment = solveAssignment(problem);
    ASSERT_TRUE(sequential && assignment) << assignment.message();
    Status verified = verify(problem, *assignment);
    EXPECT_TRUE(verified) << verified.message();
    EXPECT_LT(assignment->period, sequential->period / 20);
  }
}
