//===- JointRandomTest.cpp - Random joint problems ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CyclicBruteForce.h"
#include "Graphs.h"
#include "JointProblems.h"

#include "Support/RandomLinks.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

namespace layerpipe::scheduling::test {
namespace {

/// As the options say it: what decides first, and what comes after. The
/// staleness is three figures.
using Key = std::vector<Wide>;

Key keyOf(const ScheduleFigures &figures, const std::vector<Objective> &first,
          int64_t accepted, int64_t processors) {
  auto staleness = {
      Wide(std::max<int64_t>(figures.maxStaleness - (processors - 1), 0)),
      figures.staleness, Wide(figures.maxStaleness)};
  std::vector<Objective> order = first;
  for (int64_t index = 0; index < 4; ++index)
    if (std::find(first.begin(), first.end(), Objective(index)) == first.end())
      order.push_back(Objective(index));
  Key key;
  for (Objective objective : order)
    if (objective == Objective::period)
      key.push_back(std::max(figures.period, accepted));
    else if (objective == Objective::staleness)
      key.insert(key.end(), staleness);
    else
      key.push_back(objective == Objective::memory ? figures.memory
                                                   : figures.communication);
  key.push_back(figures.period);
  return key;
}

/// The start as it is, with the least delays; none if it breaks the limit.
std::optional<ScheduleFigures> scheduleOf(const JointProblem &problem,
                                          const std::vector<int64_t> &start,
                                          int64_t exactEffort) {
  JointSchedule answer;
  answer.problem = {problem.graph, problem.machine, start, Delays::least};
  ScheduleOptions options;
  options.exactEffort = exactEffort;
  Result<CyclicSchedule> solved = solveCyclicSchedule(answer.problem, options);
  EXPECT_TRUE(solved) << solved.message();
  if (!solved)
    return std::nullopt;
  ScheduleFigures figures;
  figures.period = solved->solution.period;
  for (const Transfer &transfer : solved->solution.transfers)
    figures.communication += problem.graph.values[transfer.value].bytes;
  figures.staleness = solved->staleness;
  for (int64_t late : stalenessOf(problem.graph, solved->solution.distance))
    figures.maxStaleness = std::max(figures.maxStaleness, late);
  if (problem.maxStaleness && figures.maxStaleness > *problem.maxStaleness)
    return std::nullopt;
  return figures;
}

JointOptions drawOptions(std::mt19937_64 &random, const JointProblem &problem) {
  JointOptions options;
  options.limits.seed = random();
  options.tolerance = {draw(random, 0, 5), 100};
  std::vector<Objective> all = {Objective::period, Objective::communication,
                                Objective::staleness};
  std::shuffle(all.begin(), all.end(), random);
  all.resize(draw(random, 0, 3));
  options.objectives = all;
  for (int64_t count = draw(random, 0, 2); count > 0; --count)
    options.starts.push_back(drawAssignment(random, problem));
  options.exhaustive = draw(random, 0, 1) * 256;
  return options;
}

TEST(SplitRandom, answersAreValidAndNoWorseThanTheirStarts) {
  uint64_t cut = 0;
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 5);
    JointOptions options = drawOptions(random, problem);
    Result<JointSchedule> answer = solveJointSchedule(problem, options);
    ASSERT_TRUE(answer) << answer.message();
    Status valid = verify(problem, *answer);
    ASSERT_TRUE(valid) << valid.message();
    cut += !answer->splits.empty();
    Result<JointBound> bound = boundJointSchedule(problem);
    ASSERT_TRUE(bound);
    EXPECT_GE(answer->lowerBound, bound->period);
    int64_t accepted =
        bound->period * (100 + options.tolerance.numerator) / 100;
    for (const std::vector<int64_t> &start : options.starts)
      if (auto figures = scheduleOf(problem, start, options.exactEffort)) {
        // Of the memory the start's schedule has its own; it comes last.
        figures->memory = INT64_MAX;
        EXPECT_LE(keyOf(answer->figures, options.objectives, accepted,
                        problem.machine.processors),
                  keyOf(*figures, options.objectives, accepted,
                        problem.machine.processors));
      }
  }
  EXPECT_GT(cut, 0u);
}

