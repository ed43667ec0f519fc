//===- LayoutsTest.cpp - Partitions for Megatron and torchtitan ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Megatron.h"
#include "layerpipe/Interchange/TorchCsv.h"
#include "layerpipe/Interchange/Torchtitan.h"

#include <gtest/gtest.h>

#include <random>

using namespace layerpipe::interchange;

static std::string written(const MegatronStages &stages, int64_t ranks) {
  auto text = writeMegatronLayout(stages, ranks);
  return text ? *text : text.message();
}

TEST(Megatron, LayoutsAreShort) {
  MegatronStages stages{"Ettt"};
  stages.insert(stages.end(), 29, "tt");
  stages.insert(stages.end(), {"m", "L"});
  const std::string text = "Et*3|(tt|)*29,m|L";
  EXPECT_EQ(written(stages, 8), text);
  auto read = readMegatronLayout(text);
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(*read, stages);
  EXPECT_EQ(written({"Et", "t", "t", "tL"}, 4), "Et|t|t|tL");
  EXPECT_EQ(written({"E", "", "ttttmL"}, 3), "E||t*4,mL");
  EXPECT_EQ(written({"EL"}, 1), "EL");
}

TEST(Megatron, LayoutsAreChecked) {
  EXPECT_EQ(written({"Et", "t", "L"}, 2),
            "3 stages can't be shared out among 2 ranks; their number must be "
            "a multiple");
  EXPECT_EQ(written({"tE", "L"}, 2),
            "the embedding, E, must be there once, first in the first stage");
  EXPECT_EQ(written({"E", "Lt"}, 2),
            "the loss, L, must be there once, last in the last stage");
  // Empty stages at the end would be bars that end nothing.
  EXPECT_EQ(written({"E", "L", "", "", ""}, 1),
            "the loss, L, must be there once, last in the last stage");
  EXPECT_EQ(written({"Ex", "L"}, 2),
            "'x' is no layer; there are E, t, m and L");
}

TEST(Megatron, WrongTextNamesTheCharacter) {
  auto errorOf = [](const std::string &text) {
    return readMegatronLayout(text).message();
  };
  EXPECT_EQ(errorOf("Et*0|L"),
            "character 4: behind * there must be a number from 1 to 1048576");
  EXPECT_EQ(errorOf("E(tt|*2"), "character 8: a parenthesis is not closed");
  EXPECT_EQ(errorOf("Et)L"), "character 3: there is no ( for this parenthesis");
  EXPECT_EQ(errorOf("ExL"), "character 2: 'x' is no layer; there are E, t, m "
                            "and L, | between stages, and repetitions such as "
                            "t*3");
  EXPECT_EQ(errorOf("((t*1000)*1000)*1000"),
            "character 21: there are more than 1048576 layers and stages");
  EXPECT_EQ(errorOf(std::string(40, '(')),
            "character 17: parentheses are nested too deep");
}

TEST(Megatron, RandomLayoutsComeBack) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 500; ++round) {
    MegatronStages stages(1 + random() % 9);
    for (std::string &stage : stages)
      stage = std::string(random() % 5, 't') + std::string(random() % 2, 'm');
    stages.front() = "E" + stages.front();
    stages.back() += "L";
    auto text = writeMegatronLayout(stages, 1);
    ASSERT_TRUE(text) << text.message();
    auto read = readMegatronLayout(*text);
    ASSERT_TRUE(read) << *text << ": " << read.message();
    EXPECT_EQ(*read, stages) << *text;
  }
}

static TorchFacts factsOf(const std::string &text) {
  return *checkTorchRows(*readTorchCsv(text));
}

TEST(Torchtitan, Settings) {
  TorchFacts facts = factsOf("0F0,0F1,0B0,0B1\n1F0,1F1,1B0,1B1\n");
  auto text = writeTorchtitanSettings(
      facts, {{"tok_embeddings", "layers.0"}, {"layers.1", "lm_head"}},
      "my \"own\".csv");
  ASSERT_TRUE(text) << text.message();
  EXPECT_EQ(*text,
            "parallelism=ParallelismConfig(\n"
            "    pipeline_parallel_degree=2,\n"
            "    num_pp_microbatches=2,\n"
            "    pipeline_parallel_schedule=\"1F1B\",\n"
            "    pipeline_parallel_schedule_csv=\"my \\\"own\\\".csv\",\n"
            "    module_fqns_per_model_part=[\n"
            "        [\"tok_embeddings\", \"layers.0\"],\n"
            "        [\"layers.1\", \"lm_head\"],\n"
            "    ],\n"
            "),\n");
}

TEST(Torchtitan, TheScheduleNamesThePlacement) {
  StageModules modules{{"a"}, {"b"}, {"c"}, {"d"}};
  auto scheduleOf = [&](const std::string &rows) {
    auto text = writeTorchtitanSettings(factsOf(rows), modules, "x.csv");
    return text ? *text : text.message();
  };
  EXPECT_NE(scheduleOf("0F0,3F0,3B0,0B0\n1F0,2F0,2B0,1B0\n")
                .find("schedule=\"ZBVZeroBubble\""),
            std::string::npos);
  EXPECT_NE(scheduleOf("0F0,2F0,2B0,0B0\n1F0,3F0,3B0,1B0\n")
                .find("schedule=\"PipelineScheduleMulti\""),
            std::string::npos);
  EXPECT_EQ(scheduleOf("0F0,1F0,1B0,0B0\n2F0,3F0,3B0,2B0\n"),
            "torchtitan places stages as a loop or a v, and this is neither: "
            "stage 1 is on rank 0; the placement loop has it on rank 1");
}

TEST(Torchtitan, ModulesAreInOneStage) {
  TorchFacts facts = factsOf("0F0,0B0\n1F0,1B0\n");
  auto errorOf = [&](const StageModules &modules) {
    return writeTorchtitanSettings(facts, modules, "x.csv").message();
  };
  EXPECT_EQ(errorOf({{"a"}}), "there are modules for 1 stages, and 2 stages");
  EXPECT_EQ(errorOf({{"a"}, {}}), "stage 1 has no modules");
  EXPECT_EQ(errorOf({{"a"}, {"b", "a"}}),
            "the module 'a' is in stages 0 and 1");
  facts.level = TorchLevel::compute_comms;
  EXPECT_EQ(errorOf({{"a"}, {"b"}}),
            "torchtitan adds sends and receives itself; it wants rows of "
            "compute_only");
}
