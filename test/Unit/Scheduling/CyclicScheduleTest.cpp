//===- CyclicScheduleTest.cpp - Tests of cyclic scheduling ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goldens, random problems against the verifier and the simulation, broken
// solutions, and size.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include "Simulation.h"
#include "Support/RandomLinks.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"

#include <gmock/gmock.h>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// One layer per processor.
CyclicProblem onePerLayer(TaskGraph graph, int64_t processors) {
  CyclicProblem problem;
  problem.machine.processors = processors;
  problem.delays = Delays::least;
  for (const Task &task : graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1
                                 : task.layer == 0
                                     ? processors - 1
                                     : (task.layer - 1) % processors);
  problem.graph = std::move(graph);
  return problem;
}

CyclicProblem assigned(TaskGraph graph, int64_t processors,
                       AssignmentStrategy strategy, Delays delays) {
  CyclicProblem problem;
  problem.machine.processors = processors;
  problem.delays = delays;
  Result<Assignment> assignment = assignProcessors(graph, processors, strategy);
  EXPECT_TRUE(assignment) << assignment.message();
  if (assignment)
    problem.assignment = assignment->processor;
  problem.graph = std::move(graph);
  return problem;
}

/// A random problem on random processors, with links at times.
CyclicProblem makeRandomProblem(std::mt19937_64 &random, Delays delays) {
  CyclicProblem problem;
  problem.graph = draw(random, 0, 1) == 0 && delays == Delays::given
                      ? makeRandomGraph(random, 8, 5)
                      : makeRandomTraining(random, 5);
  problem.delays = delays;
  problem.machine.processors = draw(random, 1, 4);
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(
        task.kind == TaskKind::input
            ? -1
            : draw(random, 0, problem.machine.processors - 1));
  if (draw(random, 0, 2) == 0)
    problem.machine.links.others.bandwidth = {draw(random, 1, 100),
                                              draw(random, 1, 3)};
  if (draw(random, 0, 2) == 0)
    problem.machine.links.others.latency = draw(random, 0, 7);
  if (draw(random, 0, 2) == 0)
    problem.machine.links =
        randomLinks(random, problem.machine.processors, [&]() -> Link {
          return {{draw(random, 1, 100), draw(random, 1, 3)},
                  draw(random, 0, 7)};
        });
  if (draw(random, 0, 2) == 0)
    for (int64_t i = 0; i < problem.machine.processors; ++i)
      problem.machine.speeds.push_back(
          {draw(random, 1, 5), draw(random, 1, 3)});
  return problem;
}

/// No single layer's staleness can be lowered for these starts: a second,
/// naive method (relaxation of all edges until nothing moves) says so.
bool hasLags(const CyclicProblem &problem, const CyclicSolution &solution,
             const std::vector<int64_t> &distance) {
  const TaskGraph &graph = problem.graph;
  std::vector<int64_t> lag(graph.tasks.size(), 0);
  int64_t limit = 4;
  for (int64_t d : distance)
    limit += d + 2;
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t i = 0; i < graph.edges.size(); ++i) {
      const Edge &edge = graph.edges[i];
      if (graph.tasks[edge.from].kind == TaskKind::input)
        continue;
      int64_t latency =
          solution.edgeTransfer[i] < 0 ? 0 : linkOfEdge(problem, i).latency;
      int64_t ready = solution.start[edge.from] +
                      durationOf(problem, edge.from) + latency +
                      (lag[edge.from] - distance[i]) * solution.period;
      while (lag[edge.to] * solution.period + solution.start[edge.to] < ready) {
        ++lag[edge.to];
        changed = true;
      }
      if (lag[edge.to] > limit * static_cast<int64_t>(graph.tasks.size()))
        return false;
    }
  }
  return true;
}

} // namespace

TEST(CyclicSchedule, fourLayersOnFourProcessors) {
  CyclicProblem problem = onePerLayer(makeChain(4), 4);
  for (Task &task : problem.graph.tasks)
    task.time = task.name == "G1" ? 20 : task.time;
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->solution.period, 31);
  EXPECT_EQ(schedule->lowerBound, 31);
  EXPECT_THAT(stalenessOf(problem.graph, schedule->solution.distance),
              ElementsAre(3, 2, 1, 0));
}

TEST(CyclicSchedule, oneProcessorNeedsNoStaleness) {
  for (int64_t layers : {1, 2, 7, 40}) {
    CyclicProblem problem = assigned(
        makeChain(layers), 1, AssignmentStrategy::sequential, Delays::least);
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
    ASSERT_TRUE(schedule) << schedule.message();
    EXPECT_EQ(schedule->solution.period, totalTime(problem.graph));
    EXPECT_THAT(stalenessOf(problem.graph, schedule->solution.distance),
                testing::Each(0));
    // Weights are updated in place: nobody needs a second version.
    std::vector<int64_t> capacities =
        channelCapacities(problem, schedule->solution);
    for (size_t edge = 0; edge < capacities.size(); ++edge)
      if (problem.graph.edges[edge].kind == EdgeKind::weight)
        EXPECT_EQ(capacities[edge], 1) << describeEdge(problem.graph, edge);
  }
}

