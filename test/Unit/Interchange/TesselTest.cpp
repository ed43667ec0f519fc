//===- TesselTest.cpp - Plans of Tessel ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Tessel.h"
#include "PublishedPlan.h"
#include "Scheduling/Synchronous/PipelineProblems.h"

#include <gmock/gmock.h>

using namespace layerpipe::interchange;
using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

/// Two devices, four sub-graphs, and two microbatches in 1F1B.
TesselPlan smallPlan() {
  TesselPlan plan;
  plan.devices = 2;
  const int64_t starts[2][4] = {{0, 1, 2, 4}, {1, 4, 5, 7}};
  for (int64_t m = 0; m < 2; ++m)
    for (int64_t g = 0; g < 4; ++g) {
      bool backward = g >= 2;
      plan.blocks.push_back({m,
                             backward ? 2 : 1,
                             backward ? -1 : 1,
                             backward,
                             g,
                             starts[m][g],
                             {g == 0 || g == 3 ? 0 : 1}});
    }
  return plan;
}

std::string errorOf(const TesselPlan &plan,
                    const std::vector<TesselDependence> &dependences = {}) {
  return checkTessel(plan, dependences).message();
}

} // namespace

TEST(Tessel, FactsOfAPlan) {
  auto facts = checkTessel(smallPlan(), {{0, 1}, {1, 2}, {2, 3}});
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->microbatches, 2);
  EXPECT_EQ(facts->subgraphs, 4);
  EXPECT_EQ(facts->steps, 9);
  EXPECT_EQ(facts->busy, (std::vector<int64_t>{6, 6}));
  EXPECT_EQ(facts->peakMemory, (std::vector<int64_t>{2, 1}));
  EXPECT_TRUE(facts->chain);
  EXPECT_FALSE(facts->period);
}

TEST(Tessel, BrokenPlansAreSeen) {
  auto broken = [](auto change) {
    TesselPlan plan = smallPlan();
    change(plan);
    return errorOf(plan);
  };
  EXPECT_EQ(broken([](TesselPlan &plan) { plan.blocks.clear(); }),
            "the plan has no blocks");
  EXPECT_EQ(broken([](TesselPlan &plan) { plan.blocks.pop_back(); }),
            "microbatch 1 has no block of sub-graph 3; there are 2 "
            "microbatches and 4 sub-graphs");
  EXPECT_EQ(
      broken([](TesselPlan &plan) { plan.blocks.push_back(plan.blocks[1]); }),
      "f0 of sub-graph 1 is there twice");
  EXPECT_EQ(broken([](TesselPlan &plan) { plan.blocks[4].step = 0; }),
            "device 0 runs f1 of sub-graph 0 at step 0, when f0 of sub-graph 0 "
            "runs until step 1");
  EXPECT_EQ(broken([](TesselPlan &plan) { plan.blocks[4].devices = {2}; }),
            "f1 of sub-graph 0 is on device 2; there are 0 to 1");
  EXPECT_EQ(broken([](TesselPlan &plan) { plan.blocks[4].devices = {0, 0}; }),
            "f1 of sub-graph 0 names device 0 twice");
  EXPECT_EQ(broken([](TesselPlan &plan) { plan.blocks[4].devices = {}; }),
            "f1 of sub-graph 0 is on no device");
  EXPECT_EQ(broken([](TesselPlan &plan) { plan.blocks[7].span = 3; }),
            "b1 of sub-graph 3 differs from that of microbatch 0 in kind, "
            "span, memory or devices");
  EXPECT_EQ(broken([](TesselPlan &plan) {
              std::swap(plan.blocks[5].step, plan.blocks[6].step);
              plan.blocks[6].step = 4;
              plan.blocks[5].step = 6;
            }),
            "device 1 starts b1 of sub-graph 2 at step 4, before f1 of "
            "sub-graph 1 ends at step 7");
  EXPECT_EQ(broken([](TesselPlan &plan) {
              plan.blocks[2].memory = plan.blocks[6].memory = 0;
            }),
            "device 1: the blocks of microbatch 0 leave 1 of memory behind");
  EXPECT_EQ(errorOf(smallPlan(), {{3, 2}}),
            "b0 of sub-graph 2 starts at step 2 and reads what b0 of sub-graph "
            "3 makes, which ends at step 6");
  EXPECT_EQ(errorOf(smallPlan(), {{0, 4}}),
            "a dependence names sub-graph 4; there are 0 to 3");
}

