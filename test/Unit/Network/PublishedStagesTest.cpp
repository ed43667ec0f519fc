//===- PublishedStagesTest.cpp - Stages of published profiles -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What PipeDream's public optimizer answers for its published profiles.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Network/PipedreamProfile.h"
#include "layerpipe/Scheduling/Stages/Partition.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace layerpipe::network;
using namespace layerpipe::scheduling;

namespace {

/// Bottlenecks in seconds. Links carry 1 GB/s where transfers count.
struct Published {
  const char *name;
  double straight[3], transfer[3]; // on 2, 4, 8 processors
  double replicated[2];            // on 4, 8 processors, with transfers
};

const Published published[] = {{"vgg16",
                                {.370931, .216450, .159531},
                                {.411042, .411042, .411042},
                                {.205521, .103833}},
                               {"resnet18",
                                {.130199, .069523, .035207},
                                {.201601, .201601, .201601},
                                {.100004, .050783}},
                               {"resnet50",
                                {.221933, .111497, .056684},
                                {.285058, .258149, .258149},
                                {.162881, .092012}},
                               {"alexnet",
                                {.043075, .028721, .028721},
                                {.066454, .066454, .066454},
                                {.034217, .018874}},
                               {"squeezenet1_0",
                                {.144143, .072954, .051094},
                                {.175230, .095551, .095551},
                                {.074414, .037693}},
                               {"resnext50",
                                {.296329, .151988, .076095},
                                {.380389, .352998, .352998},
                                {.201407, .102760}},
                               {"gnmt",
                                {.045936, .025868, .019032},
                                {.045936, .025868, .019285},
                                {.025868, .019285}}};

LayerGraph readProfile(const std::string &folder, const std::string &name) {
  std::ifstream file(folder + "/pipedream-profiles/" + name + ".txt");
  std::stringstream text;
  text << file.rdbuf();
  Result<LayerGraph> graph = readPipedreamProfile(text.str());
  EXPECT_TRUE(graph.ok()) << name << ": " << graph.message();
  return graph.ok() ? *graph : LayerGraph();
}

double bottleneck(const LayerGraph &graph, int64_t processors, bool transfers,
                  bool replicated) {
  StageProblem problem;
  problem.processors = processors;
  problem.replicated = replicated;
  problem.transfers = transfers;
  if (transfers)
    problem.links.others.bandwidth = {1, 1}; // bytes per nanosecond
  Result<StagePartition> stages = partitionStages(graph, problem);
  EXPECT_TRUE(stages.ok()) << stages.message();
  if (!stages.ok())
    return 0;
  EXPECT_TRUE(verify(graph, problem, *stages).ok());
  EXPECT_EQ(stages->proof, Proof::optimal);
  return double(stages->bottleneck.numerator) /
         double(stages->bottleneck.denominator) / 1e9;
}

} // namespace

TEST(PublishedStages, agreeWithTheOptimizer) {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  const int64_t counts[] = {2, 4, 8};
  for (const Published &row : published) {
    SCOPED_TRACE(row.name);
    LayerGraph graph = readProfile(folder, row.name);
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(bottleneck(graph, counts[i], false, false), row.straight[i],
                  1e-6);
      EXPECT_NEAR(bottleneck(graph, counts[i], true, false), row.transfer[i],
                  1e-6);
    }
    for (int i = 0; i < 2; ++i)
      EXPECT_NEAR(bottleneck(graph, counts[i + 1], true, true),
                  row.replicated[i], 1e-6);
  }
}

TEST(PublishedStages, vgg16IsLimitedByOneLayerFromFiveProcessorsOn) {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  LayerGraph graph = readProfile(folder, "vgg16");
  EXPECT_NEAR(bottleneck(graph, 3, false, false), .231234, 1e-6);
  for (int64_t processors : {5, 6, 7, 16}) {
    double period = bottleneck(graph, processors, false, false);
    EXPECT_NEAR(period, .159531, 1e-6);
    EXPECT_NEAR(double(totalTime(graph)) / 1e9 / period, 4.2157, 1e-4);
  }
}