TEST(CyclicSchedule, aLongPeriodNeedsNoStaleness) {
  CyclicProblem problem = onePerLayer(makeChain(4), 4);
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem, {200});
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->solution.period, 200);
  EXPECT_THAT(stalenessOf(problem.graph, schedule->solution.distance),
              testing::Each(0));
}

TEST(CyclicSchedule, aPeriodBelowTheBoundIsRefused) {
  CyclicProblem problem = onePerLayer(makeChain(4), 4);
  EXPECT_THAT(solveCyclicSchedule(problem, {30}).message(),
              HasSubstr("no schedule has period 30: the lower bound is 31"));
}

TEST(CyclicSchedule, givenDelaysBoundThePeriod) {
  // Without staleness the loop of layer 1 takes one iteration's time: F1 … F4,
  // D4 … D2, G1, U1.
  CyclicProblem problem = onePerLayer(makeChain(4), 4);
  problem.delays = Delays::given;
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->lowerBound, 81);
  EXPECT_EQ(schedule->solution.period, 81);
}

TEST(CyclicSchedule, theLeastStalenessIsEnoughWhenGiven) {
  CyclicProblem problem = onePerLayer(makeChain(4), 4);
  for (Edge &edge : problem.graph.edges)
    if (edge.parameter >= 0)
      edge.distance = 3 - edge.parameter;
  problem.delays = Delays::given;
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->solution.period, 31);
}

/// The delays on the weights instead of the gradients: four of them let four
/// processors reach their load.
TEST(CyclicSchedule, delaysOnTheWeights) {
  for (int64_t delays : {1, 2, 4, 8}) {
    CyclicProblem problem = onePerLayer(makeChain(4), 4);
    problem.delays = Delays::given;
    for (Task &task : problem.graph.tasks)
      task.time = task.name == "G1" ? 20 : task.time;
    for (Edge &edge : problem.graph.edges)
      if (edge.kind == EdgeKind::weight)
        edge.distance = delays;
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
    ASSERT_TRUE(schedule) << schedule.message();
    if (delays >= 4)
      EXPECT_EQ(schedule->solution.period, 31);
    else
      EXPECT_GT(schedule->solution.period, 31);
  }
}

/// A channel with one place fewer than rule 4 asks for either slows the
/// schedule down or stops it; some do stop it, and the message says where.
TEST(CyclicSchedule, simulationSeesDeadlock) {
  CyclicProblem problem = onePerLayer(makeChain(4), 4);
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  const CyclicSolution &solution = schedule->solution;
  std::vector<int64_t> capacities = channelCapacities(problem, solution);
  ASSERT_TRUE(simulate(problem, solution, capacities, 20));
  int64_t edge = findEdge(problem.graph, "F1", "G2");
  ASSERT_GT(capacities[edge], 1);
  capacities[edge] = 1;
  Result<Simulation> stuck = simulate(problem, solution, capacities, 20);
  EXPECT_FALSE(stuck);
  EXPECT_THAT(stuck.message(), HasSubstr("deadlock: "));
  EXPECT_THAT(stuck.message(), HasSubstr("room on 'F1' → 'G2' (capacity 1)"));
}

/// Every way to break a solution is seen.
TEST(CyclicSchedule, verifyRefusesBrokenSolutions) {
  CyclicProblem problem = onePerLayer(makeChain(4), 4);
  problem.machine.links.others.bandwidth = {1000, 1};
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
  ASSERT_TRUE(schedule) << schedule.message();
  auto refusal = [&](auto change) {
    CyclicSolution broken = schedule->solution;
    change(broken);
    return verify(problem, broken).message();
  };
  int64_t gradient = findEdge(problem.graph, "G1", "U1");
  int64_t forward = findTask(problem.graph, "F2");
  EXPECT_EQ(refusal([](CyclicSolution &) {}), "");
  EXPECT_THAT(refusal([&](CyclicSolution &s) { --s.distance[gradient]; }),
              HasSubstr("rule 1"));
  EXPECT_THAT(refusal([&](CyclicSolution &s) { --s.lag[forward]; }),
              HasSubstr("rule 1"));
  EXPECT_THAT(refusal([&](CyclicSolution &s) { s.start[forward] = -1; }),
              HasSubstr("outside the period"));
  EXPECT_THAT(refusal([](CyclicSolution &s) { s.period = 0; }),
              HasSubstr("the period is 0"));
  EXPECT_THAT(refusal([](CyclicSolution &s) { s.transfers.pop_back(); }),
              testing::Not(""));
  EXPECT_THAT(refusal([](CyclicSolution &s) { ++s.transfers[0].duration; }),
              HasSubstr("duration"));
  EXPECT_THAT(
      refusal([](CyclicSolution &s) { s.transfers.push_back(s.transfers[0]); }),
      HasSubstr("twice"));
  EXPECT_THAT(refusal([](CyclicSolution &s) {
                std::swap(s.order[0][0], s.order[0][1]);
              }),
              HasSubstr("rule 3"));
  EXPECT_THAT(refusal([](CyclicSolution &s) { s.lag.pop_back(); }),
              HasSubstr("lags"));
  problem.delays = Delays::given;
  EXPECT_THAT(refusal([](CyclicSolution &) {}), HasSubstr("has distance 0"));
}

