//===- PlannerTest.cpp - plans of random networks -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Under limits, with links that cost something or not, a strategy that may do
// more is never slower, nor is one that has more processors. Every schedule of
// a front can be applied, and trains as it says.
//
// LAYERPIPE_RANDOM_NETWORKS, "1000" or "500-1000", asks for other networks than
// the usual 100 and 30.
//
//===----------------------------------------------------------------------===//

#include "PlannedNetworks.h"
#include "Support/RandomLinks.h"
#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Schedule/ScheduleJson.h"
#include "layerpipe/Scheduling/Cyclic/Capacity.h"
#include "layerpipe/Scheduling/Model/Verified.h"

#include <algorithm>
#include <map>
#include <random>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using strategies::Outcome;
using strategies::Planner;
using strategies::PlannerOptions;

namespace {

class PlannerTest : public PlannedNetworks {
protected:
  PlannerTest() : PlannedNetworks(/*maxLayers=*/4) {}
};

int64_t memoryOf(const Outcome &outcome) {
  auto bytes =
      scheduling::memoryBytes(outcome.plan->problem, outcome.plan->solution);
  return *std::max_element(bytes.begin(), bytes.end());
}

/// Links that differ by level, by pair, or both.
scheduling::Links linksOf(uint64_t seed, int64_t processors) {
  std::mt19937_64 random(seed);
  return scheduling::test::randomLinks(random, processors, [&] {
    return scheduling::Link{{int64_t(5 + random() % 200), 1},
                            int64_t(random() % 60)};
  });
}

/// The limits that a seed asks for; memory is a share of `enough`.
PlannerOptions limitsOf(uint64_t seed, int64_t enough) {
  PlannerOptions options;
  if (seed % 4 != 3)
    options.maxStaleness = int64_t(seed % 3);
  if (seed % 4 == 3 || seed % 5 == 0)
    options.memory =
        std::max<int64_t>(enough * int64_t(60 + seed % 50) / 100, 1);
  if (seed % 3 == 1)
    options.links.others = {{50, 1}, 20};
  if (seed % 3 == 2)
    options.links = linksOf(seed, 4);
  return options;
}

/// The longest period that the default tolerance accepts.
int64_t toleratedPeriod(const Outcome &outcome) {
  return outcome.bound.value + outcome.bound.value / 100;
}

/// The period of an answer, as far as periods differ: those within the
/// tolerance of the bound count as equal. No answer is the longest.
int64_t countedPeriod(const scheduling::Result<Outcome> &outcome) {
  if (!outcome)
    return INT64_MAX;
  return std::max(outcome->plan->solution.period, toleratedPeriod(*outcome));
}

} // namespace

static void expectWithin(const PlannerOptions &options,
                         const scheduling::Result<Outcome> &outcome) {
  if (!outcome)
    return;
  if (options.maxStaleness) {
    EXPECT_LE(strategies::maxStaleness(*outcome->plan), *options.maxStaleness);
  }
  if (options.memory > 0) {
    EXPECT_LE(memoryOf(*outcome), options.memory);
  }
}

/// Expects that on up to so many processors no strategy is slower than a
/// simpler one, or than itself on one processor less, and that its schedule is
/// valid.
static void expectMoreIsNeverSlower(Planner &planner, int64_t most) {
  std::map<std::string, int64_t> before;
  for (int64_t processors = 1; processors <= most; ++processors) {
    int64_t simpler = INT64_MAX;
    for (const char *name : {"pipedream", "layerpipe-intra", "layerpipe"}) {
      const auto &outcome = planner.plan(name, processors);
      expectWithin(planner.options, outcome);
      EXPECT_TRUE(outcome || !scheduling::isDefect(outcome.error()))
          << outcome.message();
      if (outcome) {
        auto schedule = planner.describe(name, processors, *outcome);
        EXPECT_TRUE(schedule) << schedule.message();
      }
      int64_t period = outcome ? outcome->plan->solution.period : INT64_MAX;
      int64_t counted = countedPeriod(outcome);
      EXPECT_LE(period, simpler) << name << " on " << processors;
      simpler = period;
      if (processors > 1) {
        EXPECT_LE(counted, before[name]) << name << " on " << processors;
      }
      before[name] = counted;
    }
  }
}

TEST_F(PlannerTest, LimitsNeverMakeMoreFreedomSlower) {
  for (auto [seed, end] = seeds(40); seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OwningOpRef<ModuleOp> training = makeTraining(seed);
    auto forms = NetworkForms::make(onlyGraph(*training), formOptions());
    ASSERT_TRUE(succeeded(forms));
    PlannerOptions none;
    auto free = Planner::create(forms->tasks(), none);
    ASSERT_TRUE(free);
    PlannerOptions limits =
        limitsOf(seed, memoryOf(*free->plan("sequential", 1)));
    auto planner = Planner::create(forms->tasks(), limits);
    ASSERT_TRUE(planner);
    expectMoreIsNeverSlower(*planner, 4);
  }
}

TEST_F(PlannerTest, LinksThatDifferNeverMakeMoreFreedomSlower) {
  for (auto [seed, end] = seeds(15); seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OwningOpRef<ModuleOp> training = makeTraining(seed);
    auto forms = NetworkForms::make(onlyGraph(*training), formOptions());
    ASSERT_TRUE(succeeded(forms));
    PlannerOptions options;
    options.links = linksOf(seed, 6);
    auto planner = Planner::create(forms->tasks(), options);
    ASSERT_TRUE(planner);
    expectMoreIsNeverSlower(*planner, 6);
  }
}

/// Applies the schedule as a file, and compares what it trains.
static ::testing::AssertionResult
trainsAsItSays(ModuleOp training, const scheduling::StaticSchedule &schedule,
               uint64_t seed) {
  auto file = base::TemporaryFolder::create("schedule.json");
  if (!file)
    return ::testing::AssertionFailure() << file.error().message;
  auto output = base::OutputFile::create(file->file());
  if (!output)
    return ::testing::AssertionFailure() << output.error().message;
  output->write(scheduling::writeScheduleJson(schedule));
  if (auto written = output->commit(); !written)
    return ::testing::AssertionFailure() << written.error().message;
  OwningOpRef<ModuleOp> copy = training.clone();
  if (auto applied =
          runPasses(*copy, "layerpipe-plan{schedule=" + file->file() +
                               "},layerpipe-verify-schedule");
      !applied)
    return applied;
  return trainsAlike(training, onlyGraph(*copy), seed);
}

TEST_F(PlannerTest, EveryScheduleOfAFrontTrainsAsItSays) {
  for (auto [seed, end] = seeds(30); seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OwningOpRef<ModuleOp> training = makeTraining(seed);
    auto forms = NetworkForms::make(onlyGraph(*training), formOptions());
    ASSERT_TRUE(succeeded(forms));
    PlannerOptions options;
    auto planner = Planner::create(forms->tasks(), options);
    ASSERT_TRUE(planner);
    int64_t processors = 2 + int64_t(seed % 3);
    auto front = planner->planFront(processors);
    ASSERT_TRUE(front) << front.message();
    for (const Outcome &outcome : *front) {
      auto schedule = planner->describe("layerpipe", processors, outcome);
      ASSERT_TRUE(schedule) << schedule.message();
      EXPECT_TRUE(trainsAsItSays(*training, *schedule, seed));
    }
  }
}