TEST(SplitRandom, frontsAreValidAndHaveNothingDominated) {
  uint64_t several = 0;
  for (uint64_t seed = 0; seed < seeds(25); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 4);
    JointOptions options = drawOptions(random, problem);
    Result<ParetoFront> front = findParetoFront(problem, options);
    ASSERT_TRUE(front) << front.message();
    for (const JointSchedule &schedule : front->schedules) {
      Status valid = verify(problem, schedule);
      ASSERT_TRUE(valid) << valid.message();
      for (const JointSchedule &other : front->schedules)
        EXPECT_FALSE(dominates(other.figures, schedule.figures));
    }
    several += front->schedules.size() > 1;
    for (const std::vector<int64_t> &start : options.starts)
      if (auto figures = scheduleOf(problem, start, options.exactEffort)) {
        bool covered = std::any_of(
            front->schedules.begin(), front->schedules.end(),
            [&](const JointSchedule &other) {
              return covers(fourOf(other.figures), fourOf(*figures));
            });
        EXPECT_TRUE(covered);
      }
  }
  EXPECT_GT(several, 0u);
}

TEST(SplitRandom, memoryLimitsAreKeptOrRefusedWithTheNearest) {
  uint64_t kept = 0, refused = 0;
  for (uint64_t seed = 0; seed < seeds(30); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 3);
    int64_t least = boundMemory(problem);
    int64_t memory = std::max<int64_t>(least * draw(random, 80, 250) / 100, 1);
    problem.machine.memory.assign(problem.machine.processors, memory);
    JointOptions options;
    options.exhaustive = 0;
    Result<JointSchedule> answer = solveJointSchedule(problem, options);
    if (answer) {
      Status valid = verify(problem, *answer);
      ASSERT_TRUE(valid) << valid.message();
      EXPECT_GE(memory, least);
      ++kept;
      continue;
    }
    ++refused;
    EXPECT_EQ(answer.error().obstacle.kind, Obstacle::Kind::memory);
    std::string message = answer.message();
    size_t number = message.rfind(' ');
    ASSERT_THAT(message, testing::HasSubstr("the nearest that was found"));
    // The nearest value that it names is one that works.
    int64_t nearest = std::stoll(message.substr(number));
    EXPECT_GE(nearest, least);
    std::fill(problem.machine.memory.begin(), problem.machine.memory.end(),
              nearest);
    Result<JointSchedule> next = solveJointSchedule(problem, options);
    EXPECT_TRUE(next) << message << "; " << next.message();
  }
  EXPECT_GT(kept, 0u);
  // The few seeds of a sanitizer's run may refuse none.
  if (seeds(30) >= 30)
    EXPECT_GT(refused, 0u);
}

TEST(SplitRandom, equalCallsHaveEqualAnswers) {
  for (uint64_t seed = 0; seed < seeds(10); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeRandomProblem(random, 5);
    JointOptions options = drawOptions(random, problem);
    Result<JointSchedule> one = solveJointSchedule(problem, options);
    Result<JointSchedule> two = solveJointSchedule(problem, options);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->figures, two->figures);
    EXPECT_EQ(one->problem.assignment, two->problem.assignment);
    EXPECT_EQ(one->schedule.solution.start, two->schedule.solution.start);
    EXPECT_EQ(one->schedule.solution.lag, two->schedule.solution.lag);
    EXPECT_EQ(one->schedule.solution.distance, two->schedule.solution.distance);
    ASSERT_EQ(one->splits.size(), two->splits.size());
    for (size_t i = 0; i < one->splits.size(); ++i) {
      EXPECT_EQ(one->splits[i].rule, two->splits[i].rule);
      EXPECT_EQ(one->splits[i].cuts, two->splits[i].cuts);
    }
  }
}

/// On its splits and processors, no schedule of its period is less stale.
TEST(SplitRandom, theStalenessIsTheLeastOfItsAssignmentAndPeriod) {
  uint64_t forced = 0, stale = 0;
  for (uint64_t seed = 0; seed < seeds(60); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    JointProblem problem = makeTinyProblem(random);
    problem.machine.links = withoutBandwidths(problem.machine.links);
    problem.maxStaleness.reset();
    JointOptions options;
    options.exhaustive = draw(random, 0, 1) * 4096;
    options.tolerance = {0, 1};
    Result<JointSchedule> answer = solveJointSchedule(problem, options);
    ASSERT_TRUE(answer) << answer.message();
    double starts = 1;
    for (size_t task = 2; task < answer->problem.graph.tasks.size(); ++task)
      starts *= double(answer->figures.period);
    constexpr double quick = 20'000;
    if (starts > quick)
      continue;
    ++forced;
    stale += answer->figures.staleness > 0;
    std::optional<Wide> least =
        leastStalenessByForce(answer->problem, answer->figures.period);
    ASSERT_TRUE(least);
    EXPECT_EQ(static_cast<int64_t>(*least),
              static_cast<int64_t>(answer->figures.staleness));
  }
  EXPECT_GT(forced, seeds(60) / 6);
  EXPECT_GT(stale, 0u);
}

} // namespace
} // namespace layerpipe::scheduling::test
