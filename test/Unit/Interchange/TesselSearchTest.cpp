//===- TesselSearchTest.cpp - Better plans for Tessel's blocks ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TesselSearch.h"
#include "PublishedPlan.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace layerpipe::interchange;
using namespace layerpipe::scheduling;

namespace {

/// A first block on both devices, one forward and backward on each, and six
/// microbatches, one after another.
TesselPlan slowPlan() {
  struct Form {
    int64_t span, memory;
    bool backward;
    std::vector<int64_t> devices;
  };
  const std::vector<Form> forms = {{1, 0, false, {0, 1}}, {1, 1, false, {0}},
                                   {1, 1, false, {1}},    {2, -1, true, {1}},
                                   {2, -1, true, {0}},    {1, 0, true, {0, 1}}};
  TesselPlan plan;
  plan.devices = 2;
  int64_t step = 0;
  for (int64_t m = 0; m < 6; ++m)
    for (size_t g = 0; g < forms.size(); ++g) {
      const Form &form = forms[g];
      plan.blocks.push_back({m, form.span, form.memory, form.backward,
                             int64_t(g), step, form.devices});
      step += form.span;
    }
  return plan;
}

} // namespace

TEST(TesselSearch, APlanBecomesShorter) {
  TesselSearchOptions options;
  options.memory = 2;
  auto found = searchTessel(slowPlan(), options);
  ASSERT_TRUE(found) << found.message();
  // Each device is busy for 5 steps of a microbatch; device 1 waits for f0 of
  // the first, and for b0 of the last microbatch.
  EXPECT_EQ(found->answer.repetend->repetend.period, 5);
  EXPECT_EQ(found->answer.bound.value, 6 * 5 + 1 + 2);
  EXPECT_EQ(found->answer.end, 33);
  EXPECT_EQ(found->answer.proof, Proof::optimal);
  auto facts = checkTessel(found->plan);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->steps, 33);
  EXPECT_EQ(facts->period, 5);
  EXPECT_LE(facts->peakMemory[0], 2);
  // The repetend of the written plan is read as it is.
  EXPECT_EQ(*readTesselJson(writeTesselJson(found->plan)), found->plan);
}

TEST(TesselSearch, MemoryIsThatOfThePlanUnlessGiven) {
  auto found = searchTessel(slowPlan());
  ASSERT_TRUE(found) << found.message();
  EXPECT_LE(found->answer.end, 48);
  auto facts = checkTessel(found->plan);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->peakMemory, (std::vector<int64_t>{1, 1}));
  TesselSearchOptions nothing;
  nothing.memory = 0;
  EXPECT_EQ(searchTessel(slowPlan(), nothing).message(),
            "no order was found in which the memory of each device is enough");
}

TEST(TesselSearch, OnlyChainsAreSearched) {
  TesselPlan plan{1,
                  {{0, 1, 0, false, 0, 1, {0}}, {0, 1, 0, false, 1, 0, {0}}},
                  std::nullopt};
  EXPECT_EQ(searchTessel(plan).message(),
            "the sub-graphs are no chain, and the file doesn't say which reads "
            "which");
  EXPECT_EQ(scheduleOfTessel(plan).message(), searchTessel(plan).message());
}

TEST(TesselSearch, PlansBecomeSchedules) {
  auto schedule = scheduleOfTessel(slowPlan());
  ASSERT_TRUE(schedule) << schedule.message();
  EXPECT_EQ(schedule->period, 48);
  EXPECT_EQ(schedule->tasks.size(), 6u * 8);
  EXPECT_EQ(schedule->processors[0].busy, 30);
  EXPECT_EQ(schedule->tasks[1].name, "f0.0@1");
  Status valid = check(*schedule);
  EXPECT_TRUE(valid) << valid.message();
}

TEST(TesselSearch, APublishedPlanIsOptimal) {
  std::optional<std::string> text = readPublishedPlan();
  if (!text)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of plans";
  ASSERT_FALSE(text->empty());
  auto plan = readTesselJson(*text);
  ASSERT_TRUE(plan) << plan.message();
  auto found = searchTessel(*plan);
  ASSERT_TRUE(found) << found.message();
  EXPECT_EQ(found->answer.repetend->repetend.period, 8);
  EXPECT_EQ(found->answer.repetend->proof, Proof::optimal);
  // 48 steps of work; device 3 waits for three forward blocks of the first
  // microbatch and for three backward blocks, of 3 steps each, of the last.
  EXPECT_EQ(found->answer.bound.value, 60);
  EXPECT_EQ(found->answer.end, 60);
  EXPECT_EQ(found->answer.proof, Proof::optimal);
  ASSERT_TRUE(found->plan.repetend);
  auto facts = checkTessel(found->plan);
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->period, 8);
  // The search finds as good a one from microbatches that run one by one, in
  // the memory that the published plan takes at most.
  std::sort(plan->blocks.begin(), plan->blocks.end(),
            [](const TesselBlock &a, const TesselBlock &b) {
              return std::pair(a.microbatch, a.subgraph) <
                     std::pair(b.microbatch, b.subgraph);
            });
  int64_t step = 0;
  for (TesselBlock &block : plan->blocks) {
    block.step = step;
    step += block.span;
  }
  plan->repetend = std::nullopt;
  TesselSearchOptions options;
  options.memory = 6;
  found = searchTessel(*plan, options);
  ASSERT_TRUE(found) << found.message();
  EXPECT_EQ(found->answer.end, 60);
  EXPECT_TRUE(found->plan.repetend);
}
