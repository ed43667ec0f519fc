//===- JointPinsTest.cpp - Joint schedules with pinned layers -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"
#include "JointProblems.h"

#include "RandomSplitRules.h"
#include "StageOrder.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace layerpipe::scheduling::test {
namespace {

/// Says which task of a pinned layer is elsewhere, or cut.
std::string brokenPin(const JointProblem &problem,
                      const JointSchedule &answer) {
  for (size_t task = 0; task < answer.problem.graph.tasks.size(); ++task) {
    const Task &made = answer.problem.graph.tasks[task];
    auto pin = problem.pins.find(made.layer);
    if (pin == problem.pins.end() || made.kind == TaskKind::input)
      continue;
    if (made.part || answer.problem.assignment[task] != pin->second)
      return made.name;
  }
  return "";
}

/// Returns each layer's processor, if it has one.
std::map<int64_t, int64_t> placesOf(const JointSchedule &answer) {
  std::map<int64_t, std::set<int64_t>> all;
  for (size_t task = 0; task < answer.problem.graph.tasks.size(); ++task)
    if (answer.problem.assignment[task] >= 0)
      all[answer.problem.graph.tasks[task].layer].insert(
          answer.problem.assignment[task]);
  std::map<int64_t, int64_t> places;
  for (const auto &[layer, processors] : all)
    if (layer > 0 && processors.size() == 1)
      places.emplace(layer, *processors.begin());
  return places;
}

TEST(JointPins, areKeptInRandomProblems) {
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 6);
    drawPins(random, problem);
    JointOptions options;
    options.exhaustive = draw(random, 0, 1) * 256;
    for (int64_t count = draw(random, 0, 2); count > 0; --count)
      options.starts.push_back(drawAssignment(random, problem));
    Result<JointSchedule> answer = solveJointSchedule(problem, options);
    ASSERT_TRUE(answer) << answer.message();
    ASSERT_EQ(verify(problem, *answer).message(), "");
    EXPECT_EQ(brokenPin(problem, *answer), "");
    Result<JointBound> bound = boundJointSchedule(problem);
    ASSERT_TRUE(bound);
    ASSERT_EQ(verify(problem, *bound).message(), "");
    JointProblem free = problem;
    free.pins.clear();
    Result<JointBound> freeBound = boundJointSchedule(free);
    ASSERT_TRUE(freeBound);
    EXPECT_GE(bound->period, freeBound->period);
  }
}

TEST(JointPins, ofAFrontAreKept) {
  for (uint64_t seed = 0; seed < seeds(6); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 4);
    drawPins(random, problem);
    Result<ParetoFront> front = findParetoFront(problem);
    ASSERT_TRUE(front) << front.message();
    ASSERT_EQ(verify(problem, *front).message(), "");
    for (const JointSchedule &answer : front->schedules)
      EXPECT_EQ(brokenPin(problem, answer), "");
  }
}

/// Where everything is tried, pins cost something or nothing; those that name
/// the places of the free optimum cost nothing.
TEST(JointPins, costAsMuchAsBruteForceSays) {
  uint64_t dearer = 0, same = 0;
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeTinyProblem(random);
    JointOptions options;
    options.tolerance = {0, 1};
    options.exhaustive = 1 << 20;
    Result<JointSchedule> free = solveJointSchedule(problem, options);
    ASSERT_TRUE(free) << free.message();
    for (auto [layer, processor] : placesOf(*free))
      if (draw(random, 0, 1) == 0)
        problem.pins.emplace(layer, processor);
    const std::vector<SplitRule> rules = problem.rules;
    bool cut = !free->splits.empty();
    problem.rules = dropPinned(problem.pins, problem.graph, rules);
    if (!cut) {
      Result<JointSchedule> pinned = solveJointSchedule(problem, options);
      ASSERT_TRUE(pinned) << pinned.message();
      EXPECT_EQ(pinned->figures.period, free->figures.period);
      ++same;
    }
    problem.rules = rules;
    problem.pins.clear();
    drawPins(random, problem);
    Result<JointSchedule> pinned = solveJointSchedule(problem, options);
    ASSERT_TRUE(pinned) << pinned.message();
    EXPECT_GE(pinned->figures.period, free->figures.period);
    dearer += pinned->figures.period > free->figures.period;
  }
  EXPECT_GT(dearer, 0u);
  EXPECT_GT(same, 0u);
}

