//===- JointScheduleTest.cpp - Tests of the joint problem -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the checker sees, bounds by hand, and limits that are kept or refused.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include "Graphs.h"
#include "JointProblems.h"
#include "RandomSplitRules.h"

#include <gmock/gmock.h>

namespace layerpipe::scheduling::test {
namespace {

using testing::HasSubstr;
using Kind = Obstacle::Kind;

/// Three layers of 10 for each task on two processors, everything divisible by
/// 8 samples and 12 channels.
JointProblem threeLayers() {
  JointProblem problem;
  problem.graph = makeChain(3);
  problem.rules = makeSplitRules(problem.graph, 8, 12);
  problem.machine.processors = 2;
  return problem;
}

JointSchedule solve(const JointProblem &problem,
                    const JointOptions &options = {}) {
  Result<JointSchedule> answer = solveJointSchedule(problem, options);
  EXPECT_TRUE(answer) << answer.message();
  if (!answer)
    return {};
  Status valid = verify(problem, *answer);
  EXPECT_TRUE(valid) << valid.message();
  return std::move(*answer);
}

//===----------------------------------------------------------------------===//
// The checker
//===----------------------------------------------------------------------===//

class BrokenAnswer : public testing::Test {
protected:
  void SetUp() override {
    problem.machine.processors = 5;
    problem.maxStaleness = 4;
    answer = solve(problem);
    ASSERT_FALSE(answer.splits.empty());
  }
  std::string refusal() { return verify(problem, answer).message(); }

