//===- FixedOrderTest.cpp - A schedule's order with other times -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Schedules whose tasks get other times keep their round on every processor,
// are valid, and have the shortest period that the round allows.
//
//===----------------------------------------------------------------------===//

#include "CyclicBruteForce.h"
#include "Graphs.h"
#include "LongestPaths.h"

#include "Simulation.h"
#include "Support/RandomLinks.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Cyclic/FixedOrder.h"

#include <gmock/gmock.h>

#include <algorithm>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

/// A schedule of a tiny random problem with these times.
static CyclicSolution scheduleOf(const CyclicProblem &problem) {
  ScheduleOptions quick;
  quick.exactEffort = 0;
  Result<CyclicSchedule> schedule = solveCyclicSchedule(problem, quick);
  EXPECT_TRUE(schedule) << schedule.message();
  return schedule->solution;
}

/// The order with the problem's times, or why that is not valid.
static Result<CyclicSolution> timeAnew(const CyclicProblem &problem,
                                       const CyclicSolution &order) {
  Result<CyclicSolution> timed = scheduleInOrder(problem, order);
  if (timed)
    if (Status valid = verifyInOrder(problem, order, *timed); !valid)
      return valid;
  return timed;
}

/// No speeds and links: what the check below knows.
static CyclicProblem makePlain(std::mt19937_64 &random) {
  TaskGraph graph = draw(random, 0, 1) == 0 ? makeRandomGraph(random, 8, 9)
                                            : makeRandomTraining(random, 4);
  CyclicProblem problem = makeTiny(random, std::move(graph));
  problem.machine.speeds.clear();
  problem.machine.links = withoutBandwidths(problem.machine.links);
  problem.delays = draw(random, 0, 1) == 0 ? Delays::given : Delays::least;
  return problem;
}

static void changeTimes(std::mt19937_64 &random, TaskGraph &graph) {
  for (Task &task : graph.tasks)
    if (task.kind != TaskKind::input && draw(random, 0, 3) > 0)
      task.time = draw(random, 0, 12);
}

/// Whether starts exist for this order and period, by all pairs of tasks.
static bool fits(const CyclicProblem &problem, const CyclicSolution &order,
                 int64_t period) {
  const TaskGraph &graph = problem.graph;
  LongestPaths paths(graph.tasks.size());
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    const Edge &edge = graph.edges[index];
    if (graph.tasks[edge.from].kind == TaskKind::input)
      continue;
    int64_t periods =
        order.distance[index] + order.lag[edge.to] - order.lag[edge.from];
    int64_t latency =
        needsTransfer(problem, index) ? linkOfEdge(problem, index).latency : 0;
    int64_t weight = graph.tasks[edge.from].time + latency - periods * period;
    if (edge.from == edge.to ? weight > 0
                             : !paths.add(edge.from, edge.to, weight))
      return false;
  }
  for (const std::vector<int64_t> &tasks : order.order)
    for (size_t i = 0; i < tasks.size(); ++i) {
      int64_t weight = graph.tasks[tasks[i]].time;
      int64_t next = tasks[(i + 1) % tasks.size()];
      if (i + 1 == tasks.size())
        weight -= period;
      if (next == tasks[i] ? weight > 0 : !paths.add(tasks[i], next, weight))
        return false;
    }
  return true;
}

/// The same round, entered elsewhere; and between any two of its tasks as many
/// periods as before, counted along the round.
static void expectSameRounds(const CyclicSolution &before,
                             const CyclicSolution &after) {
  ASSERT_EQ(before.order.size(), after.order.size());
  for (size_t processor = 0; processor < before.order.size(); ++processor) {
    std::vector<int64_t> round = before.order[processor];
    const std::vector<int64_t> &now = after.order[processor];
    ASSERT_EQ(round.size(), now.size());
    if (round.empty())
      continue;
    auto entry = std::find(round.begin(), round.end(), now.front());
    ASSERT_NE(entry, round.end());
    std::rotate(round.begin(), entry, round.end());
    EXPECT_EQ(round, now);
    // What was skipped comes a period later than what was not.
    int64_t skipped = std::find(before.order[processor].begin(),
                                before.order[processor].end(), now.front()) -
                      before.order[processor].begin();
    int64_t moved = after.lag[now[0]] - before.lag[now[0]];
    int64_t count = now.size();
    for (int64_t i = 0; i < count; ++i)
      EXPECT_EQ(after.lag[now[i]] - before.lag[now[i]],
                i < count - skipped ? moved : moved - 1)
          << "task " << now[i];
  }
}

