//===- BrokenAnswersTest.cpp - Answers broken on purpose ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Good answers of several solvers, changed in each way that their checks claim
// to see, and what users of solvers make of a refusal. The checks of other
// answers are tested beside their solvers.
//
//===----------------------------------------------------------------------===//

#include "CyclicBruteForce.h"
#include "Graphs.h"
#include "JointProblems.h"

#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Cyclic/FixedOrder.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"

#include <gmock/gmock.h>

#include <algorithm>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;
using Kind = Obstacle::Kind;

namespace {

/// Two layers on two processors with a bandwidth of 10, so that links are busy.
CyclicProblem makeProblem(Delays delays = Delays::least) {
  CyclicProblem problem;
  problem.graph = makeChain(2);
  problem.delays = delays;
  problem.machine.processors = 2;
  problem.machine.links.others.bandwidth = {10, 1};
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1
                                 : task.layer == 1            ? 0
                                                              : 1);
  return problem;
}

} // namespace

//===----------------------------------------------------------------------===//
// Who is to blame
//===----------------------------------------------------------------------===//

static Status refuse() { return Error{"it is odd"}; }

TEST(Verified, passesOnWhatItsCheckAccepts) {
  Result<int> answer = verified("the oracle", Result<int>(42),
                                [](int) { return Status::success(); });
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer, 42);
}