  JointProblem problem = threeLayers();
  JointSchedule answer;
};

TEST_F(BrokenAnswer, isFineBefore) { EXPECT_EQ(refusal(), ""); }

TEST_F(BrokenAnswer, ruleOutOfRange) {
  answer.splits.front().rule = 99;
  EXPECT_THAT(refusal(), HasSubstr("uses rule 99"));
}

TEST_F(BrokenAnswer, cutBesideTheQuantum) {
  Split &split = answer.splits.front();
  problem.rules[split.rule].quantum = split.cuts.front() + 1;
  EXPECT_THAT(refusal(), HasSubstr("which is no multiple of"));
}

TEST_F(BrokenAnswer, otherSplits) {
  answer.splits.pop_back();
  EXPECT_THAT(refusal(), HasSubstr("not that of the splits"));
}

TEST_F(BrokenAnswer, graphsThatDiffer) {
  const JointSchedule good = answer;
  auto check = [&](auto change) {
    answer = good;
    change(answer.problem.graph);
    EXPECT_THAT(refusal(), HasSubstr("not that of the splits"));
  };
  check([](TaskGraph &graph) { graph.tasks.back().name += "x"; });
  check([](TaskGraph &graph) { ++graph.tasks.back().time; });
  check([](TaskGraph &graph) { ++graph.tasks.back().layer; });
  check([](TaskGraph &graph) { graph.tasks.back().part = TaskPart(); });
  check([](TaskGraph &graph) { graph.values.front().name += "x"; });
  check([](TaskGraph &graph) { ++graph.values.front().bytes; });
  check([](TaskGraph &graph) { graph.edges.pop_back(); });
  check([](TaskGraph &graph) { ++graph.edges.back().distance; });
  check([](TaskGraph &graph) { graph.parameters.front().bytes = 1; });
}

TEST_F(BrokenAnswer, otherMachine) {
  answer.problem.machine.links.others.latency = 1;
  EXPECT_THAT(refusal(), HasSubstr("another machine"));
}

TEST_F(BrokenAnswer, givenDelays) {
  answer.problem.delays = Delays::given;
  EXPECT_THAT(refusal(), HasSubstr("other delays"));
}

TEST_F(BrokenAnswer, overlappingTasks) {
  for (int64_t &start : answer.schedule.solution.start)
    start = 0;
  EXPECT_THAT(refusal(), HasSubstr("rule"));
}

TEST_F(BrokenAnswer, processorsOutOfRange) {
  answer.problem.assignment.back() = 2;
  EXPECT_NE(refusal(), "");
}

TEST_F(BrokenAnswer, figuresThatAreNotTheSchedules) {
  const ScheduleFigures good = answer.figures;
  auto check = [&](auto change) {
    answer.figures = good;
    change(answer.figures);
    EXPECT_THAT(refusal(), HasSubstr("the figures are not"));
  };
  check([](ScheduleFigures &figures) { --figures.period; });
  check([](ScheduleFigures &figures) { --figures.communication; });
  check([](ScheduleFigures &figures) { ++figures.staleness; });
  check([](ScheduleFigures &figures) { ++figures.maxStaleness; });
  check([](ScheduleFigures &figures) { --figures.memory; });
}

TEST_F(BrokenAnswer, tooStale) {
  ASSERT_GT(answer.figures.maxStaleness, 0);
  problem.maxStaleness = answer.figures.maxStaleness - 1;
  EXPECT_THAT(refusal(), HasSubstr("iterations late, more than"));
}

TEST_F(BrokenAnswer, boundsThatAreNone) {
  int64_t good = answer.lowerBound;
  answer.lowerBound = good - 1;
  EXPECT_THAT(refusal(), HasSubstr("the lower bound"));
  answer.lowerBound = answer.figures.period + 1;
  EXPECT_THAT(refusal(), HasSubstr("the lower bound"));
  answer.lowerBound = good;
  answer.proof =
      answer.proof == Proof::optimal ? Proof::feasible : Proof::optimal;
  EXPECT_THAT(refusal(), HasSubstr("the proof is"));
}

TEST_F(BrokenAnswer, obstaclesThatAreNone) {
  for (Kind kind : {Kind::cycle, Kind::task, Kind::slice, Kind::link,
                    Kind::memory, Kind::staleness, Kind::processor}) {
    if (answer.obstacle.kind == kind)
      continue;
    JointSchedule broken = answer;
    broken.obstacle = {.kind = kind, .task = 1, .processor = 7, .other = 1};
    EXPECT_THAT(verify(problem, broken).message(), HasSubstr("does not"))
        << static_cast<int>(kind);
  }
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

TEST(JointBound, workCountsWholeTasks) {
  // 8 tasks of 10 and 3 updates of 1.
  Result<JointBound> bound = boundJointSchedule(threeLayers());
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->period, 42);
  EXPECT_EQ(bound->obstacle.kind, Kind::work);
}

TEST(JointBound, anIndivisibleTask) {
  JointProblem problem = threeLayers();
  int64_t task = findTask(problem.graph, "U2");
  problem.graph.tasks[task].time = 90;
  Result<JointBound> bound = boundJointSchedule(problem);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->period, 90);
  EXPECT_EQ(bound->obstacle.kind, Kind::task);
  EXPECT_EQ(bound->obstacle.task, task);
}

TEST(JointBound, theSmallestSliceOfALongTask) {
  JointProblem problem = threeLayers();
  int64_t task = findTask(problem.graph, "D2");
  problem.graph.tasks[task].time = 1200;
  for (SplitRule &rule : problem.rules)
    rule.quantum = rule.axis == SplitAxis::batch ? 6 : 11;
  problem.machine.processors = 9;
  Result<JointBound> bound = boundJointSchedule(problem);
  ASSERT_TRUE(bound);
  // 6 of 8 samples, or 11 of 12 channels.
  EXPECT_EQ(bound->period, 900);
  EXPECT_EQ(bound->obstacle.kind, Kind::slice);
  EXPECT_EQ(bound->obstacle.task, task);
  JointSchedule answer = solve(problem);
  EXPECT_EQ(answer.figures.period, 900);
  EXPECT_EQ(answer.proof, Proof::optimal);
}

TEST(JointBound, partsOfACycleAreShorterThanTheCycle) {
  JointProblem problem;
  int64_t task = addTask(problem.graph, "A", TaskKind::forward, 1, 40, 8);
  addEdge(problem.graph, task, task, EdgeKind::activation, 1);
  problem.rules = {{task,
                    SplitAxis::batch,
                    4,
                    {{0, 0}},
                    {{0, ResultSplit::Kind::concatenate, 0}}}};
  problem.machine.processors = 2;
  JointSchedule answer = solve(problem);
  EXPECT_EQ(answer.figures.period, 20);
  problem.rules.clear();
  answer = solve(problem);
  EXPECT_EQ(answer.figures.period, 40);
  EXPECT_EQ(answer.proof, Proof::optimal);
}

TEST(JointBound, countsSplitsAndAssignments) {
  JointProblem problem = threeLayers();
  problem.rules.clear();
  // 3 forwards, 2 + 3 gradients, 3 updates, the loss.
  EXPECT_EQ(countSplitAssignments(problem), 1 << 12);
  problem.rules = makeSplitRules(problem.graph, 3, 1);
  problem.rules.resize(1);
  // Whole 2, one cut 2 · 4, both 8.
  EXPECT_EQ(countSplitAssignments(problem), (1 << 11) * 18);
  problem.rules = makeSplitRules(problem.graph, 1 << 30, 1);
  EXPECT_EQ(countSplitAssignments(problem), INT64_MAX);
}

//===----------------------------------------------------------------------===//
// Limits
//===----------------------------------------------------------------------===//

TEST(SplitLimits, noStalenessIsOneIterationAfterTheOther) {
  JointProblem problem = threeLayers();
  problem.maxStaleness = 0;
  JointSchedule answer = solve(problem);
  EXPECT_EQ(answer.figures.maxStaleness, 0);
  EXPECT_LE(answer.figures.period, 83);
  EXPECT_EQ(answer.obstacle.kind, Kind::staleness);
  EXPECT_EQ(answer.withoutLimit, 42);
}

TEST(SplitLimits, stalenessCostsTime) {
  JointProblem problem = threeLayers();
  int64_t last = 0;
  for (int64_t limit : {3, 2, 1, 0}) {
    problem.maxStaleness = limit;
    JointSchedule answer = solve(problem);
    EXPECT_LE(answer.figures.maxStaleness, limit);
    EXPECT_GE(answer.figures.period, last);
    last = answer.figures.period;
  }
}

TEST(SplitLimits, memoryIsKept) {
  JointProblem problem = threeLayers();
  JointSchedule free = solve(problem);
  for (int64_t memory = free.figures.memory - 1;;) {
    problem.machine.memory = {memory, memory};
    Result<JointSchedule> answer = solveJointSchedule(problem);
    if (!answer) {
      EXPECT_THAT(answer.message(), HasSubstr("the nearest that was found"));
      EXPECT_EQ(answer.error().obstacle.kind, Kind::memory);
      EXPECT_LT(memory, free.figures.memory - 1) << answer.message();
      break;
    }
    Status valid = verify(problem, *answer);
    ASSERT_TRUE(valid) << valid.message();
    EXPECT_LE(answer->figures.memory, memory);
    memory = answer->figures.memory - 1;
  }
}

TEST(SplitLimits, memoryThatNothingFits) {
  JointProblem problem = threeLayers();
  // U3's state, and the gradient that it applies.
  EXPECT_GE(boundMemory(problem), 301);
  problem.machine.memory = {100, 100};
  Result<JointSchedule> answer = solveJointSchedule(problem);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::infeasible);
  EXPECT_THAT(answer.message(), HasSubstr("none fits less than"));
}

