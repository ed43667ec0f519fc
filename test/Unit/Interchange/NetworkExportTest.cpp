//===- NetworkExportTest.cpp - Plans of networks for other runtimes -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/NetworkExport.h"
#include "Scheduling/Synchronous/PipelineProblems.h"

#include <gmock/gmock.h>

using namespace layerpipe::interchange;
using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

const StageModules transformer = {
    {"tok_embeddings", "layers.0.attention.wq", "layers.0.feed_forward.w1"},
    {"layers.1.attention.wq", "norm", "output"}};

NetworkPlan planOf(const std::string &strategy) {
  return {unitChain(2, 2), orderOf("0F0 0F1 0B0 0B1; 1F0 1B0 1F1 1B1"),
          transformer, strategy};
}

std::string exported(const NetworkPlan &plan, ExportFormat format,
                     const std::string &rows = "") {
  ExportOptions options;
  options.format = format;
  auto written = exportNetworkPlan(plan, options, rows);
  return written ? *written : "error: " + written.message();
}

} // namespace

TEST(NetworkExport, LayersOfAListAreItsMembers) {
  EXPECT_THAT(modulesOf(transformer),
              ElementsAre(ElementsAre("tok_embeddings", "layers.0"),
                          ElementsAre("layers.1", "norm", "output")));
  EXPECT_THAT(modulesOf({{"0", "conv1", "layer1.0.conv1", "layer1.0.conv2",
                          "a..3", ""}}),
              ElementsAre(ElementsAre("0", "conv1", "layer1.0", "a..3", "")));
}

TEST(NetworkExport, SettingsOfTorchtitan) {
  EXPECT_EQ(exported(planOf("zb-h1"), ExportFormat::torchtitan, "rows.csv"),
            "parallelism=ParallelismConfig(\n"
            "    pipeline_parallel_degree=2,\n"
            "    num_pp_microbatches=2,\n"
            "    pipeline_parallel_schedule=\"1F1B\",\n"
            "    pipeline_parallel_schedule_csv=\"rows.csv\",\n"
            "    module_fqns_per_model_part=[\n"
            "        [\"tok_embeddings\", \"layers.0\"],\n"
            "        [\"layers.1\", \"norm\", \"output\"],\n"
            "    ],\n"
            "),\n");
  EXPECT_THAT(exported(planOf("zb-h1"), ExportFormat::torchtitan),
              HasSubstr("say which by --rows FILE.csv"));
  NetworkPlan torn = planOf("1f1b");
  torn.layers[1].insert(torn.layers[1].begin(), "layers.0.feed_forward.w2");
  EXPECT_EQ(exported(torn, ExportFormat::torchtitan, "rows.csv"),
            "error: the module 'layers.0' is in stages 0 and 1");
}

TEST(NetworkExport, LayoutsOfMegatron) {
  EXPECT_EQ(exported(planOf("1f1b"), ExportFormat::megatron), "Et|tL\n");
  EXPECT_THAT(exported(planOf("zb-h1"), ExportFormat::megatron),
              HasSubstr("this plan has that of zb-h1"));
  NetworkPlan swapped = planOf("1f1b");
  std::swap(swapped.problem.stages[0].processor,
            swapped.problem.stages[1].processor);
  EXPECT_EQ(
      exported(swapped, ExportFormat::megatron),
      "error: stage 0 is on processor 1, and Megatron has stage i on rank "
      "i mod 2");
}

TEST(NetworkExport, LayersWithoutLettersAreNamed) {
  auto errorOf = [](const StageModules &layers) {
    return megatronStagesOf(layers).message();
  };
  EXPECT_THAT(*megatronStagesOf({{"model.embed_tokens", "model.layers.0.mlp"},
                                 {"mtp.0", "lm_head"}}),
              ElementsAre("Et", "mL"));
  EXPECT_THAT(errorOf({{"conv1"}}), HasSubstr("the layer 'conv1' is none"));
  EXPECT_THAT(errorOf({{"layers"}}), HasSubstr("the layer 'layers' is none"));
  EXPECT_EQ(errorOf({{"layers.0.a"}, {"layers.0.b"}}),
            "layers.0 is in stages 0 and 1, and a letter of Megatron's layout "
            "is in one");
  EXPECT_EQ(errorOf({{"layers.0"}, {"wte"}}),
            "the embedding 'wte' is in stage 1, and Megatron has it in the "
            "first one");
  EXPECT_EQ(errorOf({{"output"}, {"layers.0"}}),
            "the output 'output' is in stage 0, and Megatron has it in the "
            "last one, 1");
}