class PinnedChain : public testing::Test {
protected:
  void SetUp() override {
    problem.graph = makeChain(3);
    problem.machine.processors = 2;
    problem.pins = {{1, 1}, {2, 1}};
    problem.rules = dropPinned(problem.pins, problem.graph,
                               makeSplitRules(problem.graph, 8, 12));
  }
  JointProblem problem;
};

TEST_F(PinnedChain, isBoundedByWhatIsPinned) {
  // Two of three layers are on one processor.
  Result<JointBound> bound = boundJointSchedule(problem);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->obstacle.kind, Obstacle::Kind::pins);
  EXPECT_EQ(bound->obstacle.processor, 1);
  EXPECT_EQ(bound->period,
            pinnedTimes(problem.pins, problem.graph, problem.machine)[1]);
  EXPECT_EQ(verify(problem, *bound).message(), "");
  Result<JointSchedule> answer = solveJointSchedule(problem);
  ASSERT_TRUE(answer) << answer.message();
  EXPECT_EQ(answer->figures.period, bound->period);
  JointBound broken = *bound;
  broken.obstacle.processor = 0;
  EXPECT_FALSE(verify(problem, broken));
  broken.obstacle.processor = 2;
  EXPECT_FALSE(verify(problem, broken));
  broken = *bound;
  broken.period = 30;
  broken.obstacle = {.kind = Obstacle::Kind::work};
  EXPECT_FALSE(verify(problem, broken));
}

TEST_F(PinnedChain, isRefusedOnAnotherProcessor) {
  Result<JointSchedule> answer = solveJointSchedule(problem);
  ASSERT_TRUE(answer) << answer.message();
  problem.pins = {{1, 0}};
  EXPECT_THAT(verify(problem, *answer).message(),
              testing::HasSubstr("is on processor 1; the layer is pinned to "
                                 "0"));
}

TEST_F(PinnedChain, refusesWhatIsNoProblem) {
  EXPECT_TRUE(check(problem));
  problem.pins = {{1, 2}};
  EXPECT_THAT(check(problem).message(), testing::HasSubstr("there are 0 to 1"));
  problem.pins = {{9, 0}};
  EXPECT_THAT(check(problem).message(), testing::HasSubstr("has no tasks"));
  problem.pins = {{0, 0}};
  EXPECT_FALSE(check(problem));
  problem.pins = {{3, 0}};
  EXPECT_THAT(check(problem).message(),
              testing::HasSubstr("tasks of pinned layers stay whole"));
}

TEST(StageOrder, followsPinnedLayers) {
  TaskGraph graph = makeChain(4);
  using Order = std::vector<int64_t>;
  EXPECT_EQ(orderOfStages(graph, {}, 4), (Order{0, 1, 2, 3}));
  EXPECT_EQ(orderOfStages(graph, {{4, 0}}, 4), (Order{1, 2, 3, 0}));
  EXPECT_EQ(orderOfStages(graph, {{1, 3}, {2, 2}}, 4), (Order{3, 2, 0, 1}));
  EXPECT_EQ(orderOfStages(graph, {{1, 1}, {4, 1}}, 4), (Order{0, 2, 1, 3}));
  EXPECT_EQ(orderOfStages(graph, {{3, 2}, {4, 1}}, 3), (Order{0, 2, 1}));
  for (int64_t processors = 1; processors <= 4; ++processors) {
    LayerPins stages;
    for (int64_t layer = 0; layer < 4; ++layer)
      stages.emplace(layer + 1, layer * processors / 4);
    Order order = orderOfStages(graph, stages, processors);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end())) << processors;
  }
}

} // namespace
} // namespace layerpipe::scheduling::test