TEST(Verified, makesADefectOfWhatItsCheckRefuses) {
  Result<int> answer =
      verified("the oracle", Result<int>(41), [](int) { return refuse(); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::defect);
  EXPECT_EQ(answer.message(),
            "defect of the oracle, please report it: it is odd");
}

TEST(Verified, leavesTheUsersErrorsAlone) {
  Result<int> answer = verified("the oracle", Result<int>(Error{"no question"}),
                                [](int) { return refuse(); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::input);
  EXPECT_EQ(answer.message(), "no question");
}

TEST(Verified, asksWhatStandsInTheWay) {
  Error none{"no retiming has a clock period of 12 or less",
             Failure::infeasible};
  auto ask = [&](const Error &error, Status judgement) {
    return verified(
        "the oracle", Result<int>(error), [](int) { return refuse(); },
        [&](const Obstacle &) { return judgement; });
  };
  EXPECT_EQ(ask(none, Status::success()).error().failure, Failure::infeasible);
  EXPECT_EQ(ask(none, refuse()).error().failure, Failure::defect);
  none.failure = Failure::out_of_time; // Claims nothing.
  EXPECT_EQ(ask(none, refuse()).error().failure, Failure::out_of_time);
}

//===----------------------------------------------------------------------===//
// Lags
//===----------------------------------------------------------------------===//

TEST(BrokenAnswers, retimingToDemands) {
  TaskGraph graph = makeChain(2, /*staleness=*/2);
  LagDemands demands = *stageDemands(graph, 2, false);
  Retiming good = *retimeToDemands(graph, demands);
  ASSERT_TRUE(verify(graph, demands, good));
  Retiming broken = good;
  broken[findTask(graph, "F1")] -= 5;
  EXPECT_THAT(verify(graph, demands, broken).message(), HasSubstr("no delays"));
  broken.pop_back();
  EXPECT_THAT(verify(graph, demands, broken).message(), HasSubstr("lags for"));
  LagDemands other = demands;
  other[findTask(graph, "F2")] = 7;
  EXPECT_THAT(verify(graph, other, good).message(),
              HasSubstr("task 'F2' has lag 1, but 7 is demanded"));
  other.pop_back();
  EXPECT_THAT(verify(graph, other, good).message(), HasSubstr("demands for"));
}

TEST(BrokenAnswers, iterationBoundOfOtherDistances) {
  TaskGraph graph = makeCorrelator();
  std::vector<int64_t> distances = distancesOf(graph);
  IterationBound good = *computeIterationBound(graph, distances);
  ASSERT_TRUE(verify(graph, distances, good));
  distances[good.criticalCycle.front()] = -1;
  EXPECT_THAT(verify(graph, distances, good).message(),
              HasSubstr("which is left out"));
  distances.pop_back();
  EXPECT_THAT(verify(graph, distances, good).message(),
              HasSubstr("distances for"));
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

TEST(BrokenAnswers, boundsOfAnAssignment) {
  CyclicProblem problem = makeProblem(Delays::given);
  Bounds good = *computeBounds(problem);
  ASSERT_EQ(verify(problem, good).message(), "");
  auto refusal = [&](auto change) {
    Bounds broken = good;
    change(broken);
    return verify(problem, broken).message();
  };
  EXPECT_THAT(refusal([](Bounds &b) { b.iteration.ratio = {1, 1}; }),
              HasSubstr("another ratio"));
  EXPECT_THAT(refusal([](Bounds &b) { ++b.work; }), HasSubstr("of the work"));
  EXPECT_THAT(refusal([](Bounds &b) { ++b.longestTask; }),
              HasSubstr("of the longest task"));
  EXPECT_THAT(refusal([](Bounds &b) { --b.processor; }),
              HasSubstr("of the busiest processor"));
  EXPECT_THAT(refusal([](Bounds &b) { --b.link; }),
              HasSubstr("of the busiest link"));
  EXPECT_THAT(refusal([](Bounds &b) { b.recurrence = 0; }),
              HasSubstr("below the iteration bound"));
  EXPECT_THAT(refusal([](Bounds &b) { ++b.lower; }),
              HasSubstr("the largest bound is"));
  EXPECT_THAT(refusal([](Bounds &b) { b.lower = ++b.recurrence; }),
              HasSubstr("the obstacle, a cycle, shows"));
  EXPECT_THAT(refusal([](Bounds &b) { b.obstacle = {}; }),
              HasSubstr("the obstacle, none, shows a bound of 1, not"));
}

TEST(BrokenAnswers, boundsOfAnyAssignment) {
  TaskGraph graph = makeChain(3);
  Machine machine{.processors = 2};
  Bounds good = *computeBounds(graph, machine);
  ASSERT_EQ(verify(graph, machine, good).message(), "");
  Bounds broken = good;
  broken.recurrence = 1;
  EXPECT_THAT(verify(graph, machine, broken).message(),
              HasSubstr("without an assignment"));
  broken = good;
  ++broken.processor;
  EXPECT_THAT(verify(graph, machine, broken).message(),
              HasSubstr("busiest processor is 0"));
}

TEST(BrokenAnswers, obstaclesOfASchedule) {
  CyclicProblem problem = makeProblem();
  int64_t forward = findTask(problem.graph, "F1");
  int64_t gradient = findEdge(problem.graph, "G2", "U2");
  auto refusal = [&](int64_t lower, const Obstacle &obstacle) {
    return verifyObstacle(problem, lower, obstacle).message();
  };
  EXPECT_EQ(refusal(1, {}), "");
  EXPECT_EQ(refusal(10, {.kind = Kind::task, .task = forward}), "");
  EXPECT_EQ(refusal(21, {.kind = Kind::processor, .processor = 0}), "");
  EXPECT_THAT(refusal(2, {}), HasSubstr("none"));
  EXPECT_THAT(refusal(11, {.kind = Kind::task, .task = forward}),
              HasSubstr("a task, shows a bound of 10, not 11"));
  EXPECT_THAT(refusal(10, {.kind = Kind::task, .task = 99}),
              HasSubstr("task 99 of"));
  EXPECT_THAT(refusal(20, {.kind = Kind::processor, .processor = 0}),
              HasSubstr("a processor, shows a bound of 21"));
  EXPECT_THAT(refusal(21, {.kind = Kind::processor, .processor = 2}),
              HasSubstr("processor 2 of 2"));
  EXPECT_THAT(refusal(7, {.kind = Kind::link, .processor = 0, .other = 0}),
              HasSubstr("a link, shows a bound of 0"));
  EXPECT_THAT(refusal(7, {.kind = Kind::work}), HasSubstr("the work, shows"));
  EXPECT_THAT(refusal(7, {.kind = Kind::memory}), HasSubstr("does not bound"));
  EXPECT_THAT(refusal(7, {.kind = Kind::cycle, .edges = {gradient}}),
              HasSubstr("no closed walk"));
  std::vector<int64_t> loop{findEdge(problem.graph, "F2", "loss"),
                            findEdge(problem.graph, "loss", "G2"), gradient,
                            findEdge(problem.graph, "U2", "F2")};
  EXPECT_THAT(refusal(7, {.kind = Kind::cycle, .edges = loop}),
              HasSubstr("whose delays a schedule may choose"));
}

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

TEST(BrokenAnswers, cyclicSchedules) {
  CyclicProblem problem = makeProblem();
  CyclicSchedule good = *solveCyclicSchedule(problem);
  ASSERT_EQ(verify(problem, good).message(), "");
  ASSERT_EQ(good.proof, Proof::optimal);
  ASSERT_GT(good.staleness, 0);
  auto refusal = [&](auto change) {
    CyclicSchedule broken = good;
    change(broken);
    return verify(problem, broken).message();
  };
  EXPECT_THAT(refusal([](CyclicSchedule &s) { s.solution.start[1] = -1; }),
              HasSubstr("outside the period"));
  EXPECT_THAT(refusal([](CyclicSchedule &s) { --s.lowerBound; }),
              HasSubstr("the obstacle"));
  EXPECT_THAT(refusal([](CyclicSchedule &s) {
                ++s.lowerBound;
                s.obstacle = {};
              }),
              HasSubstr("the bound of the period does not lie"));
  EXPECT_THAT(refusal([](CyclicSchedule &s) { s.proof = Proof::feasible; }),
              HasSubstr("the period is said to be feasible"));
  EXPECT_THAT(refusal([](CyclicSchedule &s) { ++s.staleness; }),
              HasSubstr("another weighted staleness"));
  EXPECT_THAT(
      refusal([](CyclicSchedule &s) { s.stalenessBound = s.staleness + 1; }),
      HasSubstr("the bound of the weighted staleness does not lie"));
  EXPECT_THAT(refusal([](CyclicSchedule &s) {
                s.stalenessBound = s.staleness - 1;
                s.stalenessProof = Proof::optimal;
              }),
              HasSubstr("the weighted staleness is said to be optimal"));
}

TEST(BrokenAnswers, schedulesInAGivenOrder) {
  CyclicProblem problem = makeProblem();
  problem.machine.links.others.bandwidth = {0, 1};
  CyclicSolution given = solveCyclicSchedule(problem)->solution;
  for (Task &task : problem.graph.tasks)
    task.time *= task.layer;
  CyclicSolution good = *scheduleInOrder(problem, given);
  ASSERT_EQ(verifyInOrder(problem, given, good).message(), "");
  ASSERT_GE(given.order[0].size(), 3u);

  CyclicSolution broken = good;
  ++broken.distance[findEdge(problem.graph, "G1", "U1")];
  EXPECT_NE(verifyInOrder(problem, given, broken).message(), "");
  CyclicSolution other = given;
  std::swap(other.order[0][0], other.order[0][1]);
  EXPECT_THAT(verifyInOrder(problem, other, good).message(),
              HasSubstr("the round of processor 0 is another one"));
  other.order[0].pop_back();
  EXPECT_THAT(verifyInOrder(problem, other, good).message(),
              HasSubstr("tasks, where"));
  other = given;
  --other.lag[given.order[0].back()];
  EXPECT_THAT(verifyInOrder(problem, other, good).message(),
              HasSubstr("in the round of processor 0"));
  other = given;
  other.order.pop_back();
  EXPECT_THAT(verifyInOrder(problem, other, good).message(),
              HasSubstr("another graph or machine"));
}

//===----------------------------------------------------------------------===//
// Splits
//===----------------------------------------------------------------------===//

/// Three layers on two processors, where F1 takes longest.
static JointProblem makeSplitProblem() {
  JointProblem problem;
  problem.graph = makeChain(3);
  problem.graph.tasks[findTask(problem.graph, "F1")].time = 200;
  problem.machine.processors = 2;
  return problem;
}

TEST(BrokenAnswers, boundsOfSplits) {
  JointProblem problem = makeSplitProblem();
  JointBound good = *boundJointSchedule(problem);
  ASSERT_EQ(verify(problem, good).message(), "");
  ASSERT_EQ(good.obstacle.kind, Kind::task);
  auto refusal = [&](int64_t period, Obstacle obstacle) {
    return verify(problem, JointBound{period, std::move(obstacle)}).message();
  };
  EXPECT_THAT(refusal(good.period - 1, good.obstacle),
              HasSubstr("shows a bound of 200, not 199"));
  EXPECT_THAT(
      refusal(good.period, {.kind = Kind::slice, .task = good.obstacle.task}),
      HasSubstr("which is no divisible task"));
  EXPECT_THAT(refusal(good.period, {.kind = Kind::task, .task = 99}),
              HasSubstr("names task 99"));
  EXPECT_THAT(refusal(good.period, {.kind = Kind::work}),
              HasSubstr("shows a bound of"));
  EXPECT_THAT(refusal(good.period, {}), HasSubstr("does not bound"));
  EXPECT_THAT(
      refusal(10, {.kind = Kind::task, .task = findTask(problem.graph, "F2")}),
      HasSubstr("the bound 10 is below 200"));
  int64_t gradient = findEdge(problem.graph, "G3", "U3");
  std::vector<int64_t> loop{findEdge(problem.graph, "F3", "loss"),
                            findEdge(problem.graph, "loss", "G3"), gradient,
                            findEdge(problem.graph, "U3", "F3")};
  EXPECT_THAT(refusal(21, {.kind = Kind::cycle, .edges = loop}),
              HasSubstr("the gradient's edge"));
  EXPECT_THAT(refusal(21, {.kind = Kind::cycle, .edges = {gradient}}),
              HasSubstr("no closed walk"));
}

TEST(BrokenAnswers, fronts) {
  JointProblem problem = makeSplitProblem();
  ParetoFront good = *findParetoFront(problem);
  ASSERT_EQ(verify(problem, good).message(), "");
  ASSERT_GT(good.schedules.size(), 1u);
  ParetoFront broken = good;
  std::swap(broken.schedules.front(), broken.schedules.back());
  EXPECT_THAT(verify(problem, broken).message(), HasSubstr("not in order"));
  broken = good;
  --broken.schedules.back().figures.memory;
  EXPECT_THAT(verify(problem, broken).message(), HasSubstr("figures"));
  broken.schedules.clear();
  EXPECT_THAT(verify(problem, broken).message(), HasSubstr("no schedule"));
}

/// One iteration after the other takes longer than two processors need, and
/// here saves nothing.
TEST(BrokenAnswers, frontsWithADominatedSchedule) {
  JointProblem problem = makeSplitProblem();
  problem.machine.processors = 1;
  ParetoFront front = *findParetoFront(problem);
  ASSERT_EQ(verify(problem, front).message(), "");
  JointSchedule slower = front.schedules.back();
  CyclicSolution &solution = slower.schedule.solution;
  ++solution.period;
  slower.schedule.proof = slower.proof = Proof::feasible;
  slower.figures.period = solution.period;
  slower.obstacle = {};
  ASSERT_EQ(verify(problem, slower).message(), "");
  front.schedules.push_back(slower);
  EXPECT_THAT(verify(problem, front).message(), HasSubstr("is dominated"));
}
