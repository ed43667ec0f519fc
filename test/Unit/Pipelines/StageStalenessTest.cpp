//===- StageStalenessTest.cpp - Are gradients as late as in PipeDream? ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In a pipeline of stages whose forwards and backwards take turns, the
// gradients of a layer are as late as there are stages after its own, whatever
// branches the network has. Sums of gradients must follow the stages for that.
//
// LAYERPIPE_RANDOM_NETWORKS, "10000" or "5000-10000", asks for other networks
// than the usual 300.
//
//===----------------------------------------------------------------------===//

#include "DelayedTraining.h"
#include "NetworkFiles.h"
#include "layerpipe/Strategies/Planner.h"

#include <algorithm>
#include <cstdint>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using strategies::Plan;
using strategies::Planner;

/// Expects that no layer's gradients are later than there are stages after its
/// own, and returns by how much the latest ones are sooner. They are where
/// stages are so unequal that values return early.
static int64_t expectStaleness(const Plan &plan) {
  const std::vector<int64_t> &stages = plan.problem.assignment;
  int64_t last = *std::max_element(stages.begin(), stages.end());
  const std::vector<scheduling::Edge> &edges = plan.problem.graph.edges;
  for (size_t index = 0; index < edges.size(); ++index)
    if (edges[index].parameter >= 0) {
      EXPECT_LE(plan.solution.distance[index], last - stages[edges[index].to])
          << scheduling::describeEdge(plan.problem.graph, index);
    }
  return last - strategies::maxStaleness(plan);
}

/// Expects that on 2 to 16 processors, and on up to `equal` of them that the
/// first stage's gradients are as late as there are stages after it.
static void expectStaleness(const std::string &file, int64_t equal) {
  SCOPED_TRACE(file);
  auto context = makeContext();
  Network network;
  ASSERT_NO_FATAL_FAILURE(readNetwork(file, *context, network));
  auto forms = formsOf(network);
  ASSERT_TRUE(succeeded(forms));
  strategies::PlannerOptions options;
  auto planner = Planner::create(forms->tasks(), options);
  ASSERT_TRUE(planner) << planner.message();
  for (int64_t processors = 2; processors <= 16; ++processors) {
    SCOPED_TRACE(processors);
    const auto &outcome = planner->plan("pipedream", processors);
    ASSERT_TRUE(outcome) << outcome.message();
    int64_t sooner = expectStaleness(*outcome->plan);
    if (processors <= equal) {
      EXPECT_EQ(sooner, 0);
    }
  }
}

TEST(StageStaleness, OfExamples) {
  for (const std::string &file : exampleNetworks())
    expectStaleness(file, StringRef(file).ends_with("branches.txt") ? 10 : 16);
  for (const std::string &file :
       filesIn(std::string(LAYERPIPE_NETWORKS) + "/../fashion-mnist", ".mlir"))
    expectStaleness(file, 16);
}

TEST(StageStaleness, OfPublishedProfiles) {
  if (profileFolder().empty())
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  for (const std::string &file : filesIn(profileFolder(), ".txt"))
    expectStaleness(file, 16);
}

TEST(StageStaleness, OfRandomNetworks) {
  auto context = makeContext();
  for (auto [seed, end] = seeds(300); seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Network network{makeNetwork(*context, seed, /*anyLabels=*/true), {}};
    auto forms = formsOf(network);
    ASSERT_TRUE(succeeded(forms));
    strategies::PlannerOptions options;
    auto planner = Planner::create(forms->tasks(), options);
    ASSERT_TRUE(planner) << planner.message();
    for (int64_t processors = 2; processors <= 6; ++processors) {
      SCOPED_TRACE(processors);
      const auto &outcome = planner->plan("pipedream", processors);
      ASSERT_TRUE(outcome) << outcome.message();
      expectStaleness(*outcome->plan);
    }
  }
}