TEST(Tessel, RepetendsHaveEachSubgraphOnce) {
  TesselPlan plan = smallPlan();
  // From step 1 to 5 there are f0 of 1, f1 of 0 and 1, b0 of 2 and 3.
  plan.repetend = {1, 5};
  EXPECT_EQ(errorOf(plan),
            "the repetend has both f0 of sub-graph 1 and f1 of sub-graph 1");
  plan.repetend = {1, 4};
  EXPECT_EQ(errorOf(plan),
            "the repetend, steps 1 to 3, has no block of sub-graph 3");
  // Without the second forward on device 1, it is f1, f0, b0 and b0.
  plan.blocks[5].step = 5;
  plan.blocks[6].step = 6;
  plan.blocks[7].step = 8;
  plan.repetend = {1, 5};
  auto facts = checkTessel(plan);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->period, 5);
}

TEST(Tessel, JsonIsThatOfPython) {
  TesselPlan plan{2, {{0, 3, -1, true, 1, 4, {0, 1}}}, TesselRepetend{2, 6}};
  const std::string text =
      R"({"ndevs": 2, "blocks": [{"mid": 0, "span": 3, "memory": -1, )"
      R"("btype": "backward", "gid": 1, "step": 4, "device": [0, 1]}], )"
      R"("repetend": [2, 6]})";
  EXPECT_EQ(writeTesselJson(plan), text);
  auto read = readTesselJson(text);
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(*read, plan);
  EXPECT_TRUE(looksLikeTessel(text));
  EXPECT_FALSE(looksLikeTessel(R"({"format": "layerpipe-schedule"})"));
  plan = smallPlan();
  EXPECT_EQ(*readTesselJson(writeTesselJson(plan)), plan);
}

TEST(Tessel, ErrorsNameThePath) {
  auto readError = [](const std::string &text) {
    return readTesselJson(text).message();
  };
  EXPECT_THAT(readError("{"), HasSubstr("it is not JSON"));
  EXPECT_EQ(readError("[]"), "the plan: must be an object");
  EXPECT_EQ(readError(R"({"ndevs": 0, "blocks": []})"),
            "ndevs: must be an integer from 1 to 1048576");
  EXPECT_EQ(readError(R"({"ndevs": 1, "blocks": [{"mid": 0, "span": 0}]})"),
            "blocks[0].span: must be an integer from 1 to 1125899906842624");
  EXPECT_EQ(readError(R"({"ndevs": 1, "blocks": [], "repetend": 3})"),
            "repetend: must be null or [first step, step behind]");
  EXPECT_EQ(readError(R"({"ndevs": 1, "blocks": [{"mid": 0, "span": 1,
      "memory": 1, "btype": "weight", "gid": 0, "step": 0, "device": [0]}]})"),
            "blocks[0].btype: 'weight' is no known btype");
}

TEST(Tessel, OrdersBecomePlans) {
  PipelineProblem problem = unitChain(2, 2);
  PipelineOrder order = orderOf("0F0 0F1 0B0 0B1; 1F0 1B0 1F1 1B1");
  auto plan = toTessel(problem, order);
  ASSERT_TRUE(plan) << plan.message();
  auto facts = checkTessel(*plan, {{0, 1}, {1, 2}, {2, 3}});
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->steps, 9);
  EXPECT_EQ(facts->peakMemory, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(toTessel(problem, orderOf("0F0 0F1 0B0 0B1; 1F0 1I0 1W0 1F1 1B1"))
                .message(),
            "Tessel has no 1I0: a block is a forward or a backward with all "
            "gradients");
  EXPECT_EQ(
      toTessel(problem, orderOf("0F0 0F1 0B0 0B1; 1F0 1B0+ 1F1 1B1")).message(),
      "Tessel's blocks don't overlap, and 1B0 does");
  problem.stages[0].forwardTime = 0;
  EXPECT_EQ(toTessel(problem, order).message(),
            "0F0 takes no time, and Tessel's blocks do");
}

TEST(Tessel, APublishedPlan) {
  std::optional<std::string> text = readPublishedPlan();
  if (!text)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of plans";
  ASSERT_FALSE(text->empty());
  auto plan = readTesselJson(*text);
  ASSERT_TRUE(plan) << plan.message();
  EXPECT_EQ(writeTesselJson(*plan), *text);
  auto facts = checkTessel(*plan);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->microbatches, 6);
  EXPECT_EQ(facts->subgraphs, 12);
  EXPECT_EQ(facts->steps, 60);
  EXPECT_TRUE(facts->chain);
  EXPECT_EQ(facts->busy, (std::vector<int64_t>{48, 48, 48, 48}));
  ASSERT_TRUE(facts->period);
  EXPECT_EQ(*facts->period, 8);
}
