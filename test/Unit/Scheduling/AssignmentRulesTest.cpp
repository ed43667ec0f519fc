//===- AssignmentRulesTest.cpp - Tests of the assignment problem ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constraints by hand, inputs that must be refused, and assignments broken in
// every way that the verifier claims to see.
//
//===----------------------------------------------------------------------===//

#include "AssignmentProblems.h"
#include "Graphs.h"

#include "layerpipe/Scheduling/Assignment/Assignment.h"

#include <gmock/gmock.h>

#include <functional>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Groups for `together`: for every value that `weight` edges carry, its maker
/// (an update) and its readers, so that weights never travel. Inputs left out.
std::vector<std::vector<int64_t>> tasksSharingWeights(const TaskGraph &graph) {
  std::vector<std::pair<int64_t, int64_t>> users; // value, task
  auto add = [&](int64_t value, int64_t task) {
    if (graph.tasks[task].kind != TaskKind::input)
      users.push_back({value, task});
  };
  for (const Edge &edge : graph.edges)
    if (edge.kind == EdgeKind::weight) {
      add(edge.value, edge.from);
      add(edge.value, edge.to);
    }
  std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  std::vector<std::vector<int64_t>> groups;
  for (size_t i = 0; i < users.size(); ++i) {
    if (i == 0 || users[i].first != users[i - 1].first)
      groups.emplace_back();
    groups.back().push_back(users[i].second);
  }
  std::erase_if(groups, [](const auto &group) { return group.size() < 2; });
  return groups;
}

/// a(4) → b(4) → c(4) → d(4); values of 10, 20, 30 and 40 bytes.
AssignmentProblem makeFour(int64_t processors) {
  AssignmentProblem problem;
  for (int64_t i = 0; i < 4; ++i)
    addTask(problem.graph, std::string(1, char('a' + i)), TaskKind::other,
            i + 1, 4, 10 * (i + 1));
  for (int64_t i = 0; i + 1 < 4; ++i)
    addEdge(problem.graph, i, i + 1);
  problem.machine.processors = processors;
  return problem;
}

Assignment solved(const AssignmentProblem &problem,
                  const AssignmentOptions &options = {}) {
  Result<Assignment> assignment = solveAssignment(problem, options);
  EXPECT_TRUE(assignment) << assignment.message();
  if (!assignment)
    return {};
  Status verified = verify(problem, *assignment);
  EXPECT_TRUE(verified) << verified.message();
  return *assignment;
}

void expectRefused(const AssignmentProblem &problem, const char *text) {
  Result<Assignment> assignment = solveAssignment(problem);
  ASSERT_FALSE(assignment);
  EXPECT_EQ(assignment.error().failure, Failure::input);
  EXPECT_THAT(assignment.message(), HasSubstr(text));
}

} // namespace