TEST(FixedOrder, thePeriodIsTheShortestOfTheRound) {
  uint64_t shorter = 0, longer = 0;
  for (uint64_t seed = 0; seed < rounds(1500); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makePlain(random);
    CyclicSolution before = scheduleOf(problem);
    changeTimes(random, problem.graph);
    Result<CyclicSolution> after = timeAnew(problem, before);
    ASSERT_TRUE(after) << after.message();
    EXPECT_EQ(after->distance, before.distance);
    expectSameRounds(before, *after);
    EXPECT_TRUE(fits(problem, before, after->period));
    EXPECT_TRUE(after->period == 1 ||
                !fits(problem, before, after->period - 1));
    shorter += after->period < before.period;
    longer += after->period > before.period;
  }
  EXPECT_GT(shorter, 0u);
  EXPECT_GT(longer, 0u);
}

/// What the program does: it goes through the order that it has.
TEST(FixedOrder, theProgramKeepsThePeriod) {
  for (uint64_t seed = 0; seed < rounds(500); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomTraining(random, 4));
    problem.delays = seed % 2 == 0 ? Delays::given : Delays::least;
    CyclicSolution before = scheduleOf(problem);
    changeTimes(random, problem.graph);
    Result<CyclicSolution> after = timeAnew(problem, before);
    ASSERT_TRUE(after) << after.message();
    constexpr int64_t iterations = 40;
    Result<Simulation> run = simulate(
        problem, *after, channelCapacities(problem, *after), iterations);
    ASSERT_TRUE(run) << run.message();
    int64_t lastLag = *std::max_element(after->lag.begin(), after->lag.end());
    EXPECT_LE(run->makespan, (iterations + lastLag + 1) * after->period);
  }
}

TEST(FixedOrder, unchangedTimesNeverLengthenThePeriod) {
  for (uint64_t seed = 0; seed < rounds(300); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    CyclicProblem problem = makeTiny(random, makeRandomTraining(random, 4));
    CyclicSolution before = scheduleOf(problem);
    Result<CyclicSolution> after = timeAnew(problem, before);
    ASSERT_TRUE(after) << after.message();
    EXPECT_LE(after->period, before.period);
    Result<CyclicSolution> again = timeAnew(problem, *after);
    ASSERT_TRUE(again) << again.message();
    EXPECT_EQ(again->period, after->period);
    EXPECT_EQ(again->order, after->order);
  }
}

TEST(FixedOrder, refusesWhatIsNoOrder) {
  CyclicProblem problem;
  problem.graph = makeChain(3);
  problem.machine.processors = 2;
  problem.machine.links.others.bandwidth = {100, 1};
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input ? -1
                                                              : task.layer % 2);
  const CyclicSolution good = scheduleOf(problem);
  auto refusal = [&](auto change) {
    CyclicSolution bad = good;
    change(bad);
    return scheduleInOrder(problem, bad).message();
  };
  EXPECT_EQ(refusal([](CyclicSolution &) {}), "");
  EXPECT_THAT(refusal([](CyclicSolution &bad) { bad.lag.pop_back(); }),
              HasSubstr("of another graph or machine"));
  EXPECT_THAT(refusal([](CyclicSolution &bad) {
                bad.order[0].push_back(bad.order[0][0]);
              }),
              HasSubstr("is listed before"));
  EXPECT_THAT(refusal([](CyclicSolution &bad) { bad.order[0][0] = 1000; }),
              HasSubstr("does not exist"));
  EXPECT_THAT(refusal([](CyclicSolution &bad) {
                bad.order[1].push_back(bad.order[0].back());
                bad.order[0].pop_back();
              }),
              HasSubstr("is in the order of"));
  EXPECT_THAT(refusal([](CyclicSolution &bad) { bad.order[0].pop_back(); }),
              HasSubstr("is in the order of -1"));
  EXPECT_THAT(refusal([](CyclicSolution &bad) {
                std::reverse(bad.order[0].begin(), bad.order[0].end());
              }),
              HasSubstr("wait for each other"));
  EXPECT_THAT(refusal([](CyclicSolution &bad) { bad.transfers.clear(); }),
              HasSubstr("has no transfer of"));
  EXPECT_THAT(refusal([](CyclicSolution &bad) { bad.transfers[0].lag -= 5; }),
              HasSubstr("runs the transfer of"));
  EXPECT_THAT(
      refusal([](CyclicSolution &bad) { bad.transfers[0].lag = INT64_MIN; }),
      HasSubstr("beyond ±"));
  int64_t forward = findTask(problem.graph, "F3");
  EXPECT_THAT(refusal([&](CyclicSolution &bad) { bad.lag[forward] -= 5; }),
              HasSubstr("in a period before its operand's"));
  EXPECT_THAT(
      refusal([&](CyclicSolution &bad) { bad.lag[forward] = INT64_MAX; }),
      HasSubstr("beyond ±"));
}