TEST(CyclicSchedule, randomProblemsVerifyAndRun) {
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    Delays delays = seed % 2 == 0 ? Delays::given : Delays::least;
    CyclicProblem problem = makeRandomProblem(random, delays);
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
    ASSERT_TRUE(schedule) << schedule.message();
    const CyclicSolution &solution = schedule->solution;
    Status verified = verify(problem, *schedule);
    ASSERT_TRUE(verified) << verified.message();
    EXPECT_GE(solution.period, schedule->lowerBound);
    if (delays == Delays::least)
      EXPECT_EQ(solution.period, schedule->lowerBound);
    std::vector<int64_t> capacities = channelCapacities(problem, solution);
    Result<Simulation> run = simulate(problem, solution, capacities, 12);
    ASSERT_TRUE(run) << run.message();
    // Self-timed execution is never later than the schedule.
    int64_t lastLag = 0;
    for (int64_t lag : solution.lag)
      lastLag = std::max(lastLag, lag);
    EXPECT_LE(run->makespan, (12 + lastLag + 1) * solution.period);
  }
}

TEST(CyclicSchedule, noLayersStalenessCanBeLowered) {
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeRandomProblem(random, Delays::least);
    problem.machine.links = withoutBandwidths(problem.machine.links);
    Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
    ASSERT_TRUE(schedule) << schedule.message();
    const CyclicSolution &solution = schedule->solution;
    EXPECT_TRUE(hasLags(problem, solution, solution.distance));
    for (size_t layer = 1; layer <= problem.graph.parameters.size(); ++layer) {
      std::vector<int64_t> lower = solution.distance;
      bool some = false;
      for (size_t edge = 0; edge < lower.size(); ++edge)
        if (problem.graph.edges[edge].parameter ==
            static_cast<int64_t>(layer) - 1) {
          --lower[edge];
          some |= lower[edge] >= 0;
        }
      if (some)
        EXPECT_FALSE(hasLags(problem, solution, lower)) << "layer " << layer;
    }
  }
}

// Instrumented code is many times slower, so sanitizers see short chains only.
#ifdef LAYERPIPE_SANITIZED
static constexpr int64_t longestChain = 1000;
#else
static constexpr int64_t longestChain = 10000;
#endif

/// Bisection with iterative placement must not be quadratic.
TEST(CyclicSchedule, longChainsWithGivenDelaysTakeNearLinearWork) {
  for (AssignmentStrategy strategy :
       {AssignmentStrategy::contiguous, AssignmentStrategy::free}) {
    int64_t before = 0;
    for (int64_t layers : {longestChain / 10, longestChain}) {
      CyclicProblem problem =
          assigned(makeChain(layers, 2), 8, strategy, Delays::given);
      SearchScope scope;
      Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
      ASSERT_TRUE(schedule) << schedule.message();
      EXPECT_GE(schedule->solution.period, schedule->lowerBound);
      EXPECT_LE(schedule->solution.period * 5, schedule->lowerBound * 8);
      if (layers == longestChain) {
        EXPECT_PRED2(growsNearLinearly, before, scope.steps());
      }
      before = scope.steps();
    }
  }
}

TEST(CyclicSchedule, longChainsReachTheirBound) {
  for (int64_t layers = 1000; layers <= longestChain; layers *= 10) {
    for (AssignmentStrategy strategy :
         {AssignmentStrategy::contiguous, AssignmentStrategy::free}) {
      CyclicProblem problem =
          assigned(makeChain(layers), 4, strategy, Delays::least);
      SearchScope scope;
      Result<CyclicSchedule> schedule = solveCyclicSchedule(problem);
      ASSERT_TRUE(schedule) << schedule.message();
      EXPECT_EQ(schedule->solution.period, schedule->lowerBound);
      // Nothing is searched where the busiest processor alone decides.
      EXPECT_LE(scope.steps(), 10 * layers);
    }
  }
}