TEST(AssignmentRules, bytesDecideBetweenEqualPeriods) {
  Assignment assignment = solved(makeFour(2));
  // {a, b} | {c, d} moves 20 bytes, {a, d} | {b, c} 40.
  EXPECT_THAT(assignment.processor, ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(assignment.period, 8);
  EXPECT_EQ(assignment.communicationBytes, 20);
  EXPECT_THAT(assignment.memoryBytes, ElementsAre(10, 50));
  EXPECT_EQ(assignment.proof, Proof::optimal);
  EXPECT_EQ(assignment.obstacle.kind, Obstacle::Kind::work);
}

TEST(AssignmentRules, aSlowLinkIsTheBottleneck) {
  AssignmentProblem problem = makeFour(2);
  problem.machine.links.others.bandwidth = {1, 1};
  // Only a | bcd, of 10 bytes, is shorter than all on one processor.
  Assignment assignment = solved(problem);
  EXPECT_THAT(assignment.processor, ElementsAre(0, 1, 1, 1));
  EXPECT_EQ(assignment.period, 12);
  problem.pins = {0, std::nullopt, std::nullopt, 1};
  assignment = solved(problem);
  EXPECT_EQ(assignment.period, 12);
  problem.pins = {0, 0, 1, 1};
  assignment = solved(problem);
  EXPECT_EQ(assignment.period, 20);
  EXPECT_EQ(assignment.lowerBound, 20);
  EXPECT_EQ(assignment.obstacle.kind, Obstacle::Kind::link);
  EXPECT_EQ(assignment.obstacle.processor, 0);
  EXPECT_EQ(assignment.obstacle.other, 1);
}

/// Between pairs that share memory, even 10 bytes take longer than two tasks.
TEST(AssignmentRules, whatTravelsStaysWhereLinksAreFast) {
  AssignmentProblem problem = makeFour(4);
  const Link slow{{1, 1}, 0}, memory;
  problem.machine.links = {slow, {{2, memory}}};
  Assignment assignment = solved(problem);
  EXPECT_EQ(assignment.period, 8);
  EXPECT_EQ(assignment.processor[0] / 2, assignment.processor[3] / 2);
  EXPECT_EQ(assignment.proof, Proof::optimal);
  problem.machine.links.pairs = {{1, 2, memory}};
  assignment = solved(problem);
  EXPECT_EQ(assignment.period, 4);
  EXPECT_EQ(assignment.proof, Proof::optimal);
}

TEST(AssignmentRules, aValueTravelsOnceToEachProcessor) {
  AssignmentProblem problem = makeFour(2);
  addEdge(problem.graph, 1, 3, EdgeKind::weight, 2);
  Assignment assignment = solved(problem);
  EXPECT_THAT(assignment.processor, ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(assignment.communicationBytes, 20); // b's value, to c and d
  EXPECT_THAT(assignment.memoryBytes, ElementsAre(10, 50));
}

TEST(AssignmentRules, bothDirectionsShareALink) {
  AssignmentProblem problem = makeFour(2);
  addEdge(problem.graph, 3, 0, EdgeKind::weight, 1);
  problem.machine.links.others.bandwidth = {10, 1};
  problem.pins = {0, 0, 1, 1};
  Assignment assignment = solved(problem);
  EXPECT_EQ(assignment.communicationBytes, 20 + 40);
  problem.machine.links.others.bandwidth = {5, 1};
  assignment = solved(problem);
  EXPECT_EQ(assignment.period, 4 + 8); // 20 and 40 bytes by 5
}

TEST(AssignmentRules, whatInputsMakeNeedsMemoryButNoTransfer) {
  AssignmentProblem problem;
  addTask(problem.graph, "x", TaskKind::input, 0, 0, 7);
  addTask(problem.graph, "a", TaskKind::other, 1, 3);
  addTask(problem.graph, "b", TaskKind::other, 2, 3);
  addEdge(problem.graph, 0, 1);
  addEdge(problem.graph, 0, 2);
  problem.machine.processors = 2;
  Assignment assignment = solved(problem);
  EXPECT_THAT(assignment.processor, ElementsAre(-1, 0, 1));
  EXPECT_EQ(assignment.communicationBytes, 0);
  EXPECT_THAT(assignment.memoryBytes, ElementsAre(7, 7));
}

TEST(AssignmentRules, memoryForcesTasksApart) {
  AssignmentProblem problem = makeFour(2);
  problem.machine.speeds = {{100, 1}, {1, 1}};
  EXPECT_EQ(solved(problem).period, 4);
  problem.machine.memory = {40, 100};
  Assignment assignment = solved(problem); // d alone reads 30 bytes
  EXPECT_EQ(assignment.period, 4);
  EXPECT_EQ(assignment.proof, Proof::optimal);
  EXPECT_LE(assignment.memoryBytes[0], 40);
}

TEST(AssignmentRules, saysWhoseMemoryIsTooSmall) {
  auto expectInfeasible = [](const AssignmentProblem &problem,
                             int64_t processor, const char *text) {
    Result<Assignment> assignment = solveAssignment(problem);
    ASSERT_FALSE(assignment);
    EXPECT_EQ(assignment.error().failure, Failure::infeasible);
    EXPECT_EQ(assignment.error().obstacle.kind, Obstacle::Kind::memory);
    EXPECT_EQ(assignment.error().obstacle.processor, processor);
    EXPECT_THAT(assignment.message(), HasSubstr(text));
  };
  AssignmentProblem problem = makeFour(3);
  problem.machine.memory = {20, 29, 20};
  expectInfeasible(problem, 1, "'d' reads 30 bytes");
  problem.machine.memory = {5, 31, 5};
  expectInfeasible(problem, 1, "60 bytes, but all processors together");
  problem.machine.memory = {45, 49, 40};
  problem.pins = {std::nullopt, std::nullopt, 1, 1};
  expectInfeasible(problem, 1, "pinned to processor 1 read 50 bytes");
  problem.pins.clear();
  problem.machine.memory = {31, 29, 1}; // 30 and 20, and 10 is left
  expectInfeasible(problem, 1, "no assignment fits the memories");
}

TEST(AssignmentRules, withoutProofNothingIsCalledInfeasible) {
  AssignmentProblem problem = makeFour(3);
  problem.machine.memory = {31, 29, 1};
  AssignmentOptions options;
  options.exact = ExactSearch::never;
  Result<Assignment> assignment = solveAssignment(problem, options);
  ASSERT_FALSE(assignment);
  EXPECT_EQ(assignment.error().failure, Failure::out_of_time);
  EXPECT_EQ(assignment.error().obstacle.kind, Obstacle::Kind::memory);
}

TEST(AssignmentRules, longTasksMustShare) {
  AssignmentProblem problem;
  for (int64_t time : {9, 8, 7, 6, 6, 1})
    addTask(problem.graph,
            "t" + std::to_string(time) +
                std::to_string(problem.graph.tasks.size()),
            TaskKind::other, 0, time);
  problem.machine.processors = 4;
  AssignmentOptions options;
  options.exact = ExactSearch::never;
  // Two of the five longest share a processor: at least 6 + 6.
  Assignment assignment = solved(problem, options);
  EXPECT_EQ(assignment.lowerBound, 12);
  EXPECT_EQ(assignment.period, 12);
  EXPECT_EQ(assignment.obstacle.kind, Obstacle::Kind::work);
}

TEST(AssignmentRules, groupsCountAsOneTask) {
  AssignmentProblem problem = makeFour(4);
  problem.together = {{0, 2}, {2, 3}};
  Assignment assignment = solved(problem);
  EXPECT_THAT(assignment.processor, ElementsAre(0, 1, 0, 0));
  EXPECT_EQ(assignment.lowerBound, 12);
  EXPECT_EQ(assignment.obstacle.kind, Obstacle::Kind::task);
  EXPECT_EQ(assignment.obstacle.task, 0);
}

TEST(AssignmentRules, weightsStayWhereTheyAreShared) {
  AssignmentProblem problem;
  problem.graph = makeChain(3);
  problem.machine.processors = 3;
  problem.together = tasksSharingWeights(problem.graph);
  // F3, D3 and U3 share W3; F2, D2 and U2 share W2; F1 and U1 share W1.
  ASSERT_EQ(problem.together.size(), 3u);
  EXPECT_EQ(problem.together[0].size(), 3u);
  EXPECT_EQ(problem.together[2].size(), 2u);
  Assignment assignment = solved(problem);
  for (const Edge &edge : problem.graph.edges)
    if (edge.kind == EdgeKind::weight)
      EXPECT_EQ(assignment.processor[edge.from], assignment.processor[edge.to]);
}

TEST(AssignmentRules, rulesThatAPinForbidsAreDeclined) {
  AssignmentProblem problem = makeFour(2);
  problem.pins = {1, std::nullopt, std::nullopt, std::nullopt};
  AssignmentOptions options;
  for (AssignmentStrategy strategy :
       {AssignmentStrategy::sequential, AssignmentStrategy::contiguous,
        AssignmentStrategy::contiguous_tasks}) {
    options.strategy = strategy;
    Result<Assignment> assignment = solveAssignment(problem, options);
    ASSERT_FALSE(assignment);
    EXPECT_THAT(assignment.message(), HasSubstr("puts task 'a' on processor"));
  }
  EXPECT_EQ(solved(problem).processor[0], 1);
}

TEST(AssignmentRules, refusesIllegalProblems) {
  AssignmentProblem problem = makeFour(2);
  problem.pins = {0};
  expectRefused(problem, "1 pins for 4 tasks");
  problem.pins = {2, std::nullopt, std::nullopt, std::nullopt};
  expectRefused(problem, "there are 0 to 1");
  problem.pins = {0, 1, std::nullopt, std::nullopt};
  problem.together = {{0, 3}, {3, 1}};
  expectRefused(problem, "'a' and 'b' share a processor, but are pinned to 0");
  problem.pins.clear();
  problem.together = {{0, 4}};
  expectRefused(problem, "group 0 names task 4, of 4");
  problem.together = {{-1}};
  expectRefused(problem, "group 0 names task -1");
  problem.together = {{}};
  EXPECT_TRUE(solveAssignment(problem));
  problem.machine.processors = 0;
  expectRefused(problem, "between 1 and");
}

TEST(AssignmentRules, refusesInputsInPinsAndGroups) {
  AssignmentProblem problem;
  problem.graph = makeChain(1);
  problem.together = {{findTask(problem.graph, "x")}};
  expectRefused(problem, "an input");
  problem.together.clear();
  problem.pins.resize(problem.graph.tasks.size());
  problem.pins[findTask(problem.graph, "y")] = 0;
  expectRefused(problem, "inputs run on none");
}

TEST(AssignmentRules, refusesSumsThatDoNotFit) {
  AssignmentProblem problem = makeFour(2);
  problem.machine.links.others.bandwidth = {1, maxTotalTime};
  problem.graph.values[0].bytes = maxBytes;
  expectRefused(problem, "value 'a.value'");
  problem = makeFour(2);
  problem.machine.speeds = {{1, 1}, {1, 1 << 20}};
  problem.graph.tasks[0].time = maxTotalTime - 12;
  expectRefused(problem, "on the slowest processor");
}

TEST(AssignmentRules, refusesStartsOfTheWrongForm) {
  AssignmentProblem problem = makeFour(2);
  AssignmentOptions options;
  for (const std::vector<int64_t> &start :
       {std::vector<int64_t>{0, 0, 0}, std::vector<int64_t>{0, 0, 0, 2},
        std::vector<int64_t>{0, 0, 0, -1}}) {
    options.starts = {start};
    EXPECT_THAT(solveAssignment(problem, options).message(),
                HasSubstr("start 0"));
  }
}

TEST(AssignmentRules, emptyGraphsNeedNothing) {
  AssignmentProblem problem;
  problem.machine.processors = 3;
  Assignment assignment = solved(problem);
  EXPECT_EQ(assignment.period, 0);
  EXPECT_EQ(assignment.proof, Proof::optimal);
  EXPECT_EQ(assignment.obstacle.kind, Obstacle::Kind::none);
}

TEST(AssignmentRules, timeLimitsKeepTheBound) {
  AssignmentProblem problem;
  std::mt19937_64 random(1);
  for (int64_t i = 0; i < 60; ++i)
    addTask(problem.graph, "t" + std::to_string(i), TaskKind::other, 0,
            draw(random, 1000, 9999));
  for (int64_t i = 0; i + 1 < 60; ++i)
    addEdge(problem.graph, i, i + 1);
  problem.machine.processors = 7;
  AssignmentOptions options;
  options.exact = ExactSearch::always;
  options.limits.seconds = 0.1;
  Assignment assignment = solved(problem, options);
  EXPECT_EQ(assignment.proof, Proof::out_of_time);
  EXPECT_LE(assignment.lowerBound, assignment.period);
}

TEST(AssignmentRules, verifySeesEveryBreak) {
  AssignmentProblem problem = makeFour(2);
  addTask(problem.graph, "x", TaskKind::input, 0, 0);
  problem.machine.memory = {60, 60};
  problem.pins = {0, std::nullopt, std::nullopt, std::nullopt, std::nullopt};
  problem.together = {{2, 3}};
  const Assignment good = solved(problem);
  using Break = std::function<void(Assignment &)>;
  auto expectSeen = [&](const Break &breakIt, const char *text) {
    Assignment broken = good;
    breakIt(broken);
    EXPECT_THAT(verify(problem, broken).message(), HasSubstr(text));
  };
  using Kind = Obstacle::Kind;
  auto explained = [](Kind kind, int64_t task, int64_t a, int64_t b) {
    return [=](Assignment &it) { it.obstacle = {kind, {}, task, a, b}; };
  };
  expectSeen([](Assignment &it) { it.processor.pop_back(); }, "4 processors");
  expectSeen([](Assignment &it) { it.processor[1] = 2; }, "one of 0 to 1");
  expectSeen([](Assignment &it) { it.processor[1] = -1; }, "one of 0 to 1");
  expectSeen([](Assignment &it) { it.processor[4] = 0; }, "every input");
  expectSeen([](Assignment &it) { it.processor[0] = 1; }, "pinned to 0");
  expectSeen([](Assignment &it) { it.processor[3] = 0; }, "must share");
  expectSeen([](Assignment &it) { ++it.memoryBytes[0]; }, "memory");
  expectSeen([](Assignment &it) { it.memoryBytes.pop_back(); }, "memory");
  expectSeen([](Assignment &it) { ++it.period; }, "the period is 8, not 9");
  expectSeen([](Assignment &it) { --it.communicationBytes; }, "20 bytes cross");
  expectSeen([](Assignment &it) { ++it.lowerBound; }, "the lower bound is 9");
  expectSeen([](Assignment &it) { --it.lowerBound; }, "the lower bound is 7");
  expectSeen([](Assignment &it) { ++it.communicationBound; }, "lie between 0");
  expectSeen([](Assignment &it) { it.communicationBound = -1; }, "between 0");
  expectSeen([](Assignment &it) { it.communicationBound = 0; }, "optimal");
  expectSeen(explained(Kind::none, -1, -1, -1), "explains 0");
  expectSeen(explained(Kind::task, 0, -1, -1), "explains 4");
  expectSeen(explained(Kind::task, 4, -1, -1), "explains -1");
  expectSeen(explained(Kind::task, 5, -1, -1), "explains -1");
  expectSeen(explained(Kind::processor, -1, 2, -1), "explains -1");
  expectSeen(explained(Kind::link, -1, 0, 1), "explains 0");
  expectSeen(explained(Kind::memory, -1, 0, -1), "explains -1");
  expectSeen(explained(Kind::cycle, -1, -1, -1), "explains -1");
  problem.machine.memory = {60, 49};
  EXPECT_THAT(verify(problem, good).message(), HasSubstr("must hold 50"));
}

TEST(AssignmentRules, boundsHoldForEveryAssignment) {
  for (uint64_t seed = 0; seed < roundsOf(1000); ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    AssignmentProblem problem = makeRandomAssignment(random, 7, 3);
    auto best = enumerateAssignments(problem);
    AssignmentOptions options;
    options.strategy = AssignmentStrategy::sequential;
    Result<Assignment> assignment = solveAssignment(problem, options);
    if (!assignment)
      continue;
    ASSERT_TRUE(best);
    EXPECT_LE(assignment->lowerBound, best->first);
    EXPECT_LE(assignment->communicationBound, best->second);
  }
}