TEST(SplitLimits, aTaskThatFitsNowhere) {
  JointProblem problem = threeLayers();
  problem.machine.processors = 3;
  for (Task &task : problem.graph.tasks)
    if (task.kind == TaskKind::update)
      task.time = 0;
  for (SplitRule &rule : problem.rules)
    rule.quantum = rule.length;
  JointSchedule answer = solve(problem);
  EXPECT_EQ(answer.obstacle.kind, Kind::task);
  EXPECT_GE(answer.obstacle.processor, 0);
}

TEST(SplitLimits, refusesWhatIsNoProblem) {
  JointProblem problem = threeLayers();
  auto refusal = [&](const JointOptions &options = {}) {
    EXPECT_FALSE(findParetoFront(problem, options));
    return solveJointSchedule(problem, options).message();
  };
  problem.maxStaleness = -1;
  EXPECT_THAT(refusal(), HasSubstr("staleness limit is -1"));
  problem.maxStaleness.reset();
  problem.machine.processors = 0;
  EXPECT_NE(refusal(), "");
  problem.machine.processors = 2;
  JointOptions options;
  options.starts = {{0, 1}};
  EXPECT_THAT(refusal(options), HasSubstr("a start assigns 2 tasks"));
  options.starts = {std::vector<int64_t>(problem.graph.tasks.size(), 5)};
  EXPECT_THAT(refusal(options), HasSubstr("to processor 5"));
  options.starts.clear();
  options.tolerance = {-1, 1};
  EXPECT_THAT(refusal(options), HasSubstr("tolerance"));
  problem.graph.tasks[1].part = TaskPart();
  EXPECT_THAT(refusal(), HasSubstr("is a part already"));
}

} // namespace
} // namespace layerpipe::scheduling::test
